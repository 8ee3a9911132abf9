import { hostname } from 'node:os';
import type { FastifyInstance } from 'fastify';
import { Api } from 'grammy';
import { failureRun } from '#services/platform/process/failure-run.ts';
import { type Running, stopAll } from '#services/platform/process/lifecycle.ts';
import type { Ports } from '#services/platform/process/run-service.ts';
import { SettingsProblem } from '#services/platform/process/settings.ts';
import { updateAcceptor, updateStore } from './accept-update.ts';
import { askBot } from './app/ask-bot.ts';
import { initDataReader } from './app/init-data.ts';
import { pageServer } from './app/server.ts';
import type { IngressConfig } from './config.ts';
import { holdLease } from './lease.ts';
import { leaseWatch } from './lease-watch.ts';
import { pollUpdates } from './poll.ts';
import { pollingCheck } from './polling-check.ts';
import { answeringAcceptor, preCheckoutAnswerer } from './pre-checkout.ts';
import { type ApiSignal, untilReached } from './reach-telegram.ts';
import { registrationWith } from './registration.ts';
import { webhookServer } from './webhook.ts';
import { watchedAcceptor, watchWebhook } from './webhook-check.ts';

/** A dead replica is replaced after this; one that stops is replaced at once. */
const LEASE_TIMES = { ttlMs: 5_000, renewMs: 1_000 };
/** It is tried several times a second. */
const TAKING_LEASE = { lastsMs: 6_000, countsForMs: 15_000 };
/** Above the 25 s that Telegram holds a poll. */
const CALL_TIMEOUT_SECONDS = 40;
const USUAL_APP_PORT = 8081;
const POLLING = 'long-polling';

/**
 * Brings Telegram's updates into UPDATES. It guarantees:
 * - Telegram is told that an update was taken (a 200, or a higher offset) only once it is durable;
 * - each is stored once in 48 hours, one person's in the order in which Telegram gave them;
 * - whether a person may pay is answered at once, before anything is stored, and stored like any other update;
 * - with a webhook any number of replicas takes calls; without one, a single replica polls at a time;
 * - beside a replica that polls, those with a webhook wait, and set it once that one is gone.
 *
 * With `appUrl` it serves the calendar page too: see app/.
 *
 * @returns also the ports it listens on, with a webhook and with the page.
 * @throws {SettingsProblem} when Telegram refuses the token or the webhook. A Telegram that cannot be reached is
 * waited for in the background.
 */
export async function start(
  config: IngressConfig,
  ports: Ports,
): Promise<Running & { port?: number; appPort?: number }> {
  const api = new Api(config.botToken, {
    // grammY wants none at the end.
    apiRoot: config.telegramApiRoot.replace(/\/$/, ''),
    timeoutSeconds: CALL_TIMEOUT_SECONDS,
  });
  const { webhookUrl, webhookSecret } = config;
  const page = await startPage(config, ports);
  try {
    const updates =
      webhookUrl !== undefined && webhookSecret !== undefined
        ? await startWebhook({ ...config, webhookUrl, webhookSecret }, api, ports)
        : await startPolling(config, api, ports);
    return {
      ...updates,
      ...(page && { appPort: page.port }),
      stop: () => stopAll(page ? [page, updates] : [updates]),
    };
  } catch (error) {
    await page?.stop();
    throw error;
  }
}

type WebhookConfig = IngressConfig & { webhookUrl: string; webhookSecret: string };

async function startWebhook(
  config: WebhookConfig,
  api: Api,
  ports: Ports,
): Promise<Running & { port: number }> {
  const { webhookUrl, webhookSecret: secret, port, host } = config;
  const answer = preCheckoutAnswerer(api, config.premiumPriceStars, ports);
  const accept = answeringAcceptor(watchedAcceptor(updateAcceptor(ports), ports), answer);
  const server = webhookServer({ path: new URL(webhookUrl).pathname, secret }, accept, ports.log);
  const listeningPort = await listen(server, { port, host }, 'PORT');
  const register = (signal: ApiSignal) => api.setWebhook(webhookUrl, registrationWith(secret), signal);
  const registration = untilReached(ports, register);
  const isPolled = leaseWatch(ports, { name: POLLING, ttlMs: LEASE_TIMES.ttlMs });
  const watch = watchWebhook(api, webhookUrl, { ...ports, register, isPolled });
  const stop = async () => {
    await stopAll([registration, watch]);
    await server.close();
  };
  await registration.firstTry.catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return { port: listeningPort, stop };
}

async function startPolling({ premiumPriceStars }: IngressConfig, api: Api, ports: Ports): Promise<Running> {
  const check = untilReached(ports, (signal) => api.getMe(signal));
  await check.firstTry;
  const accept = updateAcceptor(ports);
  const answer = preCheckoutAnswerer(api, premiumPriceStars, ports);
  const pollCheck = pollingCheck(ports.clock);
  ports.readiness?.add(pollCheck);
  const tries = failureRun(ports.clock, TAKING_LEASE);
  ports.readiness?.add({ name: 'lease', problem: tries.problem });
  const polling = holdLease(ports, {
    name: POLLING,
    holder: `${hostname()}-${process.pid}`,
    times: LEASE_TIMES,
    tries,
    whileHeld: (signal) => pollUpdates(api, accept, { ...ports, check: pollCheck, answer }, signal),
  });
  return {
    async stop() {
      await stopAll([check, polling]);
    },
  };
}

/** Serves the calendar page, if people can reach one. */
async function startPage(
  { appUrl, appPort = USUAL_APP_PORT, host, botToken, telegramApiRoot }: IngressConfig,
  { nats, clock, log }: Ports,
): Promise<(Running & { port: number }) | undefined> {
  if (appUrl === undefined) return undefined;
  const bot = askBot(nats, updateStore(nats));
  const ports = { bot, readInitData: initDataReader(botToken), clock, log };
  const server = pageServer({ appUrl, telegramApiRoot }, ports);
  const port = await listen(server, { port: appPort, host }, 'APP_PORT');
  return { port, stop: () => server.close() };
}

/** @returns the port. @throws {SettingsProblem} naming the `setting`, when it cannot be had. */
async function listen(
  server: FastifyInstance,
  { port, host }: { port: number; host: string },
  setting: string,
): Promise<number> {
  try {
    return Number(new URL(await server.listen({ port, host })).port);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw cause;
    const text = `${setting} ${port} on HOST ${host} cannot be used (${code}): choose another.`;
    throw new SettingsProblem(text, { cause });
  }
}
