import type { Pool } from 'pg';
import { type BotConfig, botSettings } from '#services/bot/config.ts';
import { start as startBot } from '#services/bot/start.ts';
import { ingressSettings } from '#services/ingress/config.ts';
import { start as startIngress } from '#services/ingress/start.ts';
import { projectorSettings } from '#services/projector/config.ts';
import { start as startProjector } from '#services/projector/start.ts';
import { systemClock } from '#services/runtime/clock.ts';
import type { Running } from '#services/runtime/consume.ts';
import { openDatabase } from '#services/runtime/database.ts';
import type { Log } from '#services/runtime/log.ts';
import { connectNats } from '#services/runtime/nats.ts';
import { openBudget } from '#services/runtime/pacer/budget.ts';
import type { Ports } from '#services/runtime/process.ts';
import { readAllSettings } from '#services/runtime/settings.ts';
import { createTelegram } from '#services/runtime/telegram.ts';
import { SenderConfig } from '#services/sender/config.ts';
import { start as startSender } from '#services/sender/start.ts';
import { shardsSettings } from '#services/shards/config.ts';
import { start as startShards } from '#services/shards/start.ts';
import { start as startTick } from '#services/tick/start.ts';

/** The settings of every service that has some. */
export const serviceSettings = {
  ingress: ingressSettings,
  bot: botSettings,
  shards: shardsSettings,
  sender: SenderConfig,
  projector: projectorSettings,
};

/**
 * Every service in this process, each with its own connection to NATS, as it has in a process of its own. Whatever is
 * started is handed to `owned`, to be stopped in the opposite order.
 * @param environment what the separate processes would be given.
 * @param logOf the log of each service, by its name.
 * @throws {SettingsProblem} when Telegram refuses the token.
 */
export async function startServices(
  environment: NodeJS.ProcessEnv,
  logOf: (service: string) => Log,
  owned: AsyncDisposableStack,
): Promise<void> {
  const { ingress, bot, shards, sender, projector } = readAllSettings(serviceSettings, environment);
  const ports = async (service: string): Promise<Ports> => {
    const nats = await connectNats(projector.natsUrl, service);
    owned.defer(() => nats.drain());
    return { nats, clock: systemClock, log: logOf(service) };
  };
  const own = (service: Running) => owned.defer(() => service.stop());
  const { databaseUrl, analyticsDatabaseUrl = databaseUrl } = projector;
  const schedules = openDatabase({ url: databaseUrl, name: 'habitstream', max: 12, log: logOf('local') });
  owned.defer(() => schedules.end());
  const analytics = openDatabase({
    url: analyticsDatabaseUrl,
    name: 'habitstream',
    max: 4,
    log: logOf('local'),
  });
  owned.defer(() => analytics.end());
  own(await startProjector(projector, { ...(await ports('projector')), schedules, analytics }));
  own(await startTick({}, await ports('tick')));
  own(await startShards(shards, { ...(await ports('shards')), database: schedules }));
  own(await startSender(sender, { ...(await ports('sender')), database: schedules }));
  own(await startBotOnBudget(bot, { ...(await ports('bot')), database: schedules }));
  own(await startIngress(ingress, await ports('ingress')));
}

async function startBotOnBudget(config: BotConfig, ports: Ports & { database: Pool }): Promise<Running> {
  const budget = await openBudget(ports, config);
  const { botToken: token, telegramApiRoot: apiRoot } = config;
  const telegram = createTelegram({ token, apiRoot, budget, lane: 'reply', log: ports.log });
  const bot = await startBot(config, { ...ports, telegram, budget });
  return {
    async stop() {
      await budget.stop();
      await bot.stop();
    },
  };
}
