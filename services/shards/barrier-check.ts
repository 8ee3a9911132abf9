import type { Tick } from '#contracts/messages.ts';
import type { Clock } from '#services/platform/process/clock.ts';
import type { ReadinessCheck } from '#services/platform/process/readiness.ts';
import type { Schedules } from './schedules.ts';

/** How long a tick may wait for the projection. A projector that is started again takes less. */
const WAITED_MS = 20_000;

export type BarrierCheck = ReadinessCheck & {
  /** A tick begins to wait at the barrier. */
  waits(tick: Tick): void;
  /** A tick has passed it. */
  passed(): void;
};

/**
 * The barrier lets ticks pass: no tick waits for longer than {@link WAITED_MS} for the schedules. A tick that is given
 * back may come to another process, so the check asks the schedules itself whether that tick could pass by now.
 */
export function barrierCheck(schedules: Pick<Schedules, 'projected'>, clock: Clock): BarrierCheck {
  let waiting: { sequence: number; sinceMs: number } | undefined;
  return {
    name: 'barrier',
    waits: ({ eventsSequence }) => {
      waiting ??= { sequence: eventsSequence, sinceMs: clock.now() };
    },
    passed: () => {
      waiting = undefined;
    },
    async problem() {
      if (waiting === undefined) return undefined;
      const { sequence, sinceMs } = waiting;
      const projected = await schedules.projected();
      if (projected >= sequence) waiting = undefined;
      if (projected >= sequence || clock.now() - sinceMs < WAITED_MS) return undefined;
      return `no reminders since ${new Date(sinceMs).toISOString()}: the schedules stand at ${projected} of ${sequence}, is the projector ready?`;
    },
  };
}
