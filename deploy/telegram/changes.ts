import type { Group } from './chats/group.ts';
import type { ChatMessage } from './chats/message.ts';
import type { Person } from './chats/person.ts';

/** What a person got back for a tap. An empty text only stops the button's spinner. */
export type CallbackAnswer = {
  callback_query_id: string;
  text: string;
  show_alert: boolean;
  url?: string | undefined;
};

/** Everything that can change on a chat page. */
export type Change =
  | { kind: 'person'; person: Person }
  | { kind: 'group'; group: Group }
  | { kind: 'message'; chatId: number; message: ChatMessage }
  | { kind: 'deleted'; chatId: number; messageId: number }
  | { kind: 'answer'; chatId: number; answer: CallbackAnswer }
  | { kind: 'action'; chatId: number; action: string }
  | { kind: 'bot' };

/** Tells subscribers about changes, in order, within the same turn. */
export type Changes = {
  publish(change: Change): void;
  subscribe(listener: (change: Change) => void): () => void;
};

export function createChanges(): Changes {
  const listeners = new Set<(change: Change) => void>();
  return {
    publish(change) {
      for (const listener of listeners) listener(change);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
