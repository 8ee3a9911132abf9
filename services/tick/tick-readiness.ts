import { beginOfMinuteMs, type EpochMinute, minutesAfter } from '#contracts/time.ts';
import { whyNotStored } from '#services/platform/jetstream/not-stored.ts';
import type { Clock } from '#services/platform/process/clock.ts';
import type { ReadinessCheck } from '#services/platform/process/readiness.ts';
import { aheadMs } from './ticks.ts';

/** A round is made every few seconds. One that makes up for days takes longer, and is no work of every minute. */
const NO_ROUND_MS = 15_000;
/** The clock of a new leader may be a little behind that of the last one. */
const PATIENCE_MS = 5_000;
const MINUTE_MS = 60_000;

export type TickReadiness = ReadinessCheck & {
  /** TICKS has all minutes up to `minute`; the server's clock says `nowMs`. */
  published(minute: EpochMinute | undefined, nowMs: number): void;
  failed(error: unknown): void;
  /** Since when the oldest minute waits for its tick, as far as this replica knows, in ms; undefined before the first round. */
  lagMs(): number | undefined;
};

/** Every minute gets its tick: whichever replica publishes it, all of them see TICKS reach the minute that runs. */
export function tickReadiness(clock: Clock): TickReadiness {
  let round: { minute: EpochMinute | undefined; nowMs: number; atMs: number } | undefined;
  let why = '';
  return {
    name: 'ticks',
    patienceMs: PATIENCE_MS,
    published(minute, nowMs) {
      round = { minute, nowMs, atMs: clock.now() };
      why = '';
    },
    failed(error) {
      why = ` (${whyNotStored(error)})`;
    },
    lagMs() {
      if (round?.minute === undefined) return undefined;
      const nowMs = round.nowMs + clock.now() - round.atMs;
      return Math.max(0, nowMs - beginOfMinuteMs(minutesAfter(round.minute, 1)));
    },
    problem() {
      if (round === undefined) return `none is published yet${why}`;
      const { minute, nowMs, atMs } = round;
      if (clock.now() - atMs > NO_ROUND_MS) return `none is published since ${instant(atMs)}${why}`;
      if (minute === undefined || aheadMs(minute, nowMs) === 0) return undefined;
      return `the last one lies in the future: none is published before ${instant(minute * MINUTE_MS)}`;
    },
  };
}

const instant = (ms: number): string => new Date(ms).toISOString();
