import { openDatabase } from '#services/platform/process/database.ts';
import { runService } from '#services/platform/process/run-service.ts';
import { openBudget } from '#services/platform/rate-limit/rate-limiter.ts';
import { createTelegram } from '#services/platform/telegram/client.ts';
import { botSettings } from './config.ts';
import { start } from './start.ts';

/** Others' updates wait behind an admin's. */
const FIGURES_TIMEOUT_MS = 5_000;

await runService('bot', botSettings, async (config, ports) => {
  const { sendRate, bulkRate, botToken: token, telegramApiRoot: apiRoot, databaseUrl } = config;
  const budget = await openBudget(ports, { sendRate, bulkRate });
  const telegram = createTelegram({ token, apiRoot, budget, lane: 'reply', log: ports.log });
  const database =
    databaseUrl === undefined
      ? undefined
      : openDatabase({
          url: databaseUrl,
          name: 'bot',
          max: 2,
          log: ports.log,
          timeoutMs: FIGURES_TIMEOUT_MS,
        });
  const bot = await start(config, { ...ports, telegram, budget, database });
  return {
    async stop() {
      // Those who wait for a slot are let go first: their updates go back to the other replicas.
      await budget.stop();
      await bot.stop();
      await database?.end();
    },
  };
});
