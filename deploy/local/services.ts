import type { Pool } from 'pg';
import { type BotConfig, botSettings } from '#services/bot/config.ts';
import { start as startBot } from '#services/bot/start.ts';
import { ingressSettings } from '#services/ingress/config.ts';
import { start as startIngress } from '#services/ingress/start.ts';
import { connectNats } from '#services/platform/jetstream/connection.ts';
import type { Running } from '#services/platform/jetstream/consume.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import { openDatabase } from '#services/platform/process/database.ts';
import type { Log } from '#services/platform/process/log.ts';
import type { Ports } from '#services/platform/process/run-service.ts';
import { readAllSettings } from '#services/platform/process/settings.ts';
import { openBudget } from '#services/platform/rate-limit/rate-limiter.ts';
import { createTelegram } from '#services/platform/telegram/client.ts';
import { projectorSettings } from '#services/projector/config.ts';
import { start as startProjector } from '#services/projector/start.ts';
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
