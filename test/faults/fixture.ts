import { type JetStreamManager, jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Pool } from 'pg';
import { senderConsumer, shardConsumer, TIERS } from '#contracts/consumers.ts';
import type { Tick } from '#contracts/messages.ts';
import { TICK_SUBJECT } from '#contracts/subjects.ts';
import type { EpochMinute } from '#contracts/time.ts';
import { freePort } from '#deploy/local/ports.ts';
import { provision } from '#deploy/provision/provision.ts';
import { type SimulatorClient, simulatorClient } from '#deploy/telegram/client.ts';
import { projectionConsumers } from '#projections/engine/registry.ts';
import { prepareProjections } from '#projections/engine/versions.ts';
import { eventually } from '#test/support/eventually.ts';
import { asEventSequence, asMinute } from '#test/support/ids.ts';
import type { TestNats } from '#test/support/nats.ts';
import type { TestNatsCluster } from '#test/support/nats-cluster.ts';
import { createTestDatabase } from '#test/support/postgres.ts';
import { spawnNode, type TestProcess } from '#test/support/processes.ts';
import type { Servers } from './fault.ts';
import { overBudget } from './over-budget.ts';
import { startNats, startSimulatorProcess } from './servers.ts';

export type Role = 'tick' | 'shards' | 'sender' | 'faulty-sender' | 'projector' | 'bot' | 'ingress';

/** Everything that a reminder passes. Each service is a process of its own, which a fault may hit. */
export type FaultFixture = {
  /** Of a cluster, its first node. */
  nats: TestNats;
  cluster: TestNatsCluster | undefined;
  connection: NatsConnection;
  manager: JetStreamManager;
  database: Pool;
  telegram: SimulatorClient;
  telegramUrl: string;
  /** By how many the arrivals of any second, or of several, certainly exceed the limit. */
  overBudget(): Promise<number>;
  /** The minute of the one tick that is in TICKS before the tick service starts. */
  startMinute: EpochMinute;
  /** Resolves when the process says that it has started. */
  start(role: Role, environment?: Record<string, string>): Promise<TestProcess>;
  /** Processes that ended by themselves, with their last lines: every fault here is one that they must survive. */
  crashes(): readonly string[];
  /** Resolves when every tick was queued and every reminder has its outcome. Rejects when nothing moves any more. */
  idle(consumers?: readonly Consumer[]): Promise<void>;
  stop(): Promise<void>;
};

export type FaultFixtureOptions = {
  /** Messages a second, all processes together. */
  sendRate: number;
  /** How fast the clock of the tick service runs. Default 120: a minute in half a second. */
  speed?: number;
  /** The maintenance database of another server than the shared one. */
  databaseUrl?: string;
  /** As nats-server is shipped. Default false: what happens to processes alone loses nothing either way. */
  syncAlways?: boolean;
  /** Three nodes with every stream on each of them, instead of one server. */
  isCluster?: boolean;
};

export const TOKEN = '1234567:fault-test-token-of-the-simulator';
export const SHARD_COUNT = 4;
export const SHARD_CONSUMERS = Array.from(
  { length: SHARD_COUNT },
  (_, i) => shardConsumer(i, SHARD_COUNT).name,
);
/** Stream and name of a durable consumer. */
type Consumer = readonly [stream: string, name: string];
export const SENDER_CONSUMERS = TIERS.map((tier): Consumer => ['REMINDERS', senderConsumer(tier).name]);
const ALL: readonly Consumer[] = [
  ...SHARD_CONSUMERS.map((name): Consumer => ['TICKS', name]),
  ...SENDER_CONSUMERS,
];
/** Reminders expire after a day, so the tick service may hurry through almost as much. */
const DEADLINE_MS = 24 * 3_600_000;
const BEGINS_BEFORE_MS = 20 * 3_600_000;
/**
 * Telegram permits 30 for each 28 of ours: the inaccuracy of the rate limiter and of the network must fit in between.
 */
export const limitFor = (sendRate: number) => Math.ceil((sendRate * 30) / 28);
/** What the processes are given of a rate. */
export const shareOf = ({ sendShare = 1 }: Servers, sendRate: number): number =>
  Math.floor(sendRate * sendShare);
/** Longer than it takes until the messages of a dead process are delivered again. */
const STANDSTILL_MS = 30_000;
const STARTED_MS = 60_000;
const LAST_LINES = 5;

