import type { CallbackAnswer, Changes } from '../changes.ts';
import { type Clock, telegramDate } from '../clock.ts';
import type { Journal, JournalEntry } from '../journal.ts';
import type { Group, Peer } from './group.ts';
import type { ChatMessage, MessageContent } from './message.ts';
import type { NewPerson, Person } from './person.ts';

/** One chat, with a person or in a group. `version` grows with every change a person could see, so a reader can wait for the next. */
export type Chat = { version: number; messages: Map<number, ChatMessage>; answers: CallbackAnswer[] };

/** The people, the groups, and their chats with the bot. Every change is journalled and published. */
export type Chats = {
  people(): Person[];
  person(id: number): Person | undefined;
  addPerson(given: NewPerson): Person;
  changePerson(id: number, change: Partial<Person>): Person;
  group(id: number): Group | undefined;
  /** Adds the group, or changes it. */
  putGroup(group: Group): Group;
  /** The person or the group of this id. */
  peer(id: number): Peer | undefined;
  chat(chatId: number): Chat;
  addMessage(personId: number, from: ChatMessage['from'], content: MessageContent): ChatMessage;
  changeMessage(personId: number, message: ChatMessage): ChatMessage;
  deleteMessage(personId: number, messageId: number): boolean;
  addAnswer(personId: number, answer: CallbackAnswer): void;
  restore(entry: JournalEntry): void;
  snapshot(): JournalEntry[];
  nextMessageId(): number;
};

type Ports = { clock: Clock; changes: Changes; journal: () => Journal };

const MESSAGES_KEPT_PER_CHAT = 1000;
const ANSWERS_KEPT_PER_CHAT = 100;
const FIRST_CHOSEN_ID = 5001;

type State = {
  people: Map<number, Person>;
  groups: Map<number, Group>;
  chats: Map<number, Chat>;
  /** One sequence for all chats: in private chats the ids come from the bot's own message box. */
  nextMessageId: number;
};

export function createChats(ports: Ports): Chats {
  const state: State = { people: new Map(), groups: new Map(), chats: new Map(), nextMessageId: 1 };
  const { people } = state;
  const chat = (personId: number) => chatOf(state, personId);

  function putPerson(person: Person): Person {
    people.set(person.id, person);
    chat(person.id).version += 1;
    record(ports, { kind: 'person', person });
    return person;
  }

  function putMessage(personId: number, message: ChatMessage): ChatMessage {
    keep(chat(personId), message);
    record(ports, { kind: 'message', chatId: personId, message });
    return message;
  }

  return {
    people: () => [...people.values()],
    person: (id) => people.get(id),
    addPerson(given) {
      const id = given.id ?? Math.max(FIRST_CHOSEN_ID - 1, ...people.keys()) + 1;
      const flags = { started: false, blocked: false, deactivated: false };
      return putPerson({ ...flags, ...given, id, first_name: given.first_name ?? `Person ${id}` });
    },
    changePerson(id, change) {
      const person = people.get(id);
      if (!person) throw new Error(`there is no person ${id}`);
      return putPerson({ ...person, ...change, id });
    },
    ...groupsOf(state, ports),
    chat,
    addMessage(personId, from, content) {
      const head = { message_id: state.nextMessageId, from, date: telegramDate(ports.clock) };
      state.nextMessageId += 1;
      return putMessage(personId, { ...head, ...content, edits: 0 });
    },
    changeMessage: putMessage,
    deleteMessage(personId, messageId) {
      const known = chat(personId);
      if (!known.messages.delete(messageId)) return false;
      known.version += 1;
      record(ports, { kind: 'deleted', chatId: personId, messageId });
      return true;
    },
    addAnswer(personId, answer) {
      const known = chat(personId);
      known.answers = [...known.answers, answer].slice(-ANSWERS_KEPT_PER_CHAT);
      known.version += 1;
      ports.changes.publish({ kind: 'answer', chatId: personId, answer });
    },
    restore: (entry) => restore(state, entry),
    snapshot: () => snapshotOf(state),
    nextMessageId: () => state.nextMessageId,
  };
}

function groupsOf(state: State, ports: Ports): Pick<Chats, 'group' | 'putGroup' | 'peer'> {
  const { people, groups } = state;
  return {
    group: (id) => groups.get(id),
    putGroup(group) {
      groups.set(group.id, group);
      chatOf(state, group.id).version += 1;
      record(ports, { kind: 'group', group });
      return group;
    },
    peer: (id) => people.get(id) ?? groups.get(id),
  };
}

function chatOf({ chats }: State, personId: number): Chat {
  const known = chats.get(personId);
  if (known) return known;
  const fresh: Chat = { version: 0, messages: new Map(), answers: [] };
  chats.set(personId, fresh);
  return fresh;
}

/** Journals a change and tells those who follow it. */
function record(
  { journal, changes }: Ports,
  change: Extract<JournalEntry, { kind: 'person' | 'group' | 'message' | 'deleted' }>,
): void {
  journal().append(change);
  changes.publish(change);
}

function restore(state: State, entry: JournalEntry): void {
  if (entry.kind === 'person') state.people.set(entry.person.id, entry.person);
  if (entry.kind === 'group') state.groups.set(entry.group.id, entry.group);
  if (entry.kind === 'message') keep(chatOf(state, entry.chatId), entry.message);
  if (entry.kind === 'deleted') chatOf(state, entry.chatId).messages.delete(entry.messageId);
  if (entry.kind === 'message')
    state.nextMessageId = Math.max(state.nextMessageId, entry.message.message_id + 1);
  if (entry.kind === 'numbers') state.nextMessageId = Math.max(state.nextMessageId, entry.nextMessageId);
}

function snapshotOf({ people, groups, chats }: State): JournalEntry[] {
  const persons = [...people.values()].map((person): JournalEntry => ({ kind: 'person', person }));
  const known = [...groups.values()].map((group): JournalEntry => ({ kind: 'group', group }));
  const messages = [...chats].flatMap(([chatId, { messages: kept }]) =>
    [...kept.values()].map((message): JournalEntry => ({ kind: 'message', chatId, message })),
  );
  return [...persons, ...known, ...messages];
}

function keep(chat: Chat, message: ChatMessage): void {
  chat.messages.set(message.message_id, message);
  chat.version += 1;
  if (chat.messages.size <= MESSAGES_KEPT_PER_CHAT) return;
  const [oldest] = chat.messages.keys();
  if (oldest !== undefined) chat.messages.delete(oldest);
}
