import type { ChatMessage } from '../chats/message.ts';
import { telegramMessage } from '../chats/message.ts';
import type { Person } from '../chats/person.ts';
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

/** The person whose private chat is meant. Throws when there is none. */
export function personInCall({ world, parameters }: Call): Person {
  const given = textParameter(parameters, 'chat_id').trim();
  if (given === '') throw badRequest('chat_id is empty');
  const id = namedChat(parameters);
  const person = id === undefined ? undefined : world.chats.person(id);
  if (!person) throw badRequest('chat not found');
  return person;
}

/** The same, and the person can be written to. */
export function reachablePerson(call: Call): Person {
  const person = personInCall(call);
  if (person.deactivated) throw forbidden('user is deactivated');
  if (!person.started) throw forbidden("bot can't initiate conversation with a user");
  if (person.blocked) throw forbidden('bot was blocked by the user');
  return person;
}

/** A message as the bot gets it, with the message it quotes. */
export function asTelegram(world: World, person: Person, message: ChatMessage): object {
  const quoted = message.reply_to_message_id;
  const replyTo = quoted === undefined ? undefined : world.chats.chat(person.id).messages.get(quoted);
  return telegramMessage(person, message, replyTo);
}
