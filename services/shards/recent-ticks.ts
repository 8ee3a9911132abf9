import type { Clock } from '#services/platform/process/clock.ts';

/**
 * REMINDERS is acked before it is on disk. A power cut takes what the server had not synced yet, two minutes by
 * default, so what was done within this time is done again after one.
 */
export const MAY_BE_LOST_MS = 180_000;

/** REMINDERS remembers what was queued for 48 hours: until long before that, doing a tick again queues nothing twice. */
const MAY_BE_DONE_AGAIN_MS = 24 * 3_600_000;

/**
 * Ticks that this process did within {@link MAY_BE_LOST_MS} before the last one that it did. Not before now: on a full disk
 * nothing can be queued, however long that lasts, and the server restarts only afterwards.
 */
export function recentTicks(clock: Clock) {
  /** When each tick was done last, the latest at the end. */
  const doneAtMs = new Map<number, number>();

  let lastDoneMs = 0;

  function forgetOld(): void {
    const sinceMs = Math.max(lastDoneMs - MAY_BE_LOST_MS, clock.now() - MAY_BE_DONE_AGAIN_MS);
    for (const [oldest, atMs] of doneAtMs) {
      if (atMs >= sinceMs) return;
      doneAtMs.delete(oldest);
    }
  }

  return {
    add(sequence: number): void {
      doneAtMs.delete(sequence);
      lastDoneMs = clock.now();
      doneAtMs.set(sequence, lastDoneMs);
      forgetOld();
    },
    /** Rising. */
    sequences(): number[] {
      forgetOld();
      return [...doneAtMs.keys()].sort((a, b) => a - b);
    },
  };
}
