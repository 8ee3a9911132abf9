import { type EpochMinute, epochMinuteAt } from '#contracts/time.ts';
import {
  BOOKABLE_MS,
  bookSlots,
  type Grant,
  initialState,
  type Lane,
  type LimiterState,
  type ReservationRequest,
} from '#services/platform/rate-limit/slots.ts';
import { openBacklog } from './backlog.ts';
import { openInHand } from './in-hand.ts';
import { type ByTier, REMINDED } from './population.ts';
import type { Settings } from './settings.ts';
import { type Tally, tallyDelivered, tallyDue, tallyExpired, tallyReply, tallySent } from './tally.ts';
import { openTaps } from './taps.ts';

export type SenderSettings = Pick<
  Settings,
  'sendRate' | 'bulkRate' | 'taps' | 'deadlineMs' | 'inFlight' | 'sendMs' | 'seed'
>;

/** Told of every message that leaves, in the order in which the slots were booked. */
export type Watch = (lane: Lane, slotMs: number) => void;

const MINUTE_MS = 60_000;
/** As the sender: how many are booked at once, and how long before its slot a message is checked for the last time. */
const MOST_AT_ONCE = 512;
const EARLY_MS = 40;
/** About what a compare-and-set takes. What becomes free meanwhile is booked together. */
const BOOKING_MS = 2;

const REPLIES: readonly ReservationRequest[] = Array.from({ length: MOST_AT_ONCE }, () => ({
  lane: 'reply',
}));
const BULK: readonly ReservationRequest[] = Array.from({ length: MOST_AT_ONCE }, () => ({ lane: 'bulk' }));

/**
 * The senders and the bot of a whole fleet on a virtual clock: taps first, then reminders by tier and age, into the
 * slots that the real pacer gives out of one budget. `max_ack_pending` bounds what is in hand, and what has expired is
 * dropped.
 */
export function openVirtualSender(settings: SenderSettings, startMs: number, tally: Tally, watch?: Watch) {
  const { deadlineMs, sendMs } = settings;
  const rates = { whole: settings.sendRate, bulk: settings.bulkRate };
  // More than these cannot be granted at once: asking for more would be refused, at a cost.
  const mostBulk = Math.min(MOST_AT_ONCE, Math.ceil((BOOKABLE_MS.bulk * rates.bulk) / 1000) + 2);
  const backlog = openBacklog();
  /** In hand without a slot: the first ones of the backlog. */
  const waiting = REMINDED.map(() => 0);
  /** In hand with a slot. */
  const inHand = REMINDED.map(() => openInHand(settings.inFlight));
  const taps = openTaps(settings.taps, settings.seed);
  let pacer: LimiterState = initialState(startMs, rates);
  const readyAtMs = { reply: startMs, bulk: startMs };
  let backlogSinceMs = startMs;

  /** Takes reminders in hand as far as `max_ack_pending` allows; what has expired ends at once. */
  function receive(nowMs: number): void {
    const expired = epochMinuteAt(nowMs - deadlineMs);
    const before = backlog.total();
    for (const [tier, hand] of inHand.entries()) {
      hand.release(nowMs);
      for (const { minute, left } of backlog.takeUpTo(tier, expired, waiting[tier] ?? 0))
        tallyExpired(tally, tier, minute, left);
      waiting[tier] = Math.min(backlog.length(tier), hand.free());
    }
    if (before > 0 && backlog.total() === 0) endBacklog(nowMs);
  }

  /** The tiers of those who want slots now, best first. */
  function bulkWanting(): number[] {
    const wanting: number[] = [];
    for (const tier of REMINDED.keys())
      for (let left = waiting[tier] ?? 0; left > 0 && wanting.length < mostBulk; left--) wanting.push(tier);
    return wanting;
  }

  /** Books for all who want slots and may ask. */
  function book(nowMs: number): void {
    const replying = readyAtMs.reply <= nowMs ? Math.min(MOST_AT_ONCE, taps.waiting(nowMs)) : 0;
    const wanting = readyAtMs.bulk <= nowMs ? bulkWanting() : [];
    if (replying + wanting.length === 0) return;
    const requests = [...REPLIES.slice(0, replying), ...BULK.slice(0, wanting.length)];
    const { state, grants } = bookSlots(pacer, nowMs, requests, rates);
    pacer = state;
    for (const [i, grant] of grants.entries()) {
      const tier = wanting[i - replying];
      if (tier === undefined) settleReply(grant);
      else settleBulk(grant, tier);
    }
  }

  function settleReply(grant: Grant): void {
    if (!('slotMs' in grant)) {
      readyAtMs.reply = grant.againAtMs;
      return;
    }
    tallyReply(tally, taps.take(), grant.slotMs);
    leave('reply', grant.slotMs);
  }

  function settleBulk(grant: Grant, tier: number): void {
    if (!('slotMs' in grant)) {
      readyAtMs.bulk = grant.againAtMs;
      return;
    }
    const { slotMs } = grant;
    const minute = backlog.take(tier);
    if (minute === undefined) return;
    waiting[tier] = (waiting[tier] ?? 0) - 1;
    if (backlog.total() === 0) endBacklog(slotMs);
    inHand[tier]?.put(slotMs + sendMs);
    if (slotMs - EARLY_MS >= minute * MINUTE_MS + deadlineMs) {
      tallyExpired(tally, tier, minute, 1);
      return;
    }
    tallyDelivered(tally, tier, minute, slotMs);
    leave('bulk', slotMs);
    taps.follow(slotMs);
  }

  function leave(lane: Lane, slotMs: number): void {
    tallySent(tally, lane, slotMs);
    watch?.(lane, slotMs);
  }

  function endBacklog(nowMs: number): void {
    const ms = nowMs - backlogSinceMs;
    if (ms > tally.longestBacklog.ms) tally.longestBacklog = { fromMs: backlogSinceMs, ms };
  }

  return {
    /** Reminders become due. */
    add(minute: EpochMinute, due: ByTier): void {
      if (backlog.total() === 0) backlogSinceMs = minute * MINUTE_MS;
      for (const [tier, n] of due.entries()) {
        backlog.add(tier, minute, n);
        tallyDue(tally, tier, minute, n, backlog.length(tier));
      }
    },
    /** Does what is to be done at an instant. */
    step(nowMs: number): void {
      receive(nowMs);
      book(nowMs);
    },
    /** No more will be done. A backlog that is left lasted until now. */
    end(nowMs: number): void {
      if (backlog.total() > 0) endBacklog(nowMs);
    },
    /** When there is something to do next; Infinity for never, unless something is added. */
    nextMs(nowMs: number): number {
      const soonestMs = nowMs + BOOKING_MS;
      let next = taps.nextMs(nowMs);
      if (taps.waiting(nowMs) > 0) next = Math.min(next, readyAtMs.reply);
      for (const tier of REMINDED.keys()) {
        if (backlog.length(tier) === 0) continue;
        const fetchedMs = (waiting[tier] ?? 0) > 0 ? nowMs : (inHand[tier]?.nextMs() ?? nowMs);
        next = Math.min(next, Math.max(readyAtMs.bulk, fetchedMs));
      }
      return Math.max(next, soonestMs);
    },
  };
}
