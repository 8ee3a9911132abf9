import { openDatabase } from '#services/platform/process/database.ts';
import { measurePools } from '#services/platform/process/pool-metrics.ts';
import type { Service } from '#services/platform/process/run-service.ts';
import { openRateLimiter } from '#services/platform/rate-limit/rate-limiter.ts';
import { openTelegram } from '#services/platform/telegram/client.ts';
import { telegramCheck } from '#services/platform/telegram/telegram-check.ts';
import { forgettingSettings } from './config.ts';
import { start } from './start.ts';

/** Tables are written again in one statement. */
const DATABASE_TIMEOUT_MS = 120_000;

export const forgettingService: Service<typeof forgettingSettings> = {
  name: 'forgetting',
  settings: forgettingSettings,
  async start(config, ports) {
    const {
      databaseUrl,
      analyticsDatabaseUrl = databaseUrl,
      botToken: token,
      telegramApiRoot: apiRoot,
    } = config;
    const { log } = ports;
    const open = (url: string) =>
      openDatabase({ url, name: 'forgetting', max: 3, log, timeoutMs: DATABASE_TIMEOUT_MS });
    const schedules = open(databaseUrl);
    const analytics = open(analyticsDatabaseUrl);
    measurePools(ports.metrics, { schedules, analytics });
    const check = telegramCheck(ports.clock, ports.metrics);
    const limiter = await openRateLimiter(ports, config);
    const telegram = openTelegram({ token, apiRoot, check });
    ports.readiness?.add(check);
    const running = await start(config, { ...ports, schedules, analytics, telegram, limiter });
    return {
      async stop() {
        await limiter.stop();
        await running.stop();
        await Promise.all([schedules.end(), analytics.end()]);
      },
    };
  },
};
