import type { MessageEntity } from 'grammy/types';
import type { UserId } from '#contracts/ids.ts';
import type { BroadcastDue, SuppressionReason } from '#contracts/messages.ts';
import { broadcastKey } from '#contracts/subjects.ts';
import type { Recipient } from '#projections/schedules/recipients.ts';
import { Poison } from '#services/platform/jetstream/errors.ts';
import type { Check, Item, Work } from '../delivery/work.ts';
import type { ReadText, Text } from './texts.ts';

export type BroadcastPorts = {
  readText: ReadText;
  readRecipient(userId: UserId): Promise<Recipient | undefined>;
};

/** A broadcast's message to one person, as the delivery engine takes it: one item with a record of its own. */
export function broadcastWork(ports: BroadcastPorts, due: BroadcastDue): Work {
  const { userId, broadcastId, minute } = due;
  return {
    ...{ due, userId, minute, broadcastId, tier: 'broadcast' },
    messages: [[{ key: broadcastKey(broadcastId, userId), minute, tier: 'broadcast', besides: [] }]],
    check: (items) => check(ports, due, items),
  };
}

async function check(
  { readText, readRecipient }: BroadcastPorts,
  { userId, broadcastId }: BroadcastDue,
  items: readonly Item[],
): Promise<Check> {
  const [text, recipient] = await Promise.all([readText(broadcastId), readRecipient(userId)]);
  if (!text) throw new Poison(`nobody requested broadcast ${broadcastId}`);
  const reason = whyNot(text, recipient);
  const composer = async () => (about: readonly Item[]) => composed(about, text);
  if (reason === undefined) return { wanted: items, unwanted: [], composer };
  const result = { outcome: 'suppressed', reason } as const;
  return { wanted: [], unwanted: items.map((item) => ({ item, result })), composer };
}

function whyNot({ cancelled }: Text, recipient: Recipient | undefined): SuppressionReason | undefined {
  if (cancelled) return 'cancelled';
  if (!recipient) return 'unknownAccount';
  return recipient.blocked ? 'blocked' : undefined;
}

/** The text as its admin wrote it. What the admin saw as preview was sent in the same way. */
function composed(items: readonly Item[], { text, entities }: Text) {
  const options = {
    entities: entities as MessageEntity[], // Telegram's own, given back as they came
    link_preview_options: { is_disabled: true },
  };
  return { items, text, options, outcome: 'delivered' as const };
}
