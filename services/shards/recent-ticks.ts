import type { Clock } from '#services/platform/process/clock.ts';

/**
 * REMINDERS is acked before it is on disk. A power cut takes what the server had not synced yet, two minutes by
 * default, so what was done within this time is done again after one.
 */
export const MAY_BE_LOST_MS = 180_000;

/** Ticks that this process did within {@link MAY_BE_LOST_MS}. */
export function recentTicks(clock: Clock) {
  /** When each tick was done last, the latest at the end. */
  const doneAtMs = new Map<number, number>();

  /** Other processes may have done all the ticks since, and what is on disk is not to be done again. */
  function forgetOld(): void {
    for (const [oldest, atMs] of doneAtMs) {
      if (atMs >= clock.now() - MAY_BE_LOST_MS) return;
      doneAtMs.delete(oldest);
    }
  }

  return {
    add(sequence: number): void {
      doneAtMs.delete(sequence);
      doneAtMs.set(sequence, clock.now());
      forgetOld();
    },
    /** Rising. */
    sequences(): number[] {
      forgetOld();
      return [...doneAtMs.keys()].sort((a, b) => a - b);
    },
  };
}
