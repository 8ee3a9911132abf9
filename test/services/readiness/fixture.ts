import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { Registry } from 'prom-client';
import { inject } from 'vitest';
import type { z } from 'zod';
import { provision } from '#deploy/provision/provision.ts';
import { simulatorClient } from '#deploy/telegram/client.ts';
import { startSimulator } from '#deploy/telegram/start.ts';
import { projectionConsumers } from '#projections/engine/registry.ts';
import { prepareProjections } from '#projections/engine/versions.ts';
import { botService } from '#services/bot/service.ts';
import { ingressService } from '#services/ingress/service.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import { startHealth } from '#services/platform/process/health.ts';
import { createLog } from '#services/platform/process/log.ts';
import { openReadiness, type Readiness } from '#services/platform/process/readiness.ts';
import type { Service } from '#services/platform/process/run-service.ts';
import { type processSettings, readSettings } from '#services/platform/process/settings.ts';
import { projectorService } from '#services/projector/service.ts';
import { senderService } from '#services/sender/service.ts';
import { shardsService } from '#services/shards/service.ts';
import { tickService } from '#services/tick/service.ts';
import { startTestNats } from '#test/support/nats.ts';
import { freePorts } from '#test/support/ports.ts';
import { createTestDatabase, queryOnce } from '#test/support/postgres.ts';

export const TOKEN = '1234567:readiness-test-token_0';
const SHARD_COUNT = 2;

export const SERVICE_NAMES = ['projector', 'tick', 'shards', 'sender', 'bot', 'ingress'] as const;
export type ServiceName = (typeof SERVICE_NAMES)[number];
export type ReadinessFixture = Awaited<ReturnType<typeof openReadinessFixture>>;

/** Real servers and a simulated Telegram, all of them for one test: what stops one service must not stop another. */
export async function openReadinessFixture() {
  const server = await startTestNats();
  const nats = await server.connection();
  const database = await createTestDatabase();
  let simulator = await startSimulator({ port: 0, host: '127.0.0.1', botToken: TOKEN, webhookRetryMs: 200 });
  const provisionAll = async () =>
    provision(nats, { shardCount: SHARD_COUNT, consumers: await projectionConsumers() });
  await provisionAll();
  await prepareProjections({ schedules: database.pool, analytics: database.pool });
  const stops: (() => Promise<void>)[] = [];
  let health: Awaited<ReturnType<typeof startHealth>> | undefined;
  const [port = 0] = await freePorts(1);
  const environment = {
    NATS_URL: server.url,
    DATABASE_URL: database.url,
    BOT_TOKEN: TOKEN,
    TELEGRAM_API_ROOT: simulator.url,
    SHARD_COUNT: String(SHARD_COUNT),
    PORT: String(port),
  };
  const manager = await jetstreamManager(nats);

  return {
    server,
    nats,
    manager,
    js: jetstream(nats),
    pool: database.pool,
    simulator,
    telegram: simulatorClient(simulator.url),
    webhookUrl: `http://127.0.0.1:${port}/telegram`,
    provisionAll,
    /** Another one at the same address, after the first was stopped. */
    replaceSimulator(other: typeof simulator): void {
      simulator = other;
    },
    /** Whether Postgres lets anybody into this database. Closing it ends all connections. */
    async allowConnections(allowed: boolean): Promise<void> {
      await queryOnce(inject('postgresUrl'), `ALTER DATABASE ${database.name} ALLOW_CONNECTIONS ${allowed}`);
      if (!allowed) await this.endDatabaseConnections();
    },
    async endDatabaseConnections(): Promise<void> {
      const ending = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${database.name}'`;
      await queryOnce(inject('postgresUrl'), ending);
    },
    /** Starts a service as its process does, in this one. */
    async start(name: ServiceName, settings: Record<string, string> = {}): Promise<Readiness> {
      const readiness = openReadiness(systemClock);
      const ports = {
        nats: await server.connection(),
        clock: systemClock,
        log: createLog('test', 'silent'),
        metrics: new Registry(),
        readiness,
      };
      const service = await starters[name]({ ...environment, ...settings }, ports);
      stops.push(() => service.stop());
      health = await startHealth({ port: 0 }, { readiness, metrics: ports.metrics });
      return readiness;
    },
    async readyz(): Promise<{ status: number; text: string }> {
      const response = await fetch(`http://127.0.0.1:${health?.port}/readyz`);
      return { status: response.status, text: await response.text() };
    },
    async stop(): Promise<void> {
      await health?.stop();
      await Promise.all(stops.map((stop) => stop()));
      await simulator.stop();
      await server.stop();
      await database.drop();
    },
  };
}

type Ports = Parameters<Service['start']>[1] & { nats: NatsConnection };

function starter<S extends z.ZodObject<typeof processSettings>>(service: Service<S>) {
  return (environment: Record<string, string>, ports: Ports) =>
    service.start(readSettings(service.settings, environment), ports);
}

const starters: Record<ServiceName, ReturnType<typeof starter>> = {
  projector: starter(projectorService),
  tick: starter(tickService),
  shards: starter(shardsService),
  sender: starter(senderService),
  bot: starter(botService),
  ingress: starter(ingressService),
};
