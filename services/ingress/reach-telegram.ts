import { type Api, GrammyError } from 'grammy';
import { describeError } from '#services/platform/process/describe-error.ts';
import { type Backoff, type Running, retry, startTask } from '#services/platform/process/lifecycle.ts';
import type { Ports } from '#services/platform/process/run-service.ts';
import { SettingsProblem } from '#services/platform/process/settings.ts';

export type ApiSignal = Parameters<Api['getMe']>[0];

const BACKOFF: Backoff = { firstMs: 1_000, longestMs: 60_000 };
/** A start waits this long for Telegram and then goes on without. */
const FIRST_TRY_MS = 5_000;

/**
 * Repeats a call until Telegram can be reached. `firstTry` resolves when it is done or will be tried again, and rejects
 * with a {@link SettingsProblem} when Telegram refused: a wrong token or webhook does not get better by waiting.
 */
export function untilReached(
  { clock, log }: Pick<Ports, 'clock' | 'log'>,
  call: (signal: ApiSignal) => Promise<unknown>,
): Running & { firstTry: Promise<void> } {
  const first = Promise.withResolvers<void>();
  const onFailure = (error: unknown) => {
    log.warn({ err: error }, 'Telegram cannot be reached, it will be tried again');
    first.resolve();
  };
  const task = startTask(async (signal) => {
    void clock.sleep(FIRST_TRY_MS, signal).then(() => first.resolve());
    try {
      await retry({ clock, backoff: BACKOFF, signal, onFailure, isFinal: isRefusal }, () =>
        call(grammySignal(signal)),
      );
    } catch (error) {
      // Anything else is the stop.
      if (!isRefusal(error)) return;
      log.error({ err: error }, 'Telegram refused');
      first.reject(new SettingsProblem(refusalText(error), { cause: error }));
    }
    first.resolve();
  });
  return { stop: () => task.stop(), firstTry: first.promise };
}

/**
 * grammY types its signals by a polyfill's class, and uses of them what every AbortSignal has; it refuses at run time
 * what is none.
 */
export function grammySignal(signal: AbortSignal): ApiSignal {
  return signal as unknown as ApiSignal;
}

/** Not 429 and not 5xx: those pass. */
export function isRefusal(error: unknown): error is GrammyError {
  return error instanceof GrammyError && error.error_code < 500 && error.error_code !== 429;
}

/** What to do about it, without the token. */
export function refusalText(error: GrammyError): string {
  const { error_code, method } = error;
  const { description } = describeError(error);
  return error_code === 401 || error_code === 404
    ? 'Telegram does not know BOT_TOKEN: set it to the token that @BotFather gave.'
    : `Telegram refused ${method}: ${description}. Check WEBHOOK_URL and WEBHOOK_SECRET.`;
}
