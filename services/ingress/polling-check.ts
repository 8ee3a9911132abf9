import { GrammyError, HttpError } from 'grammy';
import type { Clock } from '#services/platform/process/clock.ts';
import { failureRun, kindOf } from '#services/platform/process/failure-run.ts';
import type { ReadinessCheck } from '#services/platform/process/readiness.ts';

/** One cut connection is followed by a poll that works. */
const FAILING = { lastsMs: 8_000, countsForMs: 120_000 };
/**
 * Two that poll with one token cut each other off, and each gets some of the updates: a poll that works does not say
 * that the other one is gone.
 */
const CONFLICT = { lastsMs: 3_000, countsForMs: 60_000 };

export type PollingCheck = ReadinessCheck & {
  /** This process polls from now on; until then another replica may. */
  begins(): void;
  ends(): void;
  answered(): void;
  failed(error: unknown): void;
};

/** While this process is the one that polls, Telegram gives it the updates. */
export function pollingCheck(clock: Clock): PollingCheck {
  const failures = failureRun(clock, FAILING);
  const conflicts = failureRun(clock, CONFLICT);
  let isWaiting = false;
  return {
    name: 'polling',
    begins: () => {
      isWaiting = true;
    },
    ends: () => {
      isWaiting = false;
      failures.succeeded();
      conflicts.succeeded();
    },
    answered: () => {
      isWaiting = false;
      failures.succeeded();
    },
    failed(error) {
      if (error instanceof GrammyError && error.error_code === 409) conflicts.failed(CONFLICT_TEXT);
      else failures.failed(textOf(error));
    },
    problem: () =>
      conflicts.problem() ?? failures.problem() ?? (isWaiting ? 'no answer from Telegram yet' : undefined),
  };
}

const CONFLICT_TEXT =
  'refused (409), another program polls with this BOT_TOKEN or has set a webhook: stop it, or take another token;';

function textOf(error: unknown): string {
  if (error instanceof HttpError) return 'Telegram cannot be reached';
  if (error instanceof GrammyError) return `Telegram refuses (${error.error_code})`;
  return `updates cannot be stored (${kindOf(error)})`;
}
