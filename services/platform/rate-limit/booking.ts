import type { Clock } from '../process/clock.ts';
import type { Log } from '../process/log.ts';
import type { FleetPause } from './fleet-pause.ts';
import type { LapsedSlots } from './lapsed-slots.ts';
import type { Kept, LimiterRecord } from './limiter-record.ts';
import type { ServerTime } from './server-time.ts';
import type { QueuedRequest, SlotQueue } from './slot-queue.ts';
import { LATENESS_ALLOWED_MS } from './slot-timing.ts';
import {
  BOOKABLE_MS,
  bookSlots,
  FURTHEST_MS,
  isSetBack,
  MAX_PREPARATION_MS,
  type Rates,
  type ReservationRequest,
} from './slots.ts';

/** What booking is counted in. */
export type BookingFigures = {
  /** Successful compare-and-sets, and slots booked by them. */
  bookings: number;
  slots: number;
  /** Compare-and-sets at which another process was quicker. */
  conflicts: number;
};

export type BookingParts = {
  time: ServerTime;
  record: LimiterRecord;
  clock: Clock;
  log: Log;
  /** Numbers from 0 to 1: they keep processes from asking at the same instant. */
  random(): number;
  rates: Rates;
  queue: SlotQueue;
  pause: FleetPause;
  lapsed: LapsedSlots;
  figures: BookingFigures;
};

const MOST_AT_ONCE = 512;
const LONGEST_LEAD_MS = FURTHEST_MS - BOOKABLE_MS.reply - MAX_PREPARATION_MS;
const HOLD_MS = 100;
const JITTER_MS = { lane: 100, conflict: 10, conflicts: 160, unavailable: 500 } as const;

/**
 * Books slots for the requests of the queue until the signal is aborted: those that wait together are booked together,
 * by one compare-and-set. While the store is away nothing is booked.
 */
export async function serveQueue(parts: BookingParts, stopping: AbortSignal): Promise<void> {
  const { time, record, clock, log, random, queue } = parts;
  const book = bookerOf(parts, stopping);
  while (!stopping.aborted) {
    const requests = queue.ready(time.now(), MOST_AT_ONCE);
    if (requests.length === 0) {
      await queue.change(clock, time.now());
      continue;
    }
    await book(requests).catch(async (error: unknown) => {
      log.warn({ err: error }, 'the budget store does not answer: nothing is sent');
      await clock.sleep(random() * JITTER_MS.unavailable, stopping);
      await record.read().catch(() => {});
    });
  }
}

type Book = (requests: readonly QueuedRequest[]) => Promise<void>;

/** Does nothing when another process changed the record meanwhile: the loop comes again. */
function bookerOf(parts: BookingParts, stopping: AbortSignal): Book {
  const { time, record, clock, random, rates, queue, pause, figures } = parts;
  let leadMs = 0;
  let lost = 0;

  /** The more conflicts in a row, the longer it waits: many that all come again at once would all lose but one. */
  async function waitAfterConflict({ revision }: Kept): Promise<void> {
    figures.conflicts++;
    const longestMs = Math.min(JITTER_MS.conflicts, JITTER_MS.conflict * 2 ** lost++);
    await clock.sleep(random() * longestMs, stopping);
    if (record.latest().revision === revision) await record.read();
  }

  return async (requests) => {
    await time.refresh();
    const kept = record.latest();
    const askedMs = time.now();
    // The pause is over by the record, but not by this process: see fleet-pause.ts.
    if (pause.isOn() && kept.state.pausedUntilMs <= askedMs) return hold(queue, requests, askedMs);
    const asked = requests.map((request) => reservationOf(parts.lapsed, request));
    const { state, grants } = bookSlots(kept.state, askedMs + leadMs, asked, rates);
    const booked = grants.filter((grant) => 'slotMs' in grant).length;
    if (booked > 0 || isSetBack(kept.state, state)) {
      if (!(await record.replace(kept, state))) return waitAfterConflict(kept);
      // A slow store would return every slot after its instant: then ask for later ones.
      const tookMs = time.now() - askedMs;
      leadMs = tookMs > LATENESS_ALLOWED_MS / 2 ? Math.min(tookMs, LONGEST_LEAD_MS) : 0;
      lost = 0;
      figures.bookings++;
      figures.slots += booked;
    }
    queue.settle(requests, grants, time.now(), random() * JITTER_MS.lane);
  };
}

function reservationOf(
  lapsed: LapsedSlots,
  { lane, isPatient, chatId, preparationMs }: QueuedRequest,
): ReservationRequest {
  const request = { lane, isPatient, preparationMs };
  if (chatId === undefined) return request;
  const lapsedMs = lapsed.of(chatId);
  return { ...request, chatId, ...(lapsedMs !== undefined && { lapsedMs }) };
}

function hold(queue: SlotQueue, requests: readonly QueuedRequest[], nowMs: number): void {
  const later = requests.map(() => ({ againAtMs: nowMs + HOLD_MS, because: 'lane' as const }));
  queue.settle(requests, later, nowMs, 0);
}
