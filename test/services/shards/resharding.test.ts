import { jetstreamManager } from '@nats-io/jetstream';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { shardConsumer } from '#contracts/consumers.ts';
import { localTimeOf, minutesAfter } from '#contracts/time.ts';
import { provision as provisionStreams } from '#deploy/provision/provision.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import { eventually } from '#test/support/eventually.ts';
import { type TestProcess, testProcesses } from '#test/support/processes.ts';
import { type ShardsFixture, startShardsFixture } from './fixture.ts';
import { NINE } from './nine-in-berlin.ts';
import type { Person } from './people.ts';

const MINUTES = 60;
const PEOPLE_A_MINUTE = 20;
const people: Person[] = Array.from({ length: MINUTES * PEOPLE_A_MINUTE }, (_, i) => ({
  userId: String(1000 + i),
  timezone: 'Europe/Berlin',
  at: localTimeOf(540 + Math.floor(i / PEOPLE_A_MINUTE)),
  habits: 1,
}));
const everyone = people.map(({ userId }, i) => `${userId} ${NINE + Math.floor(i / PEOPLE_A_MINUTE)}`);

let fixture: ShardsFixture;
const { startService } = testProcesses();

beforeAll(async () => {
  fixture = await startShardsFixture(people);
});
afterAll(() => fixture?.stop());
beforeEach(() => fixture.empty());

const provision = (shardCount: number) => provisionStreams(fixture.nats, { shardCount });

async function startShards(shardCount: number): Promise<TestProcess> {
  const process = await startService('shards', {
    NATS_URL: fixture.server.url,
    DATABASE_URL: fixture.database.url,
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
  for (let i = 0; i < MINUTES; i++) {
    await fixture.tick(minutesAfter(NINE, i));
    await systemClock.sleep(changing ? 100 : 10); // the pace of the ticks
    if (i === MINUTES - 5) await changed;
  }
  await changed;
}

async function untilDone(shardCount: number): Promise<void> {
  const { consumers } = await jetstreamManager(fixture.nats);
  for (let index = 0; index < shardCount; index++) {
    await eventually(
      async () => {
        const { num_pending, num_ack_pending } = await consumers.info(
          'TICKS',
          shardConsumer(index, shardCount).name,
        );
        expect(num_pending + num_ack_pending).toBe(0);
      },
      { timeoutMs: 25_000 },
    );
  }
}

/** Every person and minute, as often as it was queued. */
async function queued(): Promise<string[]> {
  return (await fixture.reminders()).map(({ userId, minute }) => `${userId} ${minute}`).sort();
}

/** Resolves when more reminders are queued than now: shards are at work. */
async function untilMoreIsQueued(): Promise<void> {
  const { streams } = await jetstreamManager(fixture.nats);
  const last = async () => (await streams.info('REMINDERS')).state.last_seq;
  const before = await last();
  await eventually(async () => expect(await last()).toBeGreaterThan(before));
}

/** The shard counts that have consumers. */
async function shardCounts(): Promise<number[]> {
  const counts = new Set<number>();
  for await (const { name } of (await jetstreamManager(fixture.nats)).consumers.list('TICKS'))
    counts.add(Number(name.slice(-2)));
  return [...counts].sort((a, b) => a - b);
}

describe('SHARD_COUNT changed while ticks come', { timeout: 90_000 }, () => {
  it('16, 32, 8, one process after the other: each person and minute is queued exactly once', async () => {
    await provision(16);
    let processes = await Promise.all([startShards(16), startShards(16)]);
    await whileTicking(async () => {
      for (const shardCount of [32, 8]) {
        await provision(shardCount);
        const next = await Promise.all([startShards(shardCount), startShards(shardCount)]);
        await Promise.all(processes.map((each) => each.stop()));
        processes = next;
        await eventually(async () => {
          await provision(shardCount);
          expect(await shardCounts()).toEqual([shardCount]);
        });
      }
    });
    await untilDone(8);
    expect(await queued()).toEqual([...everyone].sort());
    await Promise.all(processes.map((each) => each.stop()));
  });

  it('processes that are killed, of both counts, leave nothing out', async () => {
    await provision(4);
    const [first, second] = await Promise.all([startShards(4), startShards(4)]);
    await whileTicking(async () => {
      await untilMoreIsQueued();
      await first.kill();
      await provision(2);
      const next = await startShards(2);
      await second.kill();
      await untilMoreIsQueued();
      await next.kill();
      await startShards(2);
    });
    await untilDone(2);
    expect(await queued()).toEqual([...everyone].sort());
  });

  it('a process of another count says so when its shards are gone, and goes on when they are back', async () => {
    await provision(2);
    const process = await startShards(2);
    const { consumers } = await jetstreamManager(fixture.nats);
    for (const index of [0, 1]) await consumers.delete('TICKS', shardConsumer(index, 2).name);
    await process.line(/SHARD_COUNT was changed: this process takes no ticks, restart it with the new one/);
    await provision(2);
    await process.line(/it takes ticks again/);
    await whileTicking(async () => {});
    await untilDone(2);
    expect(await queued()).toEqual([...everyone].sort());
    await process.stop();
  });
});
