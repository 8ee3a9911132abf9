import type { Clock } from '../process/clock.ts';
import { failureRun } from '../process/failure-run.ts';
import type { ReadinessCheck } from '../process/readiness.ts';
import { NotSent, type Transport } from './transport.ts';

/** A deployment of Telegram's, or a connection that is made again, takes less. */
const TIMES = { lastsMs: 8_000, countsForMs: 120_000 };

export type TelegramCheck = ReadinessCheck & {
  /** The same, with each answer noticed. */
  watched(fetch: Transport['fetch']): Transport['fetch'];
};

/** Telegram answers what is asked of it anyway. It is not asked for the sake of this check. */
export function telegramCheck(clock: Clock): TelegramCheck {
  const run = failureRun(clock, TIMES);
  return {
    name: 'Telegram',
    isShared: true,
    problem: run.problem,
    watched: (fetch) => async (url, exchange) => {
      try {
        const answer = await fetch(url, exchange);
        if (answer.status === 401) run.failed('does not accept BOT_TOKEN');
        else if (answer.status >= 500) run.failed(`answers with ${answer.status}`);
        else run.succeeded();
        return answer;
      } catch (error) {
        if (!(error instanceof NotSent || exchange.signal?.aborted)) run.failed('cannot be reached');
        throw error;
      }
    },
  };
}
