import { beginOfMinuteMs } from '#contracts/time.ts';
import type { Attempt, Joining, MessageState, TakenMessage, WaitingMessage } from './message-state.ts';
import type { Work } from './work.ts';

/** Queued so late, a reminder is of a minute that the shards missed and do now: the next one may follow at once. */
const MISSED_MS = 60_000;
const GATHERING_MS = 2_000;

/**
 * How long a due message waits for what may go with it. One that was queued in time never does, however late it is: then
 * what may go with it is in the queue too.
 */
export function gatheringMs({ minute, room }: Work, storedAtMs: number, nowMs: number): number {
  if (room === undefined || storedAtMs - beginOfMinuteMs(minute) < MISSED_MS) return 0;
  return Math.max(0, Math.min(GATHERING_MS, storedAtMs + GATHERING_MS - nowMs));
}

type Entry = WaitingMessage & TakenMessage & { take(): void };

/**
 * Several minutes of one person that are late wait for slots of one chat, a second apart: the one that gets the first takes
 * the others along, as one message. Only what this process was handed is joined, so each item is still claimed by who
 * holds its due message.
 */
export function openJoining(): Joining {
  const waiting = new Map<number, Set<Entry>>();

  function leave(message: WaitingMessage): void {
    const { chatId } = message.state;
    const those = waiting.get(chatId);
    for (const entry of those ?? []) if (entry === message) those?.delete(entry);
    if (those?.size === 0) waiting.delete(chatId);
  }

  return {
    wait(context, state) {
      const taking = new AbortController();
      const { promise: outcome, resolve: conclude, reject: fail } = Promise.withResolvers<MessageState>();
      // It may fail before the message that was taken along has come to await it.
      outcome.catch(() => {});
      const take = () => taking.abort();
      const entry = { context, state, taken: taking.signal, outcome, conclude, fail, take };
      waiting.set(state.chatId, (waiting.get(state.chatId) ?? new Set()).add(entry));
      return entry;
    },
    takeAlong(message) {
      const along = fitting(message, [...(waiting.get(message.state.chatId) ?? [])]);
      for (const entry of along) {
        leave(entry);
        entry.take();
      }
      return along;
    },
    leave,
  };
}

function fitting({ context, state }: WaitingMessage, others: readonly Entry[]): Entry[] {
  const along: Entry[] = [];
  const keys = new Set(state.left.map(({ key }) => key));
  if (!mayJoin({ context, state })) return along;
  for (const entry of others) {
    const { left } = entry.state;
    // One occurrence at two minutes, as after a flight, has one record: how the first ends decides about the second.
    const isDistinct = left.every(({ key }) => !keys.has(key));
    if (!mayJoin(entry) || !isDistinct || keys.size + left.length > roomOf(context)) continue;
    for (const { key } of left) keys.add(key);
    along.push(entry);
  }
  return along;
}

const roomOf = ({ work }: Attempt): number => work.room ?? 0;

function mayJoin({ context, state }: Pick<WaitingMessage, 'context' | 'state'>): boolean {
  return roomOf(context) > 0 && state.left.every((item) => !item.isAlone);
}
