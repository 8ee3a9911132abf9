import type { Clock } from './clock.ts';

/** Failures in a row, with no success between them. */
export type FailureRun = {
  succeeded(): void;
  /** @param why what failed, without anything that a request held. */
  failed(why: string): void;
  /** The last failure's why and when the run began; undefined while it is short or long past. */
  problem(): string | undefined;
};

/**
 * - `lastsMs`: a run shorter than this is no problem: it is over before anybody could do something.
 * - `countsForMs`: a last failure older than this says nothing any more: another process may have taken the work over,
 *   or nothing was tried since.
 */
export type FailureRunTimes = { lastsMs: number; countsForMs: number };

export function failureRun(clock: Clock, { lastsMs, countsForMs }: FailureRunTimes): FailureRun {
  let run: { firstMs: number; lastMs: number; why: string } | undefined;
  return {
    succeeded: () => {
      run = undefined;
    },
    failed(why) {
      const nowMs = clock.now();
      const isOver = run === undefined || nowMs - run.lastMs > countsForMs;
      run = { firstMs: isOver || !run ? nowMs : run.firstMs, lastMs: nowMs, why };
    },
    problem() {
      if (run === undefined || clock.now() - run.lastMs > countsForMs) return undefined;
      if (run.lastMs - run.firstMs < lastsMs) return undefined;
      return `${run.why} since ${new Date(run.firstMs).toISOString()}`;
    },
  };
}

/** An error by its name and code alone: the text of one may hold what a person wrote. */
export function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  return 'code' in error && error.code !== undefined ? `${error.name} ${error.code}` : error.name;
}
