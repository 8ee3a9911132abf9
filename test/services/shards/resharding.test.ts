import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ReminderDue, type Tick } from '#contracts/messages.ts';
import { shardConsumer } from '#contracts/streams.ts';
import { TICK_SUBJECT } from '#contracts/subjects.ts';
import { localTimeOf } from '#contracts/time.ts';
import { provision } from '#deploy/provision/provision.ts';
import { prepareProjections } from '#projections/versions.ts';
import { systemClock } from '#services/runtime/clock.ts';
import { eventually } from '../../support/eventually.ts';
import { startTestNats, type TestNats } from '../../support/nats.ts';
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts';
import { type TestProcess, testProcesses } from '../../support/processes.ts';
import { addPeople, type Person } from './people.ts';

/** 09:00 in Berlin. */
const NINE = Date.parse('2026-11-25T08:00:00Z') / 60_000;
const MINUTES = 60;
const PEOPLE_A_MINUTE = 20;
const people: Person[] = Array.from({ length: MINUTES * PEOPLE_A_MINUTE }, (_, i) => ({
  userId: String(1000 + i),
  timezone: 'Europe/Berlin',
  at: localTimeOf(540 + Math.floor(i / PEOPLE_A_MINUTE)),
  habits: 1,
}));
const everyone = people.map(({ userId }, i) => `${userId} ${NINE + Math.floor(i / PEOPLE_A_MINUTE)}`);

let server: TestNats;
let database: TestDatabase;
let nats: NatsConnection;
const { startService } = testProcesses();

beforeAll(async () => {
  server = await startTestNats();
  database = await createTestDatabase();
  nats = await server.connection();
  await prepareProjections({ schedules: database.pool, analytics: database.pool });
  await addPeople(database.pool, people);
});
afterAll(async () => {
  await database.drop();
  await server.stop();
});
beforeEach(async () => {
  const manager = await jetstreamManager(nats);
  for await (const name of manager.streams.names()) await manager.streams.delete(name);
});

async function startShards(shardCount: number): Promise<TestProcess> {
  const process = await startService('shards', {
    NATS_URL: server.url,
    DATABASE_URL: database.url,
    SHARD_COUNT: String(shardCount),
    DUE_CHUNK_SIZE: '5',
  });
  await process.line(/"started"/);
  return process;
}

/** Publishes the ticks of the hour while `change` goes on, the last of them after it. */
async function whileTicking(change: () => Promise<void>): Promise<void> {
  let changing = true;
  const changed = change().finally(() => {
    changing = false;
  });
  for (let minute = NINE; minute < NINE + MINUTES; minute++) {
    const body: Tick = { minute, eventsSequence: 0 };
    await jetstream(nats).publish(TICK_SUBJECT, JSON.stringify(body));
    const left = NINE + MINUTES - minute;
    await systemClock.sleep(changing ? 100 : 10);
    if (left === 5) await changed;
  }
  await changed;
}

async function untilDone(shardCount: number): Promise<void> {
  const { consumers } = await jetstreamManager(nats);
  for (let index = 0; index < shardCount; index++) {
    await eventually(
      async () => {
        const { num_pending, num_ack_pending } = await consumers.info(
          'TICKS',
          shardConsumer(index, shardCount),
        );
        expect(num_pending + num_ack_pending).toBe(0);
      },
      { timeoutMs: 25_000 },
    );
  }
}

/** Every person at every minute they are due, each as often as it was queued. */
async function queued(): Promise<string[]> {
  const consumer = await jetstream(nats).consumers.get('REMINDERS');
  const { num_pending } = await consumer.info();
  const found: string[] = [];
  if (num_pending === 0) return found;
  for await (const message of await consumer.fetch({ max_messages: num_pending, expires: 5_000 })) {
    const { userId, minute } = ReminderDue.parse(message.json());
    found.push(`${userId} ${minute}`);
  }
  return found.sort();
}

async function shardsThatAre(): Promise<number[]> {
  const counts = new Set<number>();
  for await (const { name } of (await jetstreamManager(nats)).consumers.list('TICKS'))
    counts.add(Number(name.slice(-2)));
  return [...counts].sort((a, b) => a - b);
}

describe('SHARD_COUNT changed while ticks come', { timeout: 90_000 }, () => {
  it('16, 32, 8, one process after the other: each person and minute is queued exactly once', async () => {
    await provision(nats, { shardCount: 16 });
    let processes = await Promise.all([startShards(16), startShards(16)]);
    await whileTicking(async () => {
      for (const shardCount of [32, 8]) {
        await provision(nats, { shardCount });
        const next = await Promise.all([startShards(shardCount), startShards(shardCount)]);
        await Promise.all(processes.map((each) => each.stop()));
        processes = next;
        await eventually(async () => {
          await provision(nats, { shardCount });
          expect(await shardsThatAre()).toEqual([shardCount]);
        });
      }
    });
    await untilDone(8);
    expect(await queued()).toEqual([...everyone].sort());
    await Promise.all(processes.map((each) => each.stop()));
  });

  it('processes that are killed, of both counts, leave nothing out', async () => {
    await provision(nats, { shardCount: 4 });
    const [first, second] = await Promise.all([startShards(4), startShards(4)]);
    await whileTicking(async () => {
      await systemClock.sleep(300);
      await first.kill();
      await provision(nats, { shardCount: 2 });
      const next = await startShards(2);
      await second.kill();
      await systemClock.sleep(200);
      await next.kill();
      await startShards(2);
    });
    await untilDone(2);
    expect(await queued()).toEqual([...everyone].sort());
  });

  it('a process of another count says so when its shards are gone, and goes on when they are back', async () => {
    await provision(nats, { shardCount: 2 });
    const process = await startShards(2);
    const { consumers } = await jetstreamManager(nats);
    for (const index of [0, 1]) await consumers.delete('TICKS', shardConsumer(index, 2));
    await process.line(/SHARD_COUNT was changed: this process takes no ticks, restart it with the new one/);
    await provision(nats, { shardCount: 2 });
    await process.line(/it takes ticks again/);
    await whileTicking(async () => {});
    await untilDone(2);
    expect(await queued()).toEqual([...everyone].sort());
    await process.stop();
  });
});
