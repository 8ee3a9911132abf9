import type { NatsConnection } from '@nats-io/transport-node';
import type { Clock } from '../process/clock.ts';
import type { Log } from '../process/log.ts';
import { type Kept, LIMITER_BUCKET, type LimiterRecord, openLimiterRecord } from './limiter-record.ts';
import { openServerTime, type ServerTime } from './server-time.ts';
import { slotQueue, type Waiter } from './slot-queue.ts';
import {
  BOOKABLE_MS,
  bookSlots,
  CHAT_INTERVAL_MS,
  FURTHEST_MS,
  type Grant,
  isSetBack,
  type Lane,
  MAX_PREPARATION_MS,
  pause,
  type Rates,
  type ReservationRequest,
} from './slots.ts';

/** What sending needs: a permission for each message, and a way to say that Telegram asked for silence. */
export type Budget = {
  /**
   * Resolves at the instant at which one message may leave. While the budget store is away it waits.
   * @param chatId at most one message a second goes to each chat, from all processes together.
   * Rejects with the signal's reason when it is aborted.
   */
  acquire(lane: Lane, chatId?: string, signal?: AbortSignal): Promise<void>;
  /** Stops every process for `retryAfterMs`; resolves when the others can know. */
  pause(retryAfterMs: number): Promise<void>;
};

/** One booked instant. */
export type Slot = {
  /**
   * Waits for the instant. False: it was missed, or a pause or a stop came between; take another.
   * A slot lapses when it is not begun.
   */
  begin(): Promise<boolean>;
};

export type SlotRequest = {
  lane: Lane;
  chatId?: string;
  /** Among this process's bulk messages, lower ones go first. */
  rank?: number;
  /** How long before its instant the slot is handed over, for the last checks: a second at most. */
  earlyMs?: number;
};

export type RateLimiterFigures = {
  /** Successful reservations, and slots booked by them. */
  reservations: number;
  slots: number;
  /** Compare-and-sets that somebody else was quicker at. */
  conflicts: number;
  /** Slots thrown away because their instant had passed. */
  missed: number;
};

export type RateLimiter = Budget & {
  take(wish: SlotRequest, signal?: AbortSignal): Promise<Slot>;
  /**
   * Books a slot for a message that is still being made: the next `acquire` for that chat uses it.
   * @returns how to say that nothing more comes. A slot that was booked for nothing lapses.
   */
  reserve(lane: Lane, chatId: string): () => void;
  figures(): RateLimiterFigures;
  /** Rejects whoever waits. Slots already booked lapse: half a second of the budget at most. */
  stop(): Promise<void>;
};

/** Raised for those who wait when the budget is stopped. */
export class RateLimiterStopped extends Error {
  override name = 'BudgetStopped';
}

/**
 * A slot used later than this is thrown away: after a SIGSTOP or a long pause of the event loop, what piled up would
 * leave as a burst. What our knowledge of the server's time may be wrong by is taken off. So at most
 * `rate * (1 + 0.03) + 1` messages leave in any sliding second: 29 at 28 a second, 979 at 950. The rest of Telegram's 30
 * and 1000 is for what the way there adds. Without such hiccups it is `rate` and one fencepost.
 */
const LATENESS_ALLOWED_MS = 30;
/** A slot that has come to lie further ahead by this was booked before the server's clock was set back. */
const SET_BACK_MS = 100;
const MOST_AT_ONCE = 512;
const LONGEST_LEAD_MS = FURTHEST_MS - BOOKABLE_MS.reply - MAX_PREPARATION_MS;
const HOLD_MS = 100;
const JITTER_MS = { lane: 100, conflict: 10, conflicts: 160, unavailable: 500 } as const;

type Ports = { nats: NatsConnection; clock: Clock; log: Log };

/** What a budget stands on. `random` gives numbers from 0 to 1: it keeps processes from asking at the same instant. */
export type RateLimiterParts = {
  time: ServerTime;
  key: LimiterRecord;
  clock: Clock;
  log: Log;
  random(): number;
};

