import Fastify from 'fastify';
import { botApi } from './bot-api/route.ts';
import type { SimulatorConfig } from './config.ts';
import { controlApi } from './control/routes.ts';
import { loopbackOnly } from './loopback-only.ts';
import { pageFiles } from './page-files.ts';
import { watchStandstills } from './standstills.ts';
import { createWorld } from './world.ts';

export type { SimulatorConfig } from './config.ts';

/** A running simulator. `url` has no slash at the end and is also the bot's API root. */
export type Simulator = { url: string; port: number; stop(): Promise<void> };

/** A 50 MB file is longer in base64. */
const LARGEST_CONTROL_BODY_BYTES = 70 * 1024 * 1024;
/** What a bot that sends slowly, or for ever, may hold: as Telegram would not put up with it either. */
const HEADERS_MS = 5_000;
const REQUEST_MS = 60_000;
const MOST_CONNECTIONS = 2_000;

/**
 * Starts a Telegram on one port of this machine. It guarantees:
 * - a bot that is given `url` as its API root meets Telegram's methods, checks, limits and errors;
 * - every Bot API request is recorded with its arrival time, and is applied before it is answered;
 * - an update stays until the bot confirms it, at most 24 hours;
 * - with `dataDir`, chats, people, pending updates and the bot's settings survive kill -9.
 * Rejects when the port is taken or the folder cannot be written.
 */
export async function startSimulator(config: SimulatorConfig): Promise<Simulator> {
  const world = createWorld(config);
  const standstills = config.watchStandstills ? watchStandstills() : undefined;
  const stopping = new AbortController();
  const server = Fastify({
    bodyLimit: LARGEST_CONTROL_BODY_BYTES,
    // Polls and event streams stay open for long; closing must not wait for them.
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 512 },
    requestTimeout: REQUEST_MS,
    http: { headersTimeout: HEADERS_MS, connectionsCheckingInterval: 1_000 },
  });
  server.server.maxConnections = MOST_CONNECTIONS;
  await server.register(botApi(world, config.log ?? (() => {}), standstills));
  await server.register(async (inner) => {
    inner.addHook('onRequest', loopbackOnly);
    await inner.register(controlApi(world, stopping.signal));
    await inner.register(pageFiles(world));
  });

  let stopped: Promise<void> | undefined;
  const stop = async () => {
    stopping.abort();
    standstills?.stop();
    await world.close();
    await server.close();
  };
  try {
    const url = await server.listen({ port: config.port, host: config.host });
    return {
      url,
      port: Number(new URL(url).port),
      stop: () => {
        stopped ??= stop();
        return stopped;
      },
    };
  } catch (cause) {
    await stop();
    throw new Error(`the Telegram simulator cannot listen on ${config.host}:${config.port}`, { cause });
  }
}
