import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { pino } from 'pino';
import { expect } from 'vitest';
import { shardConsumer } from '#contracts/consumers.ts';
import { ACCOUNT } from '#contracts/ids.ts';
import { ReminderDue, type Tick } from '#contracts/messages.ts';
import { eventSubject, TICK_SUBJECT } from '#contracts/subjects.ts';
import type { EpochMinute } from '#contracts/time.ts';
import { provision } from '#deploy/provision/provision.ts';
import { prepareProjections } from '#projections/engine/versions.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import type { Running } from '#services/platform/process/lifecycle.ts';
import { type ShardsPorts, start } from '#services/shards/start.ts';
import { eventually } from '#test/support/eventually.ts';
import { asEventSequence, asUserId } from '#test/support/ids.ts';
import { startTestNats, type TestNats } from '#test/support/nats.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres.ts';
import { addPeople, type Person } from './people.ts';

type Settings = Parameters<typeof start>[0];

/** Real servers with the schedules of some people, on which a test starts shards. */
export type ShardsFixture = {
  server: TestNats;
  database: TestDatabase;
  nats: NatsConnection;
  /** Deletes all streams. */
  empty(): Promise<void>;
  /** Deletes all streams and provisions them for that many shards; no event is projected. */
  reset(shardCount: number): Promise<void>;
  /** Starts the shards service in this process. */
  startShards(
    settings: Partial<Settings> & Pick<Settings, 'shardCount'>,
    ports?: Partial<ShardsPorts>,
  ): Promise<void>;
  /** Stops every service that this fixture has started. */
  stopShards(): Promise<void>;
  tick(minute: EpochMinute, eventsSequence?: number): Promise<void>;
  /** Stores so many messages in EVENTS, of which nothing is projected. */
  store(events: number): Promise<void>;
  /** Says that the schedules hold every event up to `sequence`, as the projector would. */
  project(sequence: number): Promise<void>;
  /** Resolves when every shard has acked the newest tick, and at least `ticks` of them. */
  untilDone(ticks: number, shardCount: number): Promise<void>;
  /** All that is queued, in the order of the stream. */
  reminders(): Promise<ReminderDue[]>;
  stop(): Promise<void>;
};

const UNTIL_DONE_MS = 25_000;

export async function startShardsFixture(people: readonly Person[]): Promise<ShardsFixture> {
  const server = await startTestNats();
  const database = await createTestDatabase();
  const nats = await server.connection();
  await prepareProjections({ schedules: database.pool, analytics: database.pool });
  await addPeople(database.pool, people);
  const running: Running[] = [];

  const fixture: ShardsFixture = {
    server,
    database,
    nats,
    empty: () => deleteStreams(nats),
    async reset(shardCount) {
      await deleteStreams(nats);
      await provision(nats, { shardCount });
      await fixture.project(0);
    },
    async startShards(settings, ports) {
      const log = pino({ level: 'silent' });
      const connection = await server.connection();
      running.push(
        await start(
          {
            ...{ reminderDeadlineMs: 7_200_000, barrierWaitMs: 10_000, queueInFlight: 64, dueChunkSize: 20 },
            ...settings,
          },
          { nats: connection, clock: systemClock, log, database: database.pool, ...ports },
        ),
      );
    },
    async stopShards() {
      await Promise.all(running.splice(0).map((each) => each.stop()));
    },
    async tick(minute, eventsSequence = 0) {
      const body: Tick = { minute, eventsSequence: asEventSequence(eventsSequence) };
      await jetstream(nats).publish(TICK_SUBJECT, JSON.stringify(body));
    },
    async store(events) {
      const subject = eventSubject(asUserId(1), ACCOUNT);
      for (let i = 0; i < events; i++) await jetstream(nats).publish(subject, 'an event');
    },
    async project(sequence) {
      await database.pool.query(
        `UPDATE projections.checkpoints SET sequence = $1 WHERE projection = 'schedules' AND stream = 'EVENTS'`,
        [sequence],
      );
    },
    untilDone: (ticks, shardCount) => untilDone(nats, ticks, shardCount),
    reminders: () => queuedReminders(nats),
    async stop() {
      await database.drop();
      await server.stop();
    },
  };
  return fixture;
}

async function deleteStreams(nats: NatsConnection): Promise<void> {
  const { streams } = await jetstreamManager(nats);
  for await (const name of streams.names()) await streams.delete(name);
}

async function untilDone(nats: NatsConnection, ticks: number, shardCount: number): Promise<void> {
  const { streams, consumers } = await jetstreamManager(nats);
  const { state } = await streams.info('TICKS');
  for (let index = 0; index < shardCount; index++) {
    await eventually(
      async () => {
        const { ack_floor } = await consumers.info('TICKS', shardConsumer(index, shardCount).name);
        expect(ack_floor.stream_seq).toBe(state.last_seq);
        expect(ack_floor.consumer_seq).toBeGreaterThanOrEqual(ticks);
      },
      { timeoutMs: UNTIL_DONE_MS },
    );
  }
}

async function queuedReminders(nats: NatsConnection): Promise<ReminderDue[]> {
  const consumer = await jetstream(nats).consumers.get('REMINDERS');
  const { num_pending } = await consumer.info();
  const found: ReminderDue[] = [];
  if (num_pending === 0) return found;
  for await (const message of await consumer.fetch({ max_messages: num_pending, expires: 5_000 }))
    found.push(ReminderDue.parse(message.json()));
  return found;
}
