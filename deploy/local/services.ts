import { z } from 'zod';
import { botService } from '#services/bot/service.ts';
import { consoleService } from '#services/console/service.ts';
import { forgettingService } from '#services/forgetting/service.ts';
import { ingressService } from '#services/ingress/service.ts';
import { connectNats } from '#services/platform/jetstream/connection.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import { natsCheck } from '#services/platform/process/health.ts';
import type { Log } from '#services/platform/process/log.ts';
import { openReadiness, type Problem, type Readiness } from '#services/platform/process/readiness.ts';
import type { Service } from '#services/platform/process/run-service.ts';
import { natsSettings, type processSettings, readSettings } from '#services/platform/process/settings.ts';
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
  forgetting: forgettingService.settings,
  console: consoleService.settings,
};

/**
 * Starts every service in this process, each wired as in a process of its own.
 * @param environmentOf what each would read in a process of its own, by its name.
 * @param logOf the log of each service, by its name.
 * @param owned gets each service as it starts, and stops them in reverse order.
 * @returns the readiness of all of them together.
 * @throws {SettingsProblem} when Telegram refuses the token.
 */
export async function startServices(
  environmentOf: (service: string) => NodeJS.ProcessEnv,
  logOf: (service: string) => Log,
  owned: AsyncDisposableStack,
): Promise<Pick<Readiness, 'problems'>> {
  const ready = new Map<string, Readiness>();

  async function start<S extends z.ZodObject<typeof processSettings>>({
    name,
    settings,
    start,
  }: Service<S>): Promise<void> {
    const config = readSettings(settings, environmentOf(name));
    const login = readSettings(z.object(natsSettings), environmentOf(name));
    const nats = await connectNats(login, name);
    owned.defer(() => nats.drain());
    const readiness = openReadiness(systemClock);
    readiness.add(natsCheck(nats));
    const service = await start(config, { nats, clock: systemClock, log: logOf(name), readiness });
    ready.set(name, readiness);
    owned.defer(() => service.stop());
  }

  await start(projectorService);
  // Before anybody is served: it holds those whom a log that was put back has brought back.
  await start(forgettingService);
  await start(tickService);
  await start(shardsService);
  await start(senderService);
  await start(botService);
  await start(ingressService);
  await start(consoleService);
  return { problems: () => problemsOf(ready) };
}

/** Those of each service under its name; what is about something that they share is there once. */
async function problemsOf(ready: ReadonlyMap<string, Readiness>): Promise<Problem[]> {
  const all = new Map<string, Problem>();
  const each = await Promise.all(
    [...ready].map(async ([service, readiness]) => [service, await readiness.problems()] as const),
  );
  for (const [service, found] of each) {
    for (const { name, text, isShared } of found) {
      const named = isShared ? name : `${service}, ${name}`;
      all.set(named, { name: named, text });
    }
  }
  return [...all.values()];
}