export async function startFaultFixture(
  servers: Servers,
  options: FaultFixtureOptions,
): Promise<FaultFixture> {
  const { sendRate, speed = 120 } = options;
  const { nats, cluster, connection, natsUrl } = await startNats(servers, options);
  const replicas = cluster ? 3 : 1;
  await provision(connection, { shardCount: SHARD_COUNT, consumers: await projectionConsumers(), replicas });
  const database = await createTestDatabase(options.databaseUrl ?? servers.postgresUrl);
  await prepareProjections({ schedules: database.pool, analytics: database.pool });
  const limit = limitFor(sendRate);
  const simulator = await startSimulatorProcess(TOKEN, limit);
  const manager = await jetstreamManager(connection);
  const startMs = Math.floor((Date.now() - BEGINS_BEFORE_MS) / 60_000) * 60_000;
  const startMinute = asMinute(startMs / 60_000);
  // The tick service catches up from this first tick, also with the minutes that pass before it has started.
  const first: Tick = { minute: startMinute, eventsSequence: asEventSequence(0) };
  await jetstream(connection).publish(TICK_SUBJECT, JSON.stringify(first));
  const processes = roleProcesses({
    ...{ natsUrl, databaseUrl: database.url, telegramUrl: simulator.url },
    ...{ webhookPort: await freePort(), sendRate: shareOf(servers, sendRate), startMs, speed },
  });
  const telegram = simulatorClient(simulator.url);
  return {
    ...{
      nats,
      cluster,
      connection,
      manager,
      database: database.pool,
      telegram,
      telegramUrl: simulator.url,
      startMinute,
    },
    overBudget: async () => overBudget(await telegram.requests(), limit),
    start: processes.start,
    crashes: processes.crashes,
    idle: (consumers = ALL) => untilIdle(manager, consumers),
    async stop() {
      await processes.killAll();
      await simulator.process.stop();
      await (cluster ?? nats).stop();
      await database.drop();
    },
  };
}

type Surroundings = {
  natsUrl: string;
  databaseUrl: string;
  telegramUrl: string;
  webhookPort: number;
  sendRate: number;
  /** What the clock of the tick service shows when the first one starts. */
  startMs: number;
  speed: number;
};

function roleProcesses(surroundings: Surroundings) {
  const running = new Set<TestProcess>();
  const crashes: string[] = [];
  let realStartMs: number | undefined;

  async function start(role: Role, environment: Record<string, string> = {}): Promise<TestProcess> {
    if (role === 'tick') realStartMs ??= Date.now();
    const settings = { ...environmentOf(role, surroundings, realStartMs), ...environment };
    const process = await spawnNode(scriptOf(role), [], settings);
    running.add(process);
    void process.exited.then(({ code, signal }) => {
      running.delete(process);
      if (code === 0 || signal === 'SIGKILL') return;
      crashes.push(`${role} ended with ${signal ?? code}: ${process.lines.slice(-LAST_LINES).join(' ')}`);
    });
    await process.line(/"msg":"started"/, STARTED_MS);
    return process;
  }
  const killAll = () => Promise.all([...running].map((process) => process.kill()));
  return { start, killAll, crashes: () => crashes };
}

function scriptOf(role: Role): string {
  if (role === 'tick') return 'test/support/fast-tick.ts';
  return role === 'faulty-sender' ? `test/faults/${role}.ts` : `services/${role}/main.ts`;
}

function environmentOf(
  role: Role,
  { natsUrl, databaseUrl, telegramUrl, webhookPort, sendRate, startMs, speed }: Surroundings,
  realStartMs: number | undefined,
): Record<string, string> {
  return {
    ...{ NATS_URL: natsUrl, DATABASE_URL: databaseUrl, LOG_LEVEL: 'info' },
    ...{ BOT_TOKEN: TOKEN, TELEGRAM_API_ROOT: telegramUrl, SHARD_COUNT: String(SHARD_COUNT) },
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
  };
}

async function untilIdle(manager: JetStreamManager, consumers: readonly Consumer[]): Promise<void> {
  for (let handled = -1; ; ) {
    const before = handled;
    const left = await leftTo(manager, consumers);
    if (left.length === 0) return;
    handled = await eventually(
      async () => {
        const now = await endOf({ manager }, 'DELIVERIES');
        if (now === before && (await leftTo(manager, consumers)).length > 0)
          throw new Error(`${left.join(', ')} do not go on`);
        return now;
      },
      { timeoutMs: STANDSTILL_MS },
    );
  }
}

/** The consumers that still have messages to handle. */
async function leftTo(manager: JetStreamManager, consumers: readonly Consumer[]): Promise<string[]> {
  const infos = await Promise.all(
    consumers.map(([stream, name]) => eventually(() => manager.consumers.info(stream, name))),
  );
  return infos.flatMap(({ name, num_pending, num_ack_pending }) =>
    num_pending + num_ack_pending > 0 ? [name] : [],
  );
}

/** The last sequence of a stream. A server that is just being restarted is asked again. */
export function endOf({ manager }: Pick<FaultFixture, 'manager'>, stream: string): Promise<number> {
  return eventually(async () => (await manager.streams.info(stream)).state.last_seq);
}

/** Resolves when the schedules hold everything in EVENTS; the projector must run. */
export async function projected(fixture: FaultFixture): Promise<void> {
  const last = await endOf(fixture, 'EVENTS');
  await eventually(
    async () => {
      const { rows } = await fixture.database.query<{ sequence: string }>(
        `SELECT sequence FROM projections.checkpoints WHERE projection = 'schedules' AND stream = 'EVENTS'`,
      );
      if (Number(rows[0]?.sequence ?? 0) < last) throw new Error('not all is projected');
    },
    { timeoutMs: 60_000 },
  );
}
