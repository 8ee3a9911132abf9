import { Pool } from 'pg';
import { start } from '#services/forgetting/start.ts';
import { connectNats } from '#services/platform/jetstream/connection.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import { createLog } from '#services/platform/process/log.ts';
import { openRateLimiter } from '#services/platform/rate-limit/rate-limiter.ts';
import { openTelegram } from '#services/platform/telegram/client.ts';

/* Forgetting in a process of its own that ends itself by kill -9 before its n-th step: a test starts it again and again. */

const {
  NATS_URL = '',
  DATABASE_URL = '',
  TELEGRAM_API_ROOT: apiRoot = '',
  BOT_TOKEN: token = '',
} = process.env;
const [nth = '0', tombstoneKey = ''] = process.argv.slice(2);
const pool = new Pool({ connectionString: DATABASE_URL, max: 3 });
let steps = 0;
const ports = {
  nats: await connectNats({ natsUrl: NATS_URL }, 'forgetting'),
  clock: systemClock,
  log: createLog('forgetting', 'info'),
};
await start(
  { tombstoneKey },
  {
    ...ports,
    limiter: await openRateLimiter(ports, { sendRate: 500, bulkRate: 500 }),
    schedules: pool,
    analytics: pool,
    telegram: openTelegram({ token, apiRoot }),
    probe(step) {
      console.log(`step ${step}`);
      if (++steps === Number(nth)) process.kill(process.pid, 'SIGKILL');
    },
  },
);
