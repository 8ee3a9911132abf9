import { z } from 'zod';
import { chatOf, type Person } from './person.ts';

/** A group with the bot in it, or one that the bot has left. Telegram numbers groups below zero. */
export const groupSchema = z.object({
  id: z.int().negative(),
  type: z.enum(['group', 'supergroup']),
  title: z.string().min(1).max(128),
  botIsMember: z.boolean(),
});
export type Group = z.infer<typeof groupSchema>;

/** Who or what a chat of the bot is with. */
export type Peer = Person | Group;

export const isGroup = (peer: Peer): peer is Group => peer.id < 0;

/** Telegram's Chat. */
export function telegramChat(peer: Peer) {
  if (!isGroup(peer)) return chatOf(peer);
  const { id, type, title } = peer;
  return { id, type, title };
}
