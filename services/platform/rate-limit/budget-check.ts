import type { ReadinessCheck } from '../process/readiness.ts';
import type { LimiterRecord } from './limiter-record.ts';
import type { ServerTime } from './server-time.ts';

/** Telegram asks for pauses of a few seconds now and then; the store is away while a leader is elected. */
const PATIENCE_MS = 8_000;

/** The budget can be had, and no pause of everybody is in force. */
export function budgetCheck({
  record,
  time,
}: {
  record: Pick<LimiterRecord, 'read'>;
  time: Pick<ServerTime, 'now'>;
}): ReadinessCheck {
  return {
    name: 'budget',
    isShared: true,
    patienceMs: PATIENCE_MS,
    async problem() {
      const kept = await record.read().catch(() => undefined);
      if (kept === undefined) return 'its store does not answer: nothing is sent';
      const { pausedUntilMs } = kept.state;
      if (pausedUntilMs <= time.now()) return undefined;
      const until = new Date(pausedUntilMs).toISOString();
      return `Telegram asked for a pause: nothing is sent before ${until}, see "npm run habitstream -- budget show"`;
    },
  };
}
