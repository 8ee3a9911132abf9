import type { EventSequence } from '#contracts/ids.ts';
import type { Clock } from '#services/platform/process/clock.ts';
import { type Backoff, backoffMs } from '#services/platform/process/lifecycle.ts';
import type { Schedules } from './schedules.ts';

/** The projection did not get there in time. The tick is given back and tried again: later is better than wrong. */
export class NotProjected extends Error {
  override name = 'NotProjected';
}

const POLL: Backoff = { firstMs: 5, longestMs: 100 };

export type BarrierPorts = { schedules: Pick<Schedules, 'projected'>; clock: Clock };

/**
 * Waits until the schedules hold every event up to `sequence` (G5).
 * @returns how long it waited, in ms.
 * @throws {NotProjected} after `waitMs`, or when `signal` is aborted.
 */
export async function untilProjected(
  { schedules, clock }: BarrierPorts,
  sequence: EventSequence,
  waitMs: number,
  signal: AbortSignal,
): Promise<number> {
  const beganMs = clock.now();
  for (let looks = 1; ; looks++) {
    const projected = await schedules.projected();
    const waitedMs = clock.now() - beganMs;
    if (projected >= sequence) return waitedMs;
    if (waitedMs >= waitMs || signal.aborted)
      throw new NotProjected(`schedules stand at ${projected} of ${sequence} after ${waitedMs} ms`);
    await clock.sleep(backoffMs(looks, POLL), signal);
  }
}
