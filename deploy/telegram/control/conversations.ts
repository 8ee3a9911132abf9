import type { ChatMessage } from '../chats/message.ts';
import type { Person } from '../chats/person.ts';
import type { World } from '../world.ts';

type Conversation = { person: Person; last: ChatMessage | undefined };

/** A list longer than this helps nobody, and a simulated crowd may be a hundred thousand. */
const MOST_SHOWN = 100;

/** The people of the chat list, most recent conversation first, with the last message of each. */
export function conversations(world: World): { total: number; conversations: Conversation[] } {
  const all = world.chats.people().map((person) => ({ person, last: lastMessage(world, person.id) }));
  const recent = all.sort((a, b) => (b.last?.message_id ?? 0) - (a.last?.message_id ?? 0));
  return { total: all.length, conversations: recent.slice(0, MOST_SHOWN) };
}

function lastMessage(world: World, personId: number): ChatMessage | undefined {
  let last: ChatMessage | undefined;
  for (const message of world.chats.chat(personId).messages.values()) last = message;
  return last;
}
