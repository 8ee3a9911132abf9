import type { EpochMinute } from '#contracts/time.ts';
import type { Clock } from '#services/platform/process/clock.ts';
import type { ReadinessCheck } from '#services/platform/process/readiness.ts';
import { aheadMs } from './ticks.ts';

/** A look at TICKS is made every few seconds. */
const NO_LOOK_MS = 30_000;
const TICK_AGE_MS = 120_000;
/** A lost race, a look that failed, and a server whose clock is a little behind the last one's. */
const PATIENCE_MS = 10_000;
const MINUTE_MS = 60_000;

export type TickReadiness = ReadinessCheck & {
  /** TICKS ends with the tick of `minute`, if with any; the server's clock says `nowMs`. */
  looked(minute: EpochMinute | undefined, nowMs: number): void;
};

/** Every minute gets its tick: whichever replica publishes it, all of them see the end of TICKS move. */
export function tickReadiness(clock: Clock): TickReadiness {
  let look: { minute: EpochMinute | undefined; nowMs: number; atMs: number } | undefined;
  return {
    name: 'ticks',
    patienceMs: PATIENCE_MS,
    looked: (minute, nowMs) => {
      look = { minute, nowMs, atMs: clock.now() };
    },
    problem() {
      if (look === undefined) return 'the end of TICKS is not known yet';
      const { minute, nowMs, atMs } = look;
      if (clock.now() - atMs > NO_LOOK_MS) return `the end of TICKS is not known since ${instant(atMs)}`;
      if (minute === undefined) return 'no tick was published yet';
      const last = instant(minute * MINUTE_MS);
      if (aheadMs(minute, nowMs) > 0) return `the last one lies in the future: no other before ${last}`;
      return nowMs - minute * MINUTE_MS > TICK_AGE_MS ? `the last one is of ${last}` : undefined;
    },
  };
}

const instant = (ms: number): string => new Date(ms).toISOString();
