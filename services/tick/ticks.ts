import { CATCH_UP_MINUTES } from '#contracts/ticks.ts';
import { type EpochMinute, epochMinuteAt, minutesAfter } from '#contracts/time.ts';

const MINUTE_MS = 60_000;

/**
 * A minute counts as begun this long after it began, so that whatever was confirmed before it is surely in the EVENTS
 * sequence read then, also when the server read its clock a moment after its log.
 */
export const SETTLE_MS = 10;

/** What is to be published: `minutes` in order. `skipped` were missed too long ago and get no tick. */
export type Missing = { minutes: EpochMinute[]; skipped: number };

/**
 * The minutes after the last one published up to the one that runs: one as a rule, all of them after downtime or a
 * step forwards, none before time has caught up after a step backwards. Without a last one, only the one that runs.
 */
export function missingMinutes(last: EpochMinute | undefined, nowMs: number): Missing {
  const current = epochMinuteAt(nowMs - SETTLE_MS);
  const next = last === undefined ? current : minutesAfter(last, 1);
  const oldest = minutesAfter(current, 1 - CATCH_UP_MINUTES);
  const skipped = Math.max(0, oldest - next);
  const count = Math.max(0, current - next - skipped + 1);
  return {
    minutes: Array.from({ length: count }, (_, i) => minutesAfter(next, skipped + i)),
    skipped: count > 0 ? skipped : 0,
  };
}

/** How long the last tick lies in the future, in ms: above 0 after the clock was stepped backwards. */
export function aheadMs(last: EpochMinute | undefined, nowMs: number): number {
  return last === undefined ? 0 : Math.max(0, last * MINUTE_MS - nowMs);
}

/** Milliseconds until the next minute counts as begun. */
export function untilNextMs(nowMs: number): number {
  const settled = nowMs - SETTLE_MS;
  return (Math.floor(settled / MINUTE_MS) + 1) * MINUTE_MS - settled;
}
