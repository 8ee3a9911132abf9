import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Pool } from 'pg';
import { senderConsumer, shardConsumer, TIERS } from '#contracts/streams.ts';
import type { EpochMinute } from '#contracts/time.ts';
import { freePort } from '#deploy/local/ports.ts';
import { provision } from '#deploy/provision/provision.ts';
import { type SimulatorClient, simulatorClient } from '#deploy/simulator/client.ts';
import { startSimulator } from '#deploy/simulator/start.ts';
import { projectionConsumers } from '#projections/registry.ts';
import { prepareProjections } from '#projections/versions.ts';
import { eventually } from '#test/support/eventually.ts';
import { startTestNats, type TestNats } from '#test/support/nats.ts';
import { createTestDatabase } from '#test/support/postgres.ts';
import { spawnNode, type TestProcess } from '#test/support/processes.ts';
import type { Servers } from './fault.ts';

export type Role = 'tick' | 'shards' | 'sender' | 'projector' | 'bot' | 'ingress';

/** Everything a reminder passes, with each service as processes of its own that a fault may hit. */
export type Stage = {
  nats: TestNats;
  connection: NatsConnection;
  manager: JetStreamManager;
  database: Pool;
  telegram: SimulatorClient;
  telegramUrl: string;
  /** The most messages a second that Telegram permits here. */
  limit: number;
  /** The minute after which the tick service begins, however late it is started. */
  startMinute: EpochMinute;
  /** Resolves when it says that it has started. */
  start(role: Role, environment?: Record<string, string>): Promise<TestProcess>;
  /** Resolves when every tick was queued and every reminder came to its end. */
  idle(timeoutMs?: number): Promise<void>;
  stop(): Promise<void>;
};

export type StageWishes = {
  /** Messages a second, all processes together. */
  sendRate: number;
  /** Of the tick service's clock. Default 240: a minute in a quarter of a second. */
  speed?: number;
  /** Another database than one in the shared server. */
  databaseUrl?: string;
};

export const TOKEN = '1234567:fault-test-token-of-the-simulator';
export const SHARD_COUNT = 4;
/** Reminders of the last day have not expired, so the tick service may hurry through almost as much. */
const DEADLINE_MS = 24 * 3_600_000;
const BEGINS_BEFORE_MS = 20 * 3_600_000;
/** The pacer's own guarantee: 3% and one fencepost above the rate. Telegram permits that, and not one more. */
const limitFor = (sendRate: number) => Math.floor(sendRate * 1.03 + 1);
const REQUESTS_KEPT = 400_000;

export async function startStage(servers: Servers, wishes: StageWishes): Promise<Stage> {
  const { sendRate, speed = 240 } = wishes;
  const storeDir = await mkdtemp(join(servers.folder, 'nats-'));
  const nats = await startTestNats({}, { binary: servers.natsBinary, storeDir });
  const connection = await nats.connection();
  await provision(connection, { shardCount: SHARD_COUNT, consumers: await projectionConsumers() });
  const database = await createTestDatabase(wishes.databaseUrl ?? servers.postgresUrl);
  await prepareProjections({ schedules: database.pool, analytics: database.pool });
  const limit = limitFor(sendRate);
  const simulator = await startSimulator({
    ...{ port: 0, host: '127.0.0.1', botToken: TOKEN, requestsKept: REQUESTS_KEPT, webhookRetryMs: 50 },
    ...{ overallPerSecond: limit, paidPerSecond: limit },
  });
  const manager = await jetstreamManager(connection);
  const webhookPort = await freePort();
  const startMs = Math.floor((Date.now() - BEGINS_BEFORE_MS) / 60_000) * 60_000;
  let realStartMs: number | undefined;
  const running = new Set<TestProcess>();

  const environmentOf = (role: Role): Record<string, string> => ({
    ...{ NATS_URL: nats.url, DATABASE_URL: database.url, LOG_LEVEL: 'info' },
    ...{ BOT_TOKEN: TOKEN, TELEGRAM_API_ROOT: simulator.url, SHARD_COUNT: String(SHARD_COUNT) },
    ...{ SEND_RATE: String(sendRate), BULK_RATE: String(sendRate), PAID_BROADCAST: 'true' },
    ...{ REMINDER_DEADLINE_MS: String(DEADLINE_MS) },
    ...(role === 'ingress' && {
      PORT: String(webhookPort),
      WEBHOOK_URL: `http://127.0.0.1:${webhookPort}/telegram`,
      WEBHOOK_SECRET: 'fault-secret',
    }),
    ...(role === 'tick' && {
      VIRTUAL_START_MS: String(startMs),
      REAL_START_MS: String(realStartMs),
      SPEED: String(speed),
    }),
  });

  return {
    ...{ nats, connection, manager, database: database.pool, limit },
    telegram: simulatorClient(simulator.url),
    telegramUrl: simulator.url,
    startMinute: startMs / 60_000,
    async start(role, environment = {}) {
      if (role === 'tick') realStartMs ??= Date.now();
      const script = role === 'tick' ? 'test/faults/fast-tick.ts' : `services/${role}/main.ts`;
      const process = await spawnNode(script, [], { ...environmentOf(role), ...environment });
      running.add(process);
      void process.exited.then(() => running.delete(process));
      await process.line(/"msg":"started"/, 60_000);
      return process;
    },
    idle: (timeoutMs = 60_000) => eventually(() => assertIdle(manager), { timeoutMs }),
    async stop() {
      await Promise.all([...running].map((process) => process.kill()));
      await simulator.stop();
      await nats.stop();
      await database.drop();
    },
  };
}

async function assertIdle(manager: JetStreamManager): Promise<void> {
  const shards = Array.from(
    { length: SHARD_COUNT },
    (_, i) => ['TICKS', shardConsumer(i, SHARD_COUNT)] as const,
  );
  const senders = TIERS.map((tier) => ['REMINDERS', senderConsumer(tier)] as const);
  for (const [stream, consumer] of [...shards, ...senders]) {
    const { num_pending, num_ack_pending } = await manager.consumers.info(stream, consumer);
    if (num_pending + num_ack_pending > 0) throw new Error(`${consumer} is not done`);
  }
}

/** The last sequence of a stream. */
export async function endOf({ manager }: Pick<Stage, 'manager'>, stream: string): Promise<number> {
  return (await manager.streams.info(stream)).state.last_seq;
}

/** Resolves when the schedules hold everything in EVENTS; the projector must run. */
export async function projected(stage: Stage): Promise<void> {
  const last = await endOf(stage, 'EVENTS');
  await eventually(
    async () => {
      const { rows } = await stage.database.query<{ sequence: string }>(
        `SELECT sequence FROM projections.checkpoints WHERE projection = 'schedules' AND stream = 'EVENTS'`,
      );
      if (Number(rows[0]?.sequence ?? 0) < last) throw new Error('not all is projected');
    },
    { timeoutMs: 60_000 },
  );
}
