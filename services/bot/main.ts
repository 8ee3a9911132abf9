import { openBudget } from '#services/runtime/pacer/budget.ts';
import { runService } from '#services/runtime/process.ts';
import { createTelegram } from '#services/runtime/telegram.ts';
import { botSettings } from './config.ts';
import { start } from './start.ts';

await runService('bot', botSettings, async (config, ports) => {
  const { sendRate, bulkRate, botToken: token, telegramApiRoot: apiRoot } = config;
  const budget = await openBudget(ports, { sendRate, bulkRate });
  const telegram = createTelegram({ token, apiRoot, budget, lane: 'reply', log: ports.log });
  const bot = await start(config, { ...ports, telegram });
  return {
    async stop() {
      // Those who wait for a slot are let go first: their updates go back to the other replicas.
      await budget.stop();
      await bot.stop();
    },
  };
});
