import { openDatabase } from '#services/platform/process/database.ts';
import { measurePools } from '#services/platform/process/pool-metrics.ts';
import type { Service } from '#services/platform/process/run-service.ts';
import { openRateLimiter } from '#services/platform/rate-limit/rate-limiter.ts';
import { createTelegram } from '#services/platform/telegram/client.ts';
import { telegramCheck } from '#services/platform/telegram/telegram-check.ts';
import { botSettings } from './config.ts';
import { start } from './start.ts';

/** Other people's updates wait behind an admin's while its figures are read. */
const FIGURES_TIMEOUT_MS = 5_000;

export const botService: Service<typeof botSettings> = {
  name: 'bot',
  settings: botSettings,
  async start(config, ports) {
    const { sendRate, bulkRate, botToken: token, telegramApiRoot: apiRoot, databaseUrl: url } = config;
    const { log } = ports;
    const check = telegramCheck(ports.clock, ports.metrics);
    const limiter = await openRateLimiter(ports, { sendRate, bulkRate });
    const telegram = createTelegram({
      token,
      apiRoot,
      limiter,
      lane: 'reply',
      clock: ports.clock,
      log,
      check,
    });
    ports.readiness?.add(check);
    ports.readiness?.add(limiter.check);
    const database =
      url === undefined
        ? undefined
        : openDatabase({ url, name: 'bot', max: 2, log, timeoutMs: FIGURES_TIMEOUT_MS });
    if (database) measurePools(ports.metrics, { schedules: database });
    const bot = await start(config, { ...ports, telegram, limiter, database });
    return {
      async stop() {
        // Replies that wait for a slot give up first, so that their updates go to other replicas.
        await limiter.stop();
        await bot.stop();
        await database?.end();
      },
    };
  },
};
