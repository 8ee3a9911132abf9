import type { NatsConnection } from '@nats-io/transport-node';
import type { Pool } from 'pg';
import { expect } from 'vitest';
import { z } from 'zod';
import { OPERATOR } from '#deploy/nats/permissions.ts';
import { provision } from '#deploy/provision/provision.ts';
import { provisionRoles, serviceRoles } from '#deploy/provision/roles.ts';
import { type SimulatorClient, simulatorClient } from '#deploy/telegram/client.ts';
import { startSimulator } from '#deploy/telegram/start.ts';
import { projectionConsumers } from '#projections/engine/registry.ts';
import { prepareProjections } from '#projections/engine/versions.ts';
import { NATS_PASSWORD, startNatsWithUsers } from '#test/support/nats-with-users.ts';
import { freePorts } from '#test/support/ports.ts';
import { createTestDatabase } from '#test/support/postgres.ts';
import type { TestProcess, TestProcesses } from '#test/support/processes.ts';

export const ROLES = ['ingress', 'bot', 'tick', 'shards', 'sender', 'projector'] as const;
/** `forgetting` has the owner's rights in the database, and runs where it is asked for. */
export type Role = (typeof ROLES)[number] | 'forgetting';
export type WayIn = 'webhook' | 'polling';

/** Every service as its own process, on real servers and a simulated Telegram. */
export type EndToEndFixture = {
  telegram: SimulatorClient;
  database: Pool;
  nats: NatsConnection;
  /** What the processes are started with. */
  settings: Record<string, string>;
  /** kill -9. */
  kill(role: Role): Promise<void>;
  /** kill -9 of nats-server, which then starts on the same data. */
  crashNats(): Promise<void>;
  /** The port of its health checks and metrics. */
  healthPort(role: Role): string;
  /** What its `/metrics` says now. */
  metricsOf(role: Role): Promise<string>;
  /** Starts the process again. Resolves when it says that it has started. */
  start(role: Role): Promise<void>;
  /** How many updates Telegram has for the bot that nobody has taken yet. */
  pendingUpdates(): Promise<number>;
  stop(): Promise<void>;
};

const TOKEN = '1234567:end-to-end-test-token_0';
const SECRET = 'end-to-end-secret';
const TOMBSTONE_KEY = 'the end-to-end tombstones’ own secret';
/** What no output may tell. */
export const SECRETS: readonly string[] = [TOKEN, SECRET, TOMBSTONE_KEY, NATS_PASSWORD];
const WebhookInfo = z.object({ result: z.object({ pending_update_count: z.int() }) });

type Settings = Record<string, string>;

/** Starts `roles`, with further `settings`, which may be made of the database's URL. Processes are ended after the file's last test, whatever happens. */
export async function startEndToEndFixture(
  processes: TestProcesses,
  wayIn: WayIn,
  roles: readonly Role[] = ROLES,
  settings: Settings | ((databaseUrl: string) => Promise<Settings>) = {},
): Promise<EndToEndFixture> {
  // Each process is a user of its own at NATS; the test itself is the operator.
  const nats = await startNatsWithUsers({ syncAlways: true });
  const database = await createTestDatabase();
  const simulator = await startSimulator({ port: 0, host: '127.0.0.1', botToken: TOKEN });
  const connection = await nats.connection();
  await provision(connection, { shardCount: 4, consumers: await projectionConsumers() });
  await provisionRoles(database.pool);
  await prepareProjections({ schedules: database.pool, analytics: database.pool });

  const [port = 0, ...healthPorts] = await freePorts(1 + roles.length);
  const healthPort = (role: Role) => String(healthPorts[roles.indexOf(role)]);
  const environment = {
    BOT_TOKEN: TOKEN,
    TELEGRAM_API_ROOT: simulator.url,
    NATS_URL: nats.urlOf(OPERATOR),
    DATABASE_URL: database.url,
    SHARD_COUNT: '4',
    TOMBSTONE_KEY: 'of-an-end-to-end-test, that nobody can guess',
    PORT: String(port),
    LOG_LEVEL: 'info',
    ...(wayIn === 'webhook' && { WEBHOOK_URL: `http://127.0.0.1:${port}/telegram`, WEBHOOK_SECRET: SECRET }),
    ...(typeof settings === 'function' ? await settings(database.url) : settings),
  };
  // A pool before the database has a user of its own.
  const isOwnDatabase = environment.DATABASE_URL === database.url;
  const running = new Map<Role, TestProcess>();
  const untilStarted = async (role: Role, process: TestProcess) => {
    running.set(role, process);
    await process.line(/"msg":"started"/, 60_000);
  };
  const start = async (role: Role) => {
    const settings = {
      ...environment,
      ...(isOwnDatabase && { DATABASE_URL: withRightsOf(role, database.url) }),
      NATS_URL: nats.urlOf(role),
      HEALTH_PORT: healthPort(role),
    };
    return untilStarted(role, await processes.startService(role, settings));
  };
  await Promise.all(roles.map(start));

  return {
    telegram: simulatorClient(simulator.url),
    database: database.pool,
    nats: connection,
    settings: environment,
    kill: async (role) => running.get(role)?.kill(),
    async crashNats() {
      await nats.kill();
      await nats.restart();
    },
    healthPort,
    async metricsOf(role) {
      const response = await fetch(`http://127.0.0.1:${healthPort(role)}/metrics`);
      expect(response.status).toBe(200);
      return response.text();
    },
    start,
    async pendingUpdates() {
      const reply = await fetch(`${simulator.url}/bot${TOKEN}/getWebhookInfo`);
      return WebhookInfo.parse(await reply.json()).result.pending_update_count;
    },
    async stop() {
      await Promise.all([...running.values()].map((process) => process.stop()));
      await simulator.stop();
      await nats.stop();
      await database.drop();
      expect([...nats.violations]).toEqual([]);
    },
  };
}

/** Files share the server, and with it the passwords of roles: so a process takes the rights of its role without its password. */
function withRightsOf(service: string, url: string): string {
  const role = serviceRoles.get(service);
  return role === undefined ? url : `${url}?options=${encodeURIComponent(`-c role=${role}`)}`;
}
