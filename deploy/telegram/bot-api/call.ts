import { isGroup, type Peer } from '../chats/group.ts';
import { type ChatMessage, telegramMessage } from '../chats/message.ts';
import { integerParameter, type Parameters, textParameter } from '../checks/parameters.ts';
import { badRequest, forbidden } from '../checks/refusal.ts';
import type { World } from '../world.ts';

/** One Bot API call. `signal` aborts when the caller hangs up. */
export type Call = { world: World; parameters: Parameters; signal: AbortSignal };

/** What a call answers. `description` is only there where Telegram adds one to a success. */
export type Answer = { result: unknown; description?: string };

/** One method: whether it counts against the sending limits, and what it does. Throws ApiRefusal. */
export type Method = { counts: boolean; run(call: Call): Answer | Promise<Answer> };

/** The chat a call names, as far as it is a number: for records and limits, before any check. */
export function namedChat(parameters: Parameters): number | undefined {
  return integerParameter(parameters, 'chat_id');
}

/** The person whose private chat, or the group, that is meant. Throws when there is none. */
export function peerInCall({ world, parameters }: Call): Peer {
  const given = textParameter(parameters, 'chat_id').trim();
  if (given === '') throw badRequest('chat_id is empty');
  const id = namedChat(parameters);
  const peer = id === undefined ? undefined : world.chats.peer(id);
  if (!peer) throw badRequest('chat not found');
  return peer;
}

/** The same, and the person, or the group, can be written to. */
export function reachablePeer(call: Call): Peer {
  const peer = peerInCall(call);
  if (isGroup(peer)) {
    if (!peer.botIsMember) throw forbidden(`bot is not a member of the ${peer.type} chat`);
    return peer;
  }
  if (peer.deactivated) throw forbidden('user is deactivated');
  if (!peer.started) throw forbidden("bot can't initiate conversation with a user");
  if (peer.blocked) throw forbidden('bot was blocked by the user');
  return peer;
}

/** A message as the bot gets it, with the message it quotes. */
export function asTelegram(world: World, peer: Peer, message: ChatMessage): object {
  const quoted = message.reply_to_message_id;
  const replyTo = quoted === undefined ? undefined : world.chats.chat(peer.id).messages.get(quoted);
  return telegramMessage(peer, message, replyTo);
}
