import { beginOfMinuteMs, type EpochMinute } from '#contracts/time.ts';
import { book } from './booking.ts';
import { endBacklog, type Fleet, type FleetSettings, type OnSent, openFleet, receive } from './fleet.ts';
import { type ByTier, REMINDER_TIERS } from './population.ts';
import { type Tally, tallyDue } from './tally.ts';

/** About what a compare-and-set takes. Slots that become free meanwhile are booked together. */
const BOOKING_MS = 2;

/**
 * The senders and the bot of a whole fleet on a virtual clock: answers to taps first, then reminders by tier and age,
 * at the slots that the real rate limiter grants. `max_ack_pending` bounds what is in flight, and what has expired is
 * dropped.
 * @param startMs epoch ms of the first step.
 */
export function openVirtualSender(settings: FleetSettings, startMs: number, tally: Tally, onSent?: OnSent) {
  const fleet = openFleet(settings, startMs, tally, onSent);
  const { backlog } = fleet;
  return {
    /** Reminders become due. */
    add(minute: EpochMinute, due: ByTier): void {
      if (backlog.total() === 0) fleet.backlogSinceMs = beginOfMinuteMs(minute);
      for (const [tier, count] of due.entries()) {
        backlog.add(tier, minute, count);
        tallyDue(tally, tier, minute, { due: count, waiting: backlog.length(tier) });
      }
    },
    /** Does what is to be done at an instant. */
    step(nowMs: number): void {
      receive(fleet, nowMs);
      book(fleet, nowMs);
    },
    /** Ends the simulation: a backlog that is left lasted until `nowMs`. */
    end(nowMs: number): void {
      if (backlog.total() > 0) endBacklog(fleet, nowMs);
    },
    /** When the next step is due. Infinity: never, unless reminders are added. */
    nextMs: (nowMs: number): number => Math.max(nextEventMs(fleet, nowMs), nowMs + BOOKING_MS),
  };
}

function nextEventMs({ backlog, taps, unbooked, booked, readyAtMs }: Fleet, nowMs: number): number {
  let nextMs = taps.nextMs(nowMs);
  if (taps.waiting(nowMs) > 0) nextMs = Math.min(nextMs, readyAtMs.reply);
  for (const tier of REMINDER_TIERS.keys()) {
    if (backlog.length(tier) === 0) continue;
    const receivedMs = (unbooked[tier] ?? 0) > 0 ? nowMs : (booked[tier]?.nextMs() ?? nowMs);
    nextMs = Math.min(nextMs, Math.max(readyAtMs.bulk, receivedMs));
  }
  return nextMs;
}
