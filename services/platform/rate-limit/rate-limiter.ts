import type { NatsConnection } from '@nats-io/transport-node';
import type { Clock } from '../process/clock.ts';
import { startTask } from '../process/lifecycle.ts';
import type { Log } from '../process/log.ts';
import type { ReadinessCheck } from '../process/readiness.ts';
import { type BookingFigures, type BookingParts, serveQueue } from './booking.ts';
import { budgetCheck } from './budget-check.ts';
import { fleetPause } from './fleet-pause.ts';
import { type LapsedSlots, lapsedSlots } from './lapsed-slots.ts';
import { LIMITER_BUCKET, openLimiterRecord } from './limiter-record.ts';
import { openServerTime } from './server-time.ts';
import { type SlotQueue, type SlotRequest, slotQueue } from './slot-queue.ts';
import { type SlotTiming, slotTiming } from './slot-timing.ts';
import { bookSlots, type Lane, type Rates } from './slots.ts';

/** What counts as at once: a little more than the distance of two slots at 28 a second. */
const AT_ONCE_MS = 50;

/** One booked instant. */
export type Slot = {
  /**
   * Waits for the instant. False: it was missed, or a pause or a stop came between; take another.
   * A slot lapses when it is not begun.
   */
  begin(): Promise<boolean>;
};

/** `missed`: slots thrown away because their instant had passed. */
export type RateLimiterFigures = BookingFigures & { missed: number };

export type RateLimiter = {
  /**
   * Resolves at the instant at which one message may leave. While the budget store is away it waits.
   * @param chatId at most one message a second goes to each chat, from all processes together.
   * @throws the signal's reason when it is aborted.
   */
  acquire(lane: Lane, chatId?: string, signal?: AbortSignal): Promise<void>;
  take(request: SlotRequest, signal?: AbortSignal): Promise<Slot>;
  /** Whether a reply to this chat could leave at once, by what is known here: others may be quicker. */
  isFree(chatId: string): boolean;
  /** Pauses every process for `retryAfterMs`; resolves when the others can know. */
  pause(retryAfterMs: number): Promise<void>;
  figures(): RateLimiterFigures;
  /** For readiness. */
  check: ReadinessCheck;
  /** Rejects all requests. Slots already booked lapse: half a second of the budget at most. */
  stop(): Promise<void>;
};

/** Raised for requests that wait when the rate limiter is stopped. */
export class RateLimiterStopped extends Error {
  override name = 'RateLimiterStopped';
}

type Ports = { nats: NatsConnection; clock: Clock; log: Log };

/** What a rate limiter stands on. */
export type RateLimiterParts = Pick<BookingParts, 'time' | 'record' | 'clock' | 'log' | 'random'>;

/** Opens the rate limiter on the store and the clock of the NATS server. */
export async function openRateLimiter(
  { nats, clock, log }: Ports,
  { sendRate, bulkRate }: { sendRate: number; bulkRate: number },
): Promise<RateLimiter> {
  const rates: Rates = { whole: sendRate, bulk: bulkRate };
  const time = await openServerTime(nats, `KV_${LIMITER_BUCKET}`);
  const record = await openLimiterRecord(nats, log, time, rates);
  return rateLimiterOn({ time, record, clock, log, random: Math.random }, rates);
}

/**
 * This process's part of the one global budget. Guarantees (G7): every message that `acquire` or `begin` lets through
 * has a slot of its own, booked by compare-and-set in the limiter's bucket. When the store cannot be reached, booked slots
 * (a second's worth at most) are still used and then nothing is sent. Bulk messages that wait together are booked
 * together: a few compare-and-sets a second, however many are sent and however many processes send.
 */
export function rateLimiterOn(parts: RateLimiterParts, rates: Rates): RateLimiter {
  const stopping = new AbortController();
  const queue = slotQueue();
  const figures = { bookings: 0, slots: 0, conflicts: 0, missed: 0 };
  const pause = fleetPause(parts, stopping.signal);
  const lapsed = lapsedSlots();
  const timing = slotTiming({ ...parts, pause, onMissed: () => figures.missed++ }, stopping.signal);
  const serving = startTask((signal) =>
    serveQueue({ ...parts, rates, queue, pause, lapsed, figures }, signal),
  );
  const take = takerOf({ queue, timing, lapsed, stopping: stopping.signal });
  return {
    async acquire(lane, chatId, signal) {
      const request = chatId === undefined ? { lane } : { lane, chatId };
      while (!(await (await take(request, signal)).begin())) signal?.throwIfAborted();
    },
    take,
    isFree(chatId) {
      if (pause.isOn() || queue.hasReplies()) return false;
      const nowMs = parts.time.now();
      const [grant] = bookSlots(
        parts.record.latest().state,
        nowMs,
        [{ lane: 'reply', chatId }],
        rates,
      ).grants;
      return grant !== undefined && 'slotMs' in grant && grant.slotMs - nowMs <= AT_ONCE_MS;
    },
    pause: (retryAfterMs) => pause.begin(retryAfterMs),
    figures: () => ({ ...figures }),
    check: budgetCheck(parts),
    async stop() {
      stopping.abort();
      queue.close(new RateLimiterStopped('the rate limiter is stopped'));
      await serving.stop();
      parts.record.stop();
    },
  };
}

type TakerParts = { queue: SlotQueue; timing: SlotTiming; lapsed: LapsedSlots; stopping: AbortSignal };

function takerOf({ queue, timing, lapsed, stopping }: TakerParts): RateLimiter['take'] {
  return async (request, signal) => {
    if (stopping.aborted) throw new RateLimiterStopped('the rate limiter is stopped');
    const { earlyMs = 0, chatId } = request;
    const slotMs = await queue.enter(request, signal);
    const isReached = await timing.reach(slotMs - earlyMs, signal);
    signal?.throwIfAborted();
    return {
      async begin() {
        const granted = isReached && (await timing.begin(slotMs, earlyMs));
        if (!granted && chatId !== undefined) lapsed.add(chatId, slotMs);
        return granted;
      },
    };
  };
}
