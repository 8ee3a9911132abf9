import type { Clock } from '../process/clock.ts';
import { failureRun } from '../process/failure-run.ts';
import { countBy, type Metrics } from '../process/metrics.ts';
import type { ReadinessCheck } from '../process/readiness.ts';
import { NotSent, type Transport } from './transport.ts';

/** A deployment of Telegram's, or a connection that is made again, takes less. */
const TIMES = { lastsMs: 8_000, countsForMs: 120_000 };

/** Refusals of messages are 400 and 403, a wrong token is 401. Without an answer, what was asked may have been done. */
const ANSWERS = {
  name: 'habitstream_telegram_answers_total',
  help: 'Answers of Telegram to this process by HTTP status; code="none" where none came',
  label: 'code',
  values: ['200', '400', '401', '403', '429', 'none'],
};

export type TelegramCheck = ReadinessCheck & {
  /** The same, with each answer noticed. */
  watched(fetch: Transport['fetch']): Transport['fetch'];
};

/** Telegram answers what is asked of it anyway. It is not asked for the sake of this check. */
export function telegramCheck(clock: Clock, metrics?: Metrics): TelegramCheck {
  const count = countBy(metrics, ANSWERS);
  const run = failureRun(clock, TIMES);
  return {
    name: 'Telegram',
    isShared: true,
    problem: run.problem,
    watched: (fetch) => async (url, exchange) => {
      try {
        const answer = await fetch(url, exchange);
        count(String(answer.status));
        if (answer.status === 401) run.failed('does not accept BOT_TOKEN');
        else if (answer.status >= 500) run.failed(`answers with ${answer.status}`);
        else run.succeeded();
        return answer;
      } catch (error) {
        if (!(error instanceof NotSent || exchange.signal?.aborted)) {
          count('none');
          run.failed('cannot be reached');
        }
        throw error;
      }
    },
  };
}
