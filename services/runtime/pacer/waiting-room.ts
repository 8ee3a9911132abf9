import type { Clock } from '../clock.ts';
import type { Grant, Lane } from './slots.ts';

/** A message of this process that wants a slot. */
export type Waiter = {
  lane: Lane;
  chatId?: string;
  rank: number;
  number: number;
  readyAtMs: number;
  granted(slotMs: number): void;
  leave(reason: unknown): void;
};

/** Replies, then bulk by rank, then who came first. */
const byPriority = (a: Waiter, b: Waiter): number =>
  Number(a.lane === 'bulk') - Number(b.lane === 'bulk') || a.rank - b.rank || a.number - b.number;

const LONGEST_SLEEP_MS = 60_000;

/** Those of one process who wait for slots, and until when asking for them is pointless. */
export function waitingRoom() {
  const seats = new Set<Waiter>();
  const laneReadyAtMs = { reply: 0, bulk: 0 };
  let arrivals = 0;
  let arrived = new AbortController();

  const readyAtMs = (waiter: Waiter) => Math.max(waiter.readyAtMs, laneReadyAtMs[waiter.lane]);

  return {
    /** Resolves with the instant of the slot; rejects when the signal is aborted first. */
    enter(
      wish: { lane: Lane; chatId?: string; rank?: number },
      signal: AbortSignal | undefined,
    ): Promise<number> {
      signal?.throwIfAborted();
      const { promise, resolve, reject } = Promise.withResolvers<number>();
      const { lane, chatId, rank = 0 } = wish;
      const abort = () => seat.leave(signal?.reason);
      const gone = () => {
        seats.delete(seat);
        signal?.removeEventListener('abort', abort);
      };
      const seat: Waiter = {
        lane,
        rank,
        number: arrivals++,
        readyAtMs: 0,
        ...(chatId === undefined ? {} : { chatId }),
        granted(slotMs) {
          gone();
          resolve(slotMs);
        },
        leave(reason) {
          gone();
          reject(reason);
        },
      };
      seats.add(seat);
      signal?.addEventListener('abort', abort);
      arrived.abort();
      return promise;
    },

    /** Whose asking makes sense now, best first. */
    ready(nowMs: number, most: number): Waiter[] {
      return [...seats]
        .filter((seat) => readyAtMs(seat) <= nowMs)
        .sort(byPriority)
        .slice(0, most);
    },

    /** Hands out what was granted. Who left meanwhile lets the slot lapse. */
    settle(waiters: readonly Waiter[], grants: readonly Grant[], jitterMs: number): void {
      for (const [i, waiter] of waiters.entries()) {
        const grant = grants[i];
        if (grant === undefined || !seats.has(waiter)) continue;
        if ('slotMs' in grant) waiter.granted(grant.slotMs);
        else if (grant.because === 'chat') waiter.readyAtMs = grant.againAtMs;
        else laneReadyAtMs[waiter.lane] = grant.againAtMs + (waiter.lane === 'bulk' ? jitterMs : 0);
      }
    },

    /** Resolves when somebody enters or becomes ready, and when the room is closed. */
    async change(clock: Clock, nowMs: number): Promise<void> {
      arrived = new AbortController();
      let next = nowMs + LONGEST_SLEEP_MS;
      for (const seat of seats) next = Math.min(next, readyAtMs(seat));
      await clock.sleep(next - nowMs, arrived.signal);
    },

    close(reason: unknown): void {
      for (const seat of [...seats]) seat.leave(reason);
      arrived.abort();
    },
  };
}
