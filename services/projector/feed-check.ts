import { RebuildNeeded } from '#projections/engine/projection.ts';
import type { Clock } from '#services/platform/process/clock.ts';
import { kindOf } from '#services/platform/process/failure-run.ts';
import type { ReadinessCheck } from '#services/platform/process/readiness.ts';

/** How long a checkpoint may stand while its stream has more. A batch takes a fraction of it, on a busy machine too. */
const STILL_MS = 20_000;

export type FeedCheck = ReadinessCheck & {
  /** The checkpoint stands at `position` of a stream that goes on to `end`. */
  stands(position: number, end: number): void;
  failed(error: unknown): void;
};

export type FeedCheckOptions = {
  name: string;
  clock: Clock;
  /** What no further try mends: its message says what to do. */
  isLasting(error: Error): boolean;
};

/** A projection moves while its stream has more. */
export function feedCheck({ name, clock, isLasting }: FeedCheckOptions): FeedCheck {
  let place: { position: number; end: number; movedAtMs: number } | undefined;
  let failure: { text: string; isLasting: boolean } | undefined;

  function stands(position: number, end: number): void {
    const hasMoved = place === undefined || position !== place.position || position >= end;
    place = { position, end, movedAtMs: hasMoved || !place ? clock.now() : place.movedAtMs };
    failure = undefined;
  }

  function failed(error: unknown): void {
    // Its tables were there for this version before: another one has swapped its own in.
    if (error instanceof RebuildNeeded && place !== undefined) failure = { text: SWAPPED, isLasting: true };
    else if (error instanceof Error && isLasting(error)) failure = { text: error.message, isLasting: true };
    else failure = { text: kindOf(error), isLasting: false };
  }

  return {
    name,
    stands,
    failed,
    problem() {
      if (failure?.isLasting) return failure.text;
      if (place === undefined) return `nothing is projected yet${because(failure?.text)}`;
      const { position, end, movedAtMs } = place;
      if (clock.now() - movedAtMs < STILL_MS) return undefined;
      const since = new Date(movedAtMs).toISOString();
      return `stands at ${position} of ${end} since ${since}${because(failure?.text)}`;
    },
  };
}

const SWAPPED =
  'was rebuilt by another version of the program while this one ran: restart this process with that version';

const because = (text: string | undefined): string => (text === undefined ? '' : ` (${text})`);
