import type { Clock } from '../process/clock.ts';
import { type Grant, type Lane, MAX_PREPARATION_MS } from './slots.ts';

/** A message of this process that wants a slot. */
export type Waiter = {
  lane: Lane;
  chatId?: string;
  preparationMs: number;
  rank: number;
  number: number;
  readyAtMs: number;
  granted(slotMs: number): void;
  leave(reason: unknown): void;
};

/** Replies, then bulk by rank, then who came first. */
const byPriority = (a: Waiter, b: Waiter): number =>
  Number(a.lane === 'bulk') - Number(b.lane === 'bulk') || a.rank - b.rank || a.number - b.number;

/**
 * Who was told to ask later asks within a second all the same: it costs nothing, and by a clock that was set back
 * meanwhile, the instant would be far ahead.
 */
const ASK_AGAIN_MS = 1_000;
const LONGEST_SLEEP_MS = 60_000;

/** Whoever wants to have it no earlier than this can do with a slot that is now: it may be begun a little late. */
const EARLY_ENOUGH_MS = 40;

/** Those of one process who wait for slots, and until when asking for them is pointless. */
export function slotQueue() {
  const seats = new Set<Waiter>();
  const laneReadyAtMs = { reply: 0, bulk: 0 };
  let arrivals = 0;
  let arrived = new AbortController();

  /** Later instants than could be set now are of before the clock was set back. */
  const waits = (untilMs: number, nowMs: number) => untilMs > nowMs && untilMs <= nowMs + ASK_AGAIN_MS;
  const isReady = ({ readyAtMs, lane }: Waiter, nowMs: number) =>
    !waits(readyAtMs, nowMs) && !waits(laneReadyAtMs[lane], nowMs);

  return {
    /** Resolves with the instant of the slot; rejects when the signal is aborted first. */
    enter(
      wish: { lane: Lane; chatId?: string; rank?: number; earlyMs?: number },
      signal: AbortSignal | undefined,
    ): Promise<number> {
      signal?.throwIfAborted();
      const { promise, resolve, reject } = Promise.withResolvers<number>();
      const { lane, chatId, rank = 0, earlyMs = 0 } = wish;
      const abort = () => seat.leave(signal?.reason);
      const gone = () => {
        seats.delete(seat);
        signal?.removeEventListener('abort', abort);
      };
      const seat: Waiter = {
        lane,
        rank,
        preparationMs: Math.min(Math.max(0, earlyMs - EARLY_ENOUGH_MS), MAX_PREPARATION_MS),
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
        .filter((seat) => isReady(seat, nowMs))
        .sort(byPriority)
        .slice(0, most);
    },

    /** Hands out what was granted. Who left meanwhile lets the slot lapse. */
    settle(waiters: readonly Waiter[], grants: readonly Grant[], nowMs: number, jitterMs: number): void {
      const soon = (instantMs: number) => Math.min(instantMs, nowMs + ASK_AGAIN_MS);
      for (const [i, waiter] of waiters.entries()) {
        const grant = grants[i];
        if (grant === undefined || !seats.has(waiter)) continue;
        if ('slotMs' in grant) waiter.granted(grant.slotMs);
        else if (grant.because === 'chat') waiter.readyAtMs = soon(grant.againAtMs);
        else laneReadyAtMs[waiter.lane] = soon(grant.againAtMs + (waiter.lane === 'bulk' ? jitterMs : 0));
      }
    },

    /** Resolves when somebody enters or becomes ready, and when the room is closed. */
    async change(clock: Clock, nowMs: number): Promise<void> {
      arrived = new AbortController();
      let next = nowMs + (seats.size > 0 ? ASK_AGAIN_MS : LONGEST_SLEEP_MS);
      for (const { readyAtMs, lane } of seats)
        next = Math.min(next, Math.max(nowMs, readyAtMs, laneReadyAtMs[lane]));
      await clock.sleep(next - nowMs, arrived.signal);
    },

    close(reason: unknown): void {
      for (const seat of [...seats]) seat.leave(reason);
      arrived.abort();
    },
  };
}
