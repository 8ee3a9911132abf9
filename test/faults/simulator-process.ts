import { z } from 'zod';
import { startSimulator } from '#deploy/telegram/start.ts';

/*
 * The simulated Telegram as a process of its own: what stands still is then seldom it, and it knows when it did. Says where
 * it listens in a line.
 */

const REQUESTS_KEPT = 400_000;

const settings = z
  .object({ BOT_TOKEN: z.string(), PER_SECOND: z.coerce.number().positive() })
  .parse(process.env);

const simulator = await startSimulator({
  ...{ port: 0, host: '127.0.0.1', botToken: settings.BOT_TOKEN, webhookRetryMs: 50 },
  ...{ requestsKept: REQUESTS_KEPT, watchStandstills: true },
  ...{ overallPerSecond: settings.PER_SECOND, paidPerSecond: settings.PER_SECOND },
});
process.once('SIGTERM', () => void simulator.stop().then(() => process.exit(0)));
console.log(`listens at ${simulator.url}`);
