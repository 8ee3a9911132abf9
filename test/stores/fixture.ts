import { type JetStreamManager, jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { pino } from 'pino';
import type { z } from 'zod';
import { reminderSubject, TICK_SUBJECT } from '#contracts/subjects.ts';
import type { Change } from '#deploy/provision/changes.ts';
import { provision } from '#deploy/provision/provision.ts';
import { type SimulatorClient, simulatorClient } from '#deploy/telegram/client.ts';
import { startSimulator } from '#deploy/telegram/start.ts';
import { projectedUpTo } from '#projections/engine/checkpoints.ts';
import { projectionConsumers, usualProjections } from '#projections/engine/registry.ts';
import { prepareProjections } from '#projections/engine/versions.ts';
import { connectNats } from '#services/platform/jetstream/connection.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import type { Running } from '#services/platform/process/lifecycle.ts';
import { createLog } from '#services/platform/process/log.ts';
import { openReadiness, problemLine, type Readiness } from '#services/platform/process/readiness.ts';
import type { Service } from '#services/platform/process/run-service.ts';
import { type processSettings, readSettings } from '#services/platform/process/settings.ts';
import { rebuild } from '#services/projector/rebuild.ts';
import { projectorService } from '#services/projector/service.ts';
import { senderService } from '#services/sender/service.ts';
import { shardsService } from '#services/shards/service.ts';
import { tickService } from '#services/tick/service.ts';
import { eventually } from '#test/support/eventually.ts';
import { startTestNats, type TestNats } from '#test/support/nats.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres.ts';
import { eventsOfPeople, type HabitPeople, peopleFrom, remindersOf } from './people.ts';
import { type PutBack, putBackOf } from './put-back.ts';

const TOKEN = '1234567:stores-test-token-of-simulator';
export const SHARD_COUNT = 2;
/** Enough for a hundred people at once. */
const RATE = 500;
/** Longer than it takes until what a service holds is tried again. */
const PATIENCE = { timeoutMs: 180_000 };

export type ServiceName = 'projector' | 'shards' | 'sender' | 'tick';
/** The test publishes the ticks, unless it starts the tick service. */
const USUAL: readonly ServiceName[] = ['projector', 'shards', 'sender'];
const ALL: readonly ServiceName[] = ['tick', ...USUAL];
type Started = { running: Running; readiness: Readiness; close(): Promise<void> };

/** NATS, Postgres and Telegram, of which the first two can be put back to what they were. */
export type StoresFixture = PutBack & {
  nats: TestNats;
  connection: NatsConnection;
  telegram: SimulatorClient;
  database: TestDatabase;
  /** What a process of its own would read. */
  environment: Record<string, string>;
  startServices(names?: readonly ServiceName[]): Promise<void>;
  stopServices(names?: readonly ServiceName[]): Promise<void>;
  /** What `/readyz` of each service says of its stores; nothing for one that has no complaint. */
  complaints(): Promise<Partial<Record<ServiceName, string[]>>>;
  /** Which of its messages a service has logged as errors. */
  loggedErrors(name: ServiceName): string[];
  /** People make a habit each, with a reminder at a minute of their own. Resolves when it is in EVENTS. */
  makeHabits(count: number): Promise<HabitPeople>;
  /** Publishes the tick of the minute at which they are due. */
  tick(people: HabitPeople): Promise<void>;
  /** Puts their reminders into REMINDERS, as shards do. */
  queue(people: HabitPeople): Promise<void>;
  /** Resolves when REMINDERS holds so many. */
  untilQueued(count: number): Promise<void>;
  /** How many messages Telegram got for each of them: `[people without any, with one, with more]`. */
  reminded(people: HabitPeople): Promise<[none: number, once: number, more: number]>;
  untilReminded(people: HabitPeople): Promise<void>;
  untilProjected(): Promise<void>;
  /** Resolves when DELIVERIES holds so many outcomes. */
  untilDelivered(count: number): Promise<void>;
  /** Resolves when shards are done with every tick. */
  untilTicksDone(): Promise<void>;
  /** @returns what it changed on NATS. */
  provision(): Promise<Change[]>;
  rebuildAll(): Promise<void>;
  stop(): Promise<void>;
};

export async function startStoresFixture(): Promise<StoresFixture> {
  const nats = await startTestNats();
  const connection = await nats.connection();
  const database = await createTestDatabase();
  const simulator = await startSimulator({ port: 0, host: '127.0.0.1', botToken: TOKEN });
  const telegram = simulatorClient(simulator.url);
  await telegram.limits({ overallPerSecond: 10 * RATE });
  const databases = { schedules: database.pool, analytics: database.pool };
  const environment = {
    NATS_URL: nats.url,
    DATABASE_URL: database.url,
    BOT_TOKEN: TOKEN,
    TELEGRAM_API_ROOT: simulator.url,
    SHARD_COUNT: String(SHARD_COUNT),
    SEND_RATE: String(RATE),
    BULK_RATE: String(RATE),
    PAID_BROADCAST: 'true',
  };
  const services = runServices(environment);
  const made: HabitPeople[] = [];
  const js = jetstream(connection);
  const manager = await jetstreamManager(connection);
  const lastEvent = async () => (await manager.streams.info('EVENTS')).state.last_seq;

  const fixture: StoresFixture = {
    ...{ nats, connection, telegram, database, environment },
    startServices: services.start,
    stopServices: services.stop,
    complaints: services.complaints,
    loggedErrors: services.loggedErrors,
    async makeHabits(count) {
      const people = peopleFrom(made.length, count);
      made.push(people);
      await telegram.crowd(Number(people.userIds[0]), count);
      for (const { subject, body } of eventsOfPeople(people)) await js.publish(subject, body);
      return people;
    },
    async tick({ minute }) {
      await js.publish(TICK_SUBJECT, JSON.stringify({ minute, eventsSequence: await lastEvent() }));
    },
    untilDelivered: (count) => untilHolds(manager, 'DELIVERIES', count),
    untilTicksDone: () =>
      eventually(async () => {
        for await (const { num_pending, num_ack_pending } of manager.consumers.list('TICKS'))
          if (num_pending + num_ack_pending > 0) throw new Error('ticks are left');
      }, PATIENCE),
    async queue(people) {
      for (const due of remindersOf(people))
        await js.publish(reminderSubject(due.tier, due.userId, due.minute), JSON.stringify(due));
    },
    untilQueued: (count) => untilHolds(manager, 'REMINDERS', count),
    reminded: (people) => countReminded(telegram, people),
    untilReminded: (people) =>
      eventually(async () => {
        const [none] = await fixture.reminded(people);
        if (none > 0) throw new Error(`${none} were not reminded`);
      }, PATIENCE),
    untilProjected: () =>
      eventually(async () => {
        const end = await lastEvent();
        for (const { name } of await usualProjections()) {
          const { sequence } = await projectedUpTo(database.pool, name, 'EVENTS');
          if (name !== 'admin' && sequence !== end)
            throw new Error(`${name} stands at ${sequence} of ${end}`);
        }
      }, PATIENCE),
    ...putBackOf(nats, database),
    async provision() {
      await prepareProjections(databases);
      return provision(connection, { shardCount: SHARD_COUNT, consumers: await projectionConsumers() });
    },
    async rebuildAll() {
      const ports = { nats: connection, clock: systemClock, log: createLog('test', 'silent'), databases };
      for (const projection of await usualProjections()) await rebuild(projection, ports);
    },
    async stop() {
      await services.stop();
      await simulator.stop();
      await nats.stop();
      await database.drop();
    },
  };
  await fixture.provision();
  return fixture;
}

/** The services, each wired and connected as in a process of its own. */
function runServices(environment: NodeJS.ProcessEnv) {
  const started = new Map<ServiceName, Started>();
  const errors = new Map<ServiceName, string[]>();

  async function run<S extends z.ZodObject<typeof processSettings>>(
    name: ServiceName,
    service: Service<S>,
  ): Promise<void> {
    const config = readSettings(service.settings, environment);
    const nats = await connectNats({ natsUrl: String(environment.NATS_URL) }, name);
    const readiness = openReadiness(systemClock);
    const log = pino(
      { level: 'error' },
      { write: (line: string) => logged(name).push(JSON.parse(line).msg) },
    );
    const running = await service.start(config, { nats, clock: systemClock, log, readiness });
    started.set(name, { running, readiness, close: () => nats.close() });
  }

  function logged(name: ServiceName): string[] {
    const lines = errors.get(name) ?? [];
    errors.set(name, lines);
    return lines;
  }

  return {
    loggedErrors: logged,
    async start(names: readonly ServiceName[] = USUAL) {
      if (names.includes('tick')) await run('tick', tickService);
      if (names.includes('projector')) await run('projector', projectorService);
      if (names.includes('shards')) await run('shards', shardsService);
      if (names.includes('sender')) await run('sender', senderService);
    },
    async stop(names: readonly ServiceName[] = ALL) {
      for (const name of names) {
        await started.get(name)?.running.stop();
        await started.get(name)?.close();
        started.delete(name);
      }
    },
    async complaints() {
      const found: Partial<Record<ServiceName, string[]>> = {};
      for (const [name, { readiness }] of started) {
        const lines = (await readiness.problems())
          .map(problemLine)
          .filter((line) => ABOUT_STORES.test(line))
          .sort();
        if (lines.length > 0) found[name] = lines;
      }
      return found;
    },
  };
}

const ABOUT_STORES = /older|belong together|earlier state/;

function untilHolds(manager: JetStreamManager, stream: string, count: number): Promise<void> {
  return eventually(async () => {
    const { state } = await manager.streams.info(stream);
    if (state.messages < count) throw new Error(`${stream} holds ${state.messages} of ${count}`);
  }, PATIENCE);
}

async function countReminded(
  telegram: SimulatorClient,
  { userIds }: HabitPeople,
): Promise<[number, number, number]> {
  const counts = new Map<number, number>();
  for (const { chatId = 0 } of await telegram.requests({ method: 'sendMessage' }))
    counts.set(chatId, (counts.get(chatId) ?? 0) + 1);
  const each = userIds.map((userId) => counts.get(Number(userId)) ?? 0);
  const having = (is: (count: number) => boolean) => each.filter(is).length;
  return [having((n) => n === 0), having((n) => n === 1), having((n) => n > 1)];
}
