import type { z } from 'zod';
import { botService } from '#services/bot/service.ts';
import { ingressService } from '#services/ingress/service.ts';
import { connectNats } from '#services/platform/jetstream/connection.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import { natsCheck } from '#services/platform/process/health.ts';
import type { Log } from '#services/platform/process/log.ts';
import { openReadiness, type Problem, type Readiness } from '#services/platform/process/readiness.ts';
import type { Service } from '#services/platform/process/run-service.ts';
import { type processSettings, readAllSettings } from '#services/platform/process/settings.ts';
import { projectorService } from '#services/projector/service.ts';
import { senderService } from '#services/sender/service.ts';
import { shardsService } from '#services/shards/service.ts';
import { tickService } from '#services/tick/service.ts';

/** The settings of every service. */
export const serviceSettings = {
  projector: projectorService.settings,
  tick: tickService.settings,
  shards: shardsService.settings,
  sender: senderService.settings,
  bot: botService.settings,
  ingress: ingressService.settings,
};

/**
 * Starts every service in this process, each wired as in a process of its own.
 * @param environment what the separate processes would read.
 * @param logOf the log of each service, by its name.
 * @param owned gets each service as it starts, and stops them in reverse order.
 * @returns the readiness of all of them together.
 * @throws {SettingsProblem} when Telegram refuses the token.
 */
export async function startServices(
  environment: NodeJS.ProcessEnv,
  logOf: (service: string) => Log,
  owned: AsyncDisposableStack,
): Promise<Pick<Readiness, 'problems'>> {
  const settings = readAllSettings(serviceSettings, environment);
  const ready = new Map<string, Readiness>();

  async function start<S extends z.ZodObject<typeof processSettings>>(
    { name, start }: Service<S>,
    config: z.infer<S>,
  ): Promise<void> {
    const nats = await connectNats(settings.projector.natsUrl, name);
    owned.defer(() => nats.drain());
    const readiness = openReadiness(systemClock);
    readiness.add(natsCheck(nats));
    const service = await start(config, { nats, clock: systemClock, log: logOf(name), readiness });
    ready.set(name, readiness);
    owned.defer(() => service.stop());
  }

  await start(projectorService, settings.projector);
  await start(tickService, settings.tick);
  await start(shardsService, settings.shards);
  await start(senderService, settings.sender);
  await start(botService, settings.bot);
  await start(ingressService, settings.ingress);
  return { problems: () => problemsOf(ready) };
}

/** Those of each service under its name. */
async function problemsOf(ready: ReadonlyMap<string, Readiness>): Promise<Problem[]> {
  const each = await Promise.all(
    [...ready].map(async ([service, readiness]) => {
      const found = await readiness.problems();
      return found.map(({ name, text }) => ({ name: `${service}, ${name}`, text }));
    }),
  );
  return each.flat();
}
