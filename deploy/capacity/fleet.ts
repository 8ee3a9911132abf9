import { type EpochMinute, epochMinuteAt } from '#contracts/time.ts';
import {
  initialState,
  type Lane,
  type LimiterState,
  type Rates,
} from '#services/platform/rate-limit/slots.ts';
import { type Backlog, openBacklog } from './backlog.ts';
import { type InFlight, openInFlight } from './in-flight.ts';
import { REMINDER_TIERS } from './population.ts';
import type { Settings } from './settings.ts';
import { type Tally, tallyExpired } from './tally.ts';
import { openTaps, type Taps } from './taps.ts';

export type FleetSettings = Pick<
  Settings,
  'sendRate' | 'bulkRate' | 'taps' | 'deadlineMs' | 'inFlight' | 'sendMs' | 'seed'
>;

/** Called for every message that is sent, in the order in which the slots were booked. */
export type OnSent = (lane: Lane, slotMs: number) => void;

/** What the senders and the bot hold at an instant. Arrays are by tier, in the order of {@link REMINDER_TIERS}. */
export type Fleet = {
  settings: FleetSettings;
  rates: Rates;
  limiter: LimiterState;
  /** When each lane may ask for slots again after a refusal. */
  readyAtMs: Record<Lane, number>;
  backlog: Backlog;
  /** Reminders that were received but have no slot yet: the first ones of the backlog. */
  unbooked: number[];
  /** Reminders that have a slot and are not acked yet. */
  booked: InFlight[];
  taps: Taps;
  backlogSinceMs: number;
  tally: Tally;
  onSent: OnSent | undefined;
};

export function openFleet(
  settings: FleetSettings,
  startMs: number,
  tally: Tally,
  onSent: OnSent | undefined,
): Fleet {
  const rates = { whole: settings.sendRate, bulk: settings.bulkRate };
  return {
    settings,
    rates,
    limiter: initialState(startMs, rates),
    readyAtMs: { reply: startMs, bulk: startMs },
    backlog: openBacklog(),
    unbooked: REMINDER_TIERS.map(() => 0),
    booked: REMINDER_TIERS.map(() => openInFlight(settings.inFlight)),
    taps: openTaps(settings.taps, settings.seed),
    backlogSinceMs: startMs,
    tally,
    onSent,
  };
}

/** Receives reminders as far as `max_ack_pending` allows. What has expired by now is dropped. */
export function receive(fleet: Fleet, nowMs: number): void {
  const { backlog, unbooked, tally } = fleet;
  const expired = epochMinuteAt(nowMs - fleet.settings.deadlineMs);
  const before = backlog.total();
  for (const [tier, booked] of fleet.booked.entries()) {
    booked.release(nowMs);
    for (const { minute, left } of backlog.takeUpTo(tier, expired, unbooked[tier] ?? 0))
      tallyExpired(tally, tier, minute, left);
    unbooked[tier] = Math.min(backlog.length(tier), booked.free());
  }
  if (before > 0 && backlog.total() === 0) endBacklog(fleet, nowMs);
}

/** Takes the first reminder of a tier, which was booked for `slotMs`. @returns its minute; undefined when there is none. */
export function takeBooked(fleet: Fleet, tier: number, slotMs: number): EpochMinute | undefined {
  const { backlog, unbooked } = fleet;
  const minute = backlog.take(tier);
  if (minute === undefined) return undefined;
  unbooked[tier] = (unbooked[tier] ?? 0) - 1;
  if (backlog.total() === 0) endBacklog(fleet, slotMs);
  fleet.booked[tier]?.put(slotMs + fleet.settings.sendMs);
  return minute;
}

/** Notes how long the backlog lasted that ends at `nowMs`. */
export function endBacklog({ tally, backlogSinceMs }: Fleet, nowMs: number): void {
  const ms = nowMs - backlogSinceMs;
  if (ms > tally.longestBacklog.ms) tally.longestBacklog = { fromMs: backlogSinceMs, ms };
}
