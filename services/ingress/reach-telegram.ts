import { type Api, GrammyError } from 'grammy';
import type { Running } from '#services/platform/process/lifecycle.ts';
import type { Ports } from '#services/platform/process/run-service.ts';
import { SettingsProblem } from '#services/platform/process/settings.ts';

export type ApiSignal = Parameters<Api['getMe']>[0];

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
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
  const stopping = new AbortController();
  const attempt = async (): Promise<boolean> => {
    try {
      await call(grammySignal(stopping.signal));
      return true;
    } catch (error) {
      if (isRefusal(error)) throw new SettingsProblem(refusalText(error), { cause: error });
      if (!stopping.signal.aborted)
        log.warn({ err: error }, 'Telegram cannot be reached, it will be tried again');
      return false;
    }
  };
  const repeat = async () => {
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)) {
      await clock.sleep(pauseMs, stopping.signal);
      if (stopping.signal.aborted || (await attempt())) return;
    }
  };
  const first = attempt();
  const later = first.then((done) => (done ? undefined : repeat()));
  later.catch((error: unknown) => log.error({ err: error }, 'Telegram refused'));
  return {
    firstTry: Promise.race([first.then(() => undefined), clock.sleep(FIRST_TRY_MS, stopping.signal)]),
    async stop() {
      stopping.abort();
      await later.catch(() => undefined);
    },
  };
}

/**
 * grammY types its signals by a polyfill's class, and uses of them what every AbortSignal has; it refuses at run time
 * what is none.
 */
export function grammySignal(signal: AbortSignal): ApiSignal {
  return signal as unknown as ApiSignal;
}

/** Not 429 and not 5xx: those pass. */
function isRefusal(error: unknown): error is GrammyError {
  return error instanceof GrammyError && error.error_code < 500 && error.error_code !== 429;
}

function refusalText({ error_code, description, method }: GrammyError): string {
  return error_code === 401 || error_code === 404
    ? 'Telegram does not know BOT_TOKEN: set it to the token that @BotFather gave.'
    : `Telegram refused ${method}: ${description}. Check WEBHOOK_URL and WEBHOOK_SECRET.`;
}