/** Opens the budget on the store and the clock of the NATS server. */
export async function openRateLimiter(
  { nats, clock, log }: Ports,
  { sendRate, bulkRate }: { sendRate: number; bulkRate: number },
): Promise<RateLimiter> {
  const rates: Rates = { whole: sendRate, bulk: bulkRate };
  const time = await openServerTime(nats, `KV_${LIMITER_BUCKET}`);
  const key = await openLimiterRecord(nats, log, time, rates);
  return rateLimiterOn({ time, key, clock, log, random: Math.random }, rates);
}

/**
 * This process's part of the one global budget. Guarantees (G7): every message that `acquire` or `begin` lets through
 * has a slot of its own, booked by compare-and-set in the `pacer` bucket. When the store cannot be reached, booked slots
 * (a second's worth at most) are still used and then nothing is sent. Bulk messages that wait together are booked
 * together: a few compare-and-sets a second, however many are sent and however many processes send.
 */
export function rateLimiterOn(
  { time, key, clock, log, random }: RateLimiterParts,
  rates: Rates,
): RateLimiter {
  const stopping = new AbortController();
  const room = slotQueue();
  const figures: RateLimiterFigures = { reservations: 0, slots: 0, conflicts: 0, missed: 0 };
  const silence = { untilMs: 0, running: 0 };
  /** The last slot of a chat that was left unused, for the second in which it would hold the chat back. */
  const lapsed = new Map<string, number>();
  const early = new Map<string, Promise<Slot>>();
  let leadMs = 0;
  let lost = 0;

  /** A pause lasts as long as it was to last when it was heard of, also when the server's clock is set meanwhile. */
  function heed(untilMs: number): void {
    const leftMs = untilMs - time.now();
    if (leftMs <= 0 || untilMs === silence.untilMs) return;
    silence.untilMs = untilMs;
    silence.running++;
    void clock.sleep(Math.ceil(leftMs), stopping.signal).then(() => silence.running--);
  }

  function pausedNow(): boolean {
    const { pausedUntilMs } = key.latest().state;
    heed(pausedUntilMs);
    return silence.running > 0 || pausedUntilMs > time.now();
  }

  /** Books slots for `waiters`. Does nothing when somebody else changed the budget meanwhile: the loop comes again. */
  async function book(waiters: readonly Waiter[]): Promise<void> {
    await time.refresh();
    const kept = key.latest();
    const askedMs = time.now();
    if (pausedNow() && kept.state.pausedUntilMs <= askedMs) return hold(waiters, askedMs);
    const { state, grants } = bookSlots(kept.state, askedMs + leadMs, waiters.map(requestOf), rates);
    const booked = grants.filter((grant) => 'slotMs' in grant).length;
    if (booked > 0 || isSetBack(kept.state, state)) {
      if (!(await key.replace(kept, state))) return conflict(kept);
      // A slow store would return every slot after its instant: then ask for later ones.
      const tookMs = time.now() - askedMs;
      leadMs = tookMs > LATENESS_ALLOWED_MS / 2 ? Math.min(tookMs, LONGEST_LEAD_MS) : 0;
      lost = 0;
      figures.reservations++;
      figures.slots += booked;
    }
    room.settle(waiters, grants, time.now(), random() * JITTER_MS.lane);
  }

  function requestOf({ lane, chatId, preparationMs }: Waiter): ReservationRequest {
    if (chatId === undefined) return { lane, preparationMs };
    const lapsedMs = lapsed.get(chatId);
    return { lane, chatId, preparationMs, ...(lapsedMs !== undefined && { lapsedMs }) };
  }

  function lapse(chatId: string, slotMs: number): void {
    for (const [id, atMs] of lapsed) if (atMs < slotMs - CHAT_INTERVAL_MS) lapsed.delete(id);
    lapsed.set(chatId, slotMs);
  }

  function hold(waiters: readonly Waiter[], nowMs: number): void {
    const later: Grant = { againAtMs: nowMs + HOLD_MS, because: 'lane' };
    const grants = waiters.map(() => later);
    room.settle(waiters, grants, nowMs, 0);
  }

  /** The more often in a row, the longer it waits: many that all come again at once would all lose but one. */
  async function conflict({ revision }: Kept): Promise<void> {
    figures.conflicts++;
    const longestMs = Math.min(JITTER_MS.conflicts, JITTER_MS.conflict * 2 ** lost++);
    await clock.sleep(random() * longestMs, stopping.signal);
    if (key.latest().revision === revision) await key.read();
  }

  async function serve(): Promise<void> {
    while (!stopping.signal.aborted) {
      const waiters = room.ready(time.now(), MOST_AT_ONCE);
      if (waiters.length === 0) {
        await room.change(clock, time.now());
        continue;
      }
      await book(waiters).catch(async (error: unknown) => {
        log.warn({ err: error }, 'the budget store does not answer: nothing is sent');
        await clock.sleep(random() * JITTER_MS.unavailable, stopping.signal);
        await key.read().catch(() => {});
      });
    }
  }
  const serving = serve();

  /** @returns false when the clock was set back meanwhile: then the instant is further ahead than it was. */
  async function reach(instantMs: number, signal?: AbortSignal): Promise<boolean> {
    for (let left = instantMs - time.now(); left > 0 && !signal?.aborted; left = instantMs - time.now()) {
      await clock.sleep(Math.ceil(left), signal);
      if (instantMs - time.now() > SET_BACK_MS) return false;
    }
    return true;
  }

  async function begin(slotMs: number, earlyMs: number): Promise<boolean> {
    const isNear = slotMs - time.now() <= earlyMs + SET_BACK_MS;
    const isReached = isNear && (await reach(slotMs, stopping.signal));
    if (stopping.signal.aborted || pausedNow()) return false;
    // Half of it stays even where the server is far away: otherwise nothing would ever be sent.
    const allowedMs = LATENESS_ALLOWED_MS - Math.min(time.errorMs(), LATENESS_ALLOWED_MS / 2);
    if (isReached && time.trusted() && time.now() - slotMs <= allowedMs) return true;
    figures.missed++;
    return false;
  }

  async function take(wish: SlotRequest, signal?: AbortSignal): Promise<Slot> {
    if (stopping.signal.aborted) throw new RateLimiterStopped('the budget is stopped');
    const { earlyMs = 0, chatId } = wish;
    const slotMs = await room.enter(wish, signal);
    const isReached = await reach(slotMs - earlyMs, signal);
    signal?.throwIfAborted();
    return {
      async begin() {
        const mayLeave = isReached && (await begin(slotMs, earlyMs));
        if (!mayLeave && chatId !== undefined) lapse(chatId, slotMs);
        return mayLeave;
      },
    };
  }

  return {
    take,
    reserve(lane, chatId) {
      const giveUp = new AbortController();
      const slot = take({ lane, chatId }, giveUp.signal);
      slot.catch(() => {});
      early.set(chatId, slot);
      return () => {
        if (early.get(chatId) === slot) early.delete(chatId);
        giveUp.abort();
      };
    },
    async acquire(lane, chatId, signal) {
      const wish = chatId === undefined ? { lane } : { lane, chatId };
      const booked = chatId === undefined ? undefined : early.get(chatId);
      if (booked && chatId !== undefined) early.delete(chatId);
      if (await (await booked)?.begin()) return;
      while (!(await (await take(wish, signal)).begin())) signal?.throwIfAborted();
    },
    async pause(retryAfterMs) {
      const untilMs = time.now() + retryAfterMs;
      heed(untilMs);
      for (;;) {
        const kept = key.latest();
        if (await key.replace(kept, pause(kept.state, time.now(), untilMs - time.now()))) return;
        await key.read();
      }
    },
    figures: () => ({ ...figures }),
    async stop() {
      stopping.abort();
      room.close(new RateLimiterStopped('the budget is stopped'));
      await serving;
      key.stop();
    },
  };
}
