import { beginOfMinuteMs } from '#contracts/time.ts';
import {
  BOOKABLE_MS,
  bookSlots,
  type Grant,
  type Lane,
  type ReservationRequest,
} from '#services/platform/rate-limit/slots.ts';
import { type Fleet, takeBooked } from './fleet.ts';
import { REMINDER_TIERS } from './population.ts';
import { tallyDelivered, tallyExpired, tallyReply, tallySent } from './tally.ts';

/** As the sender: how many slots are requested at once. */
const MOST_AT_ONCE = 512;
/** As the sender: how long before its slot a message is checked for expiry for the last time. */
const EARLY_MS = 40;

const requests = (lane: Lane): readonly ReservationRequest[] =>
  Array.from({ length: MOST_AT_ONCE }, () => ({ lane }));
const REPLIES = requests('reply');
const BULK = requests('bulk');

/** Requests slots for the taps and then the reminders that wait, from lanes that may ask at `nowMs`. */
export function book(fleet: Fleet, nowMs: number): void {
  const { readyAtMs, taps, rates } = fleet;
  const replies = readyAtMs.reply <= nowMs ? Math.min(MOST_AT_ONCE, taps.waiting(nowMs)) : 0;
  const tiers = readyAtMs.bulk <= nowMs ? tiersToBook(fleet) : [];
  if (replies + tiers.length === 0) return;
  const requested = [...REPLIES.slice(0, replies), ...BULK.slice(0, tiers.length)];
  const { state, grants } = bookSlots(fleet.limiter, nowMs, requested, rates);
  fleet.limiter = state;
  for (const [i, grant] of grants.entries()) {
    const tier = tiers[i - replies];
    if (tier === undefined) settleReply(fleet, grant);
    else settleReminder(fleet, grant, tier);
  }
}

/** The tier of each reminder that requests a slot now, best first. */
function tiersToBook({ unbooked, rates }: Fleet): number[] {
  // More than these cannot be granted at once: further requests would be refused, at a cost.
  const most = Math.min(MOST_AT_ONCE, Math.ceil((BOOKABLE_MS.bulk * rates.bulk) / 1000) + 2);
  const tiers: number[] = [];
  for (const tier of REMINDER_TIERS.keys())
    for (let left = unbooked[tier] ?? 0; left > 0 && tiers.length < most; left--) tiers.push(tier);
  return tiers;
}

function settleReply(fleet: Fleet, grant: Grant): void {
  if (!('slotMs' in grant)) {
    fleet.readyAtMs.reply = grant.againAtMs;
    return;
  }
  tallyReply(fleet.tally, fleet.taps.take(), grant.slotMs);
  send(fleet, 'reply', grant.slotMs);
}

function settleReminder(fleet: Fleet, grant: Grant, tier: number): void {
  if (!('slotMs' in grant)) {
    fleet.readyAtMs.bulk = grant.againAtMs;
    return;
  }
  const { slotMs } = grant;
  const minute = takeBooked(fleet, tier, slotMs);
  if (minute === undefined) return;
  if (slotMs - EARLY_MS >= beginOfMinuteMs(minute) + fleet.settings.deadlineMs) {
    tallyExpired(fleet.tally, tier, minute, 1);
    return;
  }
  tallyDelivered(fleet.tally, tier, minute, slotMs);
  send(fleet, 'bulk', slotMs);
  fleet.taps.follow(slotMs);
}

function send({ tally, onSent }: Fleet, lane: Lane, slotMs: number): void {
  tallySent(tally, lane, slotMs);
  onSent?.(lane, slotMs);
}
