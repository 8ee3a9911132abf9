import type { NatsConnection } from '@nats-io/transport-node';
import type { Clock } from '../process/clock.ts';
import { startTask } from '../process/lifecycle.ts';
import type { Log } from '../process/log.ts';
import type { Metrics } from '../process/metrics.ts';
import type { ReadinessCheck } from '../process/readiness.ts';
import { type BookingFigures, type BookingParts, serveQueue } from './booking.ts';
import { budgetCheck } from './budget-check.ts';
import { measureBudget } from './budget-metrics.ts';
import { fleetPause } from './fleet-pause.ts';
import { lapsedSlots } from './lapsed-slots.ts';
import { LIMITER_BUCKET, openLimiterRecord } from './limiter-record.ts';
import { newsOf, readArrived } from './read-arrived.ts';
import { openServerTime } from './server-time.ts';
import { type SlotRequest, slotQueue } from './slot-queue.ts';
import { type SlotTiming, slotTiming } from './slot-timing.ts';
import { bookSlots, type Lane, type Rates } from './slots.ts';

/** What counts as at once: a little more than the distance of two slots at 28 a second. */
const AT_ONCE_MS = 50;

/**
 * To be asked in the instant before the request is written: a process may be put aside between its permission and that.
 * False: the slot has lapsed; take another.
 */
export type LastLook = () => boolean;

/** One booked instant. */
export type Slot = {
  /**
   * Waits for the instant. False: it was missed, or a pause or a stop came between; take another.
   * A slot lapses when it is not begun.
   */
  begin(): Promise<boolean | LastLook>;
};

/** `missed`: slots thrown away because their instant had passed. */
export type RateLimiterFigures = BookingFigures & { missed: number };

export type RateLimiter = {
  /**
   * Resolves at the instant at which one message may leave. While the budget store is away it waits.
   * @param chatId at most one message a second goes to each chat, from all processes together.
   * @throws the signal's reason when it is aborted, and {@link ChatHeld} when Telegram takes nothing for that chat for
   * longer than a message waits.
   */
  acquire(lane: Lane, chatId?: string, signal?: AbortSignal): Promise<true | LastLook>;
  /** @throws as `acquire`. */
  take(request: SlotRequest, signal?: AbortSignal): Promise<Slot>;
  /** Whether a reply to this chat could leave at once, by what is known here: others may be quicker. */
  isFree(chatId: string): boolean;
  /** Pauses every process; resolves when the others can know. `because` is what operators read. */
  pause(forMs: number, because: string): Promise<void>;
  /** Nothing goes to this chat, from any process; resolves when the others can know. */
  hold(chatId: string, forMs: number): Promise<void>;
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

/** How long a message waits for a held chat when nothing else is said: other messages may wait behind it. */
const HELD_PATIENCE_MS = 5_000;

type Ports = { nats: NatsConnection; clock: Clock; log: Log; metrics?: Metrics };

/** What a rate limiter stands on. */
export type RateLimiterParts = Pick<BookingParts, 'time' | 'record' | 'clock' | 'log' | 'random'> & {
  /** Resolves when this process has read its sockets once: see read-arrived.ts. */
  readArrived(): Promise<void>;
};

/** Opens the rate limiter on the store and the clock of the NATS server. */
export async function openRateLimiter(
  { nats, clock, log, metrics }: Ports,
  { sendRate, bulkRate }: { sendRate: number; bulkRate: number },
): Promise<RateLimiter> {
  const rates: Rates = { whole: sendRate, bulk: bulkRate };
  const time = await openServerTime(nats, `KV_${LIMITER_BUCKET}`);
  const record = await openLimiterRecord({ nats, clock, log }, time, rates);
  const limiter = rateLimiterOn({ time, record, clock, log, random: Math.random, readArrived }, rates);
  measureBudget(metrics, { record, time, figures: limiter.figures }, rates);
  return limiter;
}

/**
 * This process's part of the one global budget. Guarantees (G7): every message that `acquire` or `begin` lets through
 * has a slot of its own, booked by compare-and-set in the limiter's bucket. When the store cannot be reached, booked slots
 * (a second's worth at most) are still used and then nothing is sent. Bulk messages that wait together are booked
 * together: a few compare-and-sets a second, however many are sent and however many processes send.
 *
 * After a 429 nothing leaves the process that has read it. Another process knows of the pause when the news of the
 * changed key reaches it. Until then, whatever delays the news, it uses at most the slots that it had booked before:
 * they lie within FURTHEST_MS, as a rule within half a second. No process books a slot in a pause that is stored.
 */
export function rateLimiterOn(parts: RateLimiterParts, rates: Rates): RateLimiter {
  const stopping = new AbortController();
  const queue = slotQueue();
  const figures = { bookings: 0, slots: 0, conflicts: 0, missed: 0 };
  const pause = fleetPause(parts, stopping.signal);
  const lapsed = lapsedSlots();
  const news = newsOf(parts.readArrived, parts.time.now);
  const timing = slotTiming({ ...parts, pause, news, onMissed: () => figures.missed++ }, stopping.signal);
  const serving = startTask((signal) =>
    serveQueue({ ...parts, rates, queue, pause, lapsed, figures }, signal),
  );
  const take = takerOf({ time: parts.time, queue, timing, lapsed, stopping: stopping.signal });
  return {
    async acquire(lane, chatId, signal) {
      const request = chatId === undefined ? { lane } : { lane, chatId };
      for (;;) {
        const granted = await (await take(request, signal)).begin();
        if (granted) return granted;
        signal?.throwIfAborted();
      }
    },
    take,
    isFree(chatId) {
      if (pause.isOn(chatId) || queue.hasReplies()) return false;
      const nowMs = parts.time.now();
      const [grant] = bookSlots(
        parts.record.latest().state,
        nowMs,
        [{ lane: 'reply', chatId }],
        rates,
      ).grants;
      return grant !== undefined && 'slotMs' in grant && grant.slotMs - nowMs <= AT_ONCE_MS;
    },
    pause: pause.begin,
    hold: pause.hold,
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

type TakerParts = Pick<BookingParts, 'time' | 'queue' | 'lapsed'> & {
  timing: SlotTiming;
  stopping: AbortSignal;
};

function takerOf({ time, queue, timing, lapsed, stopping }: TakerParts): RateLimiter['take'] {
  return async (request, signal) => {
    if (stopping.aborted) throw new RateLimiterStopped('the rate limiter is stopped');
    const { earlyMs = 0, chatId, heldPatienceMs = HELD_PATIENCE_MS } = request;
    const slotMs = await queue.enter(request, signal, time.now() + heldPatienceMs);
    const isReached = await timing.reach(slotMs - earlyMs, signal);
    signal?.throwIfAborted();
    const lapse = () => {
      if (chatId !== undefined) lapsed.add(chatId, slotMs);
      return false as const;
    };
    return {
      async begin() {
        const granted = isReached && (await timing.begin(slotMs, earlyMs, chatId));
        return granted ? () => timing.holds(slotMs, chatId) || lapse() : lapse();
      },
    };
  };
}
