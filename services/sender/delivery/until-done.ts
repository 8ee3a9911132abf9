import type { Clock } from '#services/platform/process/clock.ts';
import type { Log } from '#services/platform/process/log.ts';

const RETRY_MS = 500;

/** For what is known only here, such as Telegram's answer: tries until the server takes it, or the signal is aborted. */
export async function untilDone<T>(
  { clock, log }: { clock: Clock; log: Log },
  work: () => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (signal.aborted) throw error;
      log.warn({ err: error }, 'an outcome waits for the server');
      await clock.sleep(RETRY_MS, signal);
    }
  }
}
