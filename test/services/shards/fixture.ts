import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { ReminderDue, type Tick } from '#contracts/messages.ts';
import { TICK_SUBJECT } from '#contracts/subjects.ts';
import type { EpochMinute } from '#contracts/time.ts';
import { prepareProjections } from '#projections/engine/versions.ts';
import { asEventSequence } from '../../support/ids.ts';
import { startTestNats, type TestNats } from '../../support/nats.ts';
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts';
import { addPeople, type Person } from './people.ts';

/** Real servers with the schedules of some people; shards are started by the test. */
export type ShardsFixture = {
  server: TestNats;
  database: TestDatabase;
  nats: NatsConnection;
  /** Takes all streams away: the test provisions those it wants. */
  empty(): Promise<void>;
  tick(minute: EpochMinute, eventsSequence?: number): Promise<void>;
  /** All that is queued, in the order of the stream. */
  reminders(): Promise<ReminderDue[]>;
  stop(): Promise<void>;
};

export async function startShardsFixture(people: readonly Person[]): Promise<ShardsFixture> {
  const server = await startTestNats();
  const database = await createTestDatabase();
  const nats = await server.connection();
  await prepareProjections({ schedules: database.pool, analytics: database.pool });
  await addPeople(database.pool, people);
  return {
    server,
    database,
    nats,
    async empty() {
      const manager = await jetstreamManager(nats);
      for await (const name of manager.streams.names()) await manager.streams.delete(name);
    },
    async tick(minute, eventsSequence = 0) {
      const body: Tick = { minute, eventsSequence: asEventSequence(eventsSequence) };
      await jetstream(nats).publish(TICK_SUBJECT, JSON.stringify(body));
    },
    async reminders() {
      const consumer = await jetstream(nats).consumers.get('REMINDERS');
      const { num_pending } = await consumer.info();
      const found: ReminderDue[] = [];
      if (num_pending === 0) return found;
      for await (const message of await consumer.fetch({ max_messages: num_pending, expires: 5_000 }))
        found.push(ReminderDue.parse(message.json()));
      return found;
    },
    async stop() {
      await database.drop();
      await server.stop();
    },
  };
}
