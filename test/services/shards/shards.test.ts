import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { shardConsumer } from '#contracts/consumers.ts';
import { partitionsOf } from '#contracts/ids.ts';
import type { ReminderDue } from '#contracts/messages.ts';
import { TICK_SUBJECT } from '#contracts/subjects.ts';
import { provision } from '#deploy/provision/provision.ts';
import { projectedSequence } from '#projections/engine/projection.ts';
import { NotProvisioned } from '#services/platform/jetstream/errors.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import type { Running } from '#services/platform/process/lifecycle.ts';
import { schedulesIn } from '#services/shards/schedules.ts';
import { openSemaphore } from '#services/shards/semaphore.ts';
import { queueDue } from '#services/shards/shard.ts';
import { start } from '#services/shards/start.ts';
import { eventually } from '../../support/eventually.ts';
import { asEventSequence, asMinute } from '../../support/ids.ts';
import { type ShardsFixture, startShardsFixture } from './fixture.ts';
import { habitIdOf, type Person } from './people.ts';

const SHARDS = 4;
/** 09:00 in Berlin on a Wednesday. */
const NINE = asMinute(Date.parse('2026-11-25T08:00:00Z') / 60_000);
const people: Person[] = Array.from({ length: 500 }, (_, i) => ({
  userId: String(1000 + i),
  timezone: i % 5 === 0 ? 'Asia/Kathmandu' : 'Europe/Berlin',
  at: '09:00',
  habits: 1 + (i % 3),
  ...(i % 2 === 0 && { answeredAt: '2026-11-24T12:00:00Z' }),
}));
const inBerlin = people.filter((person) => person.timezone === 'Europe/Berlin');

let fixture: ShardsFixture;
let server: ShardsFixture['server'];
let database: ShardsFixture['database'];
let nats: ShardsFixture['nats'];
let running: Running[] = [];

beforeAll(async () => {
  fixture = await startShardsFixture(people);
  ({ server, database, nats } = fixture);
});
afterAll(() => fixture?.stop());
beforeEach(async () => {
  await fixture.empty();
  await provision(nats, { shardCount: SHARDS });
  await project(0);
});
afterEach(async () => {
  await Promise.all(running.map((each) => each.stop()));
  running = [];
});

async function startShards(
  settings: Partial<Parameters<typeof start>[0]> = {},
  log = silent,
  metrics = new Registry(),
): Promise<void> {
  const config = {
    shardCount: SHARDS,
    reminderDeadlineMs: 7_200_000,
    barrierWaitMs: 10_000,
    queueInFlight: 64,
    dueChunkSize: 20,
    ...settings,
  };
  const ports = {
    nats: await server.connection(),
    clock: systemClock,
    log,
    metrics,
    database: database.pool,
  };
  running.push(await start(config, ports));
}
const silent = pino({ level: 'silent' });

const tick = (minute = NINE, eventsSequence?: number) => fixture.tick(asMinute(minute), eventsSequence);

/** Pretends that the projector has come so far. */
async function project(sequence: number): Promise<void> {
  await database.pool.query(
    `UPDATE projections.checkpoints SET sequence = $1 WHERE projection = 'schedules' AND stream = 'EVENTS'`,
    [sequence],
  );
}

async function untilDone(ticks: number, shards = SHARDS): Promise<void> {
  const manager = await jetstreamManager(nats);
  const { state } = await manager.streams.info('TICKS');
  for (let index = 0; index < shards; index++) {
    await eventually(
      async () => {
        const { ack_floor } = await manager.consumers.info('TICKS', shardConsumer(index, shards).name);
        expect(ack_floor.stream_seq).toBe(state.last_seq);
        expect(ack_floor.consumer_seq).toBeGreaterThanOrEqual(ticks);
      },
      { timeoutMs: 25_000 },
    );
  }
}

/** Everybody in Berlin once, with all their habits. */
async function expectEveryoneOnce(): Promise<void> {
  const reminders = await fixture.reminders();
  const found = reminders.map(({ userId, tier, minute, due }) => ({
    userId,
    tier,
    minute,
    habits: due.map((each) => `${each.habitId} ${each.on} ${each.at}`).sort(),
  }));
  const wanted = inBerlin.map(({ userId, habits, answeredAt }) => ({
    userId,
    tier: answeredAt ? 'engaged' : 'regular',
    minute: NINE,
    habits: Array.from({ length: habits }, (_, i) => `${habitIdOf(i)} 2026-11-25 09:00`),
  }));
  const byPerson = (a: { userId: string }, b: { userId: string }) => Number(a.userId) - Number(b.userId);
  expect(found.sort(byPerson)).toEqual(wanted.sort(byPerson));
}

describe('a tick', () => {
  it('queues one reminder for each person due, with all their habits', async () => {
    await startShards();
    await tick();
    await untilDone(1);
    await expectEveryoneOnce();
  });

  it('queues nothing twice when it comes again, and two processes run each shard', async () => {
    await startShards();
    await startShards();
    await tick();
    await tick();
    await tick(asMinute(NINE + 1));
    await tick();
    await untilDone(4);
    await expectEveryoneOnce();
  });

  it('queues nobody twice whose tier has changed meanwhile', async () => {
    await startShards();
    await tick();
    await untilDone(1);
    const answer = 'UPDATE schedules.accounts SET last_answered_at = $1 WHERE last_answered_at IS NULL';
    await database.pool.query(answer, ['2026-11-24T13:00:00Z']);
    await tick();
    await untilDone(2);
    const forget = 'UPDATE schedules.accounts SET last_answered_at = NULL WHERE last_answered_at = $1';
    await database.pool.query(forget, ['2026-11-24T13:00:00Z']);
    await expectEveryoneOnce();
  });

  it('is queued though its deadline has passed: the sender says that it expired', async () => {
    await startShards({ reminderDeadlineMs: 60_000 });
    await tick();
    await untilDone(1);
    const [reminder] = await fixture.reminders();
    expect(reminder?.expiresAt).toBe('2026-11-25T08:01:00.000Z');
    await expectEveryoneOnce();
  });

  it('that nobody can read is parked, and the next one is done', async () => {
    await startShards();
    await jetstream(nats).publish(TICK_SUBJECT, 'junk');
    await tick();
    await untilDone(2);
    await expectEveryoneOnce();
    const { state } = await (await jetstreamManager(nats)).streams.info('DEAD');
    expect(state.messages).toBe(SHARDS);
  });
});

describe('the barrier (G5)', () => {
  it('holds a tick until the projection has passed it, and says how long', async () => {
    const lines: { msg: string; barrierMs?: number }[] = [];
    const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
    const metrics = new Registry();
    await startShards({}, log, metrics);
    await tick(NINE, 7);
    await systemClock.sleep(300);
    expect(await fixture.reminders()).toEqual([]);
    expect(await projectedSequence(database.pool, 'schedules', 'EVENTS')).toBe(0);
    await project(7);
    await untilDone(1);
    await expectEveryoneOnce();
    const passed = lines.find((line) => line.msg === 'tick passed the barrier');
    expect(passed?.barrierMs).toBeGreaterThanOrEqual(290);
    expect(passed?.barrierMs).toBeLessThan(2_000);
    const measured = await metrics.getSingleMetricAsString('habitstream_barrier_wait_seconds');
    expect(measured).toContain('habitstream_barrier_wait_seconds_count 1');
    expect(measured).toContain('habitstream_barrier_wait_seconds_bucket{le="0.25"} 0');
  });

  it('gives a tick back after a bounded time, and takes it again', async () => {
    const lines: { msg: string }[] = [];
    const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
    await startShards({ barrierWaitMs: 100 }, log);
    await tick(NINE, 7);
    await eventually(() =>
      expect(lines.filter((line) => line.msg === 'message will be tried again').length).toBeGreaterThan(
        SHARDS,
      ),
    );
    await project(7);
    await untilDone(1);
    await expectEveryoneOnce();
  });
});

describe('crashes and changes', () => {
  it('a tick that was interrupted between two publishes is finished by the next process', async () => {
    await startShards({ dueChunkSize: 1, queueInFlight: 1 });
    await tick();
    await eventually(async () => expect((await fixture.reminders()).length).toBeGreaterThan(20));
    await Promise.all(running.splice(0).map((each) => each.stop()));
    expect((await fixture.reminders()).length).toBeLessThan(inBerlin.length);
    await startShards();
    await untilDone(1);
    await expectEveryoneOnce();
  });

  it('a tick is kept until its reminders are durable', async () => {
    const manager = await jetstreamManager(nats);
    await manager.streams.delete('REMINDERS');
    await startShards({ dueChunkSize: 5_000 });
    await tick();
    await systemClock.sleep(500);
    expect((await manager.consumers.info('TICKS', shardConsumer(0, SHARDS).name)).ack_floor.stream_seq).toBe(
      0,
    );
    await provision(nats, { shardCount: SHARDS });
    await untilDone(1);
    await expectEveryoneOnce();
  });

  it('a tick is done only when the last of its reminders is durable', async () => {
    const asked: (() => void)[] = [];
    const putAll = async (reminders: readonly ReminderDue[]) => {
      await new Promise<void>((resolve) => asked.push(resolve));
      return { queued: reminders.length, already: 0, tooBig: [] };
    };
    const minute = {
      timezone: 'Europe/Berlin',
      on: '2026-11-25',
      weekday: 3,
      fromMinute: 540,
      toMinute: 540,
    };
    const parts = {
      schedules: schedulesIn(database.pool, 5_000),
      planTick: async () => [minute],
      queue: { putAll, stop: () => {} },
      semaphore: openSemaphore(1),
      deadlineMs: 7_200_000,
    };
    let done = false;
    const doing = queueDue(
      parts,
      partitionsOf(0, 1),
      { minute: NINE, eventsSequence: asEventSequence(0) },
      AbortSignal.any([]),
    );
    void doing.then(() => {
      done = true;
    });
    for (let chunk = 0; chunk < 2; chunk++) {
      await eventually(() => expect(asked.length).toBe(chunk + 1));
      await systemClock.sleep(50);
      expect(done).toBe(false);
      asked[chunk]?.();
    }
    expect((await doing).queued).toBe(inBerlin.length);
  });

  it('resharding and the same tick again queue nothing twice and leave nobody out', async () => {
    await startShards();
    await tick();
    await untilDone(1);
    await Promise.all(running.splice(0).map((each) => each.stop()));
    await provision(nats, { shardCount: 2 });
    await startShards({ shardCount: 2 });
    await tick();
    await untilDone(1, 2);
    await expectEveryoneOnce();
    await (await jetstreamManager(nats)).streams.purge('REMINDERS');
    await tick();
    await untilDone(2, 2);
    await expectEveryoneOnce();
  });

  it('shards made for another number of shards are refused', async () => {
    await expect(startShards({ shardCount: 2 })).rejects.toThrow(NotProvisioned);
    await expect(startShards({ shardCount: 8 })).rejects.toThrow(
      /shard-\d\d-of-08 is missing: it was not provisioned for this SHARD_COUNT/,
    );
  });

  it('reminders that a crash of nats-server took are queued again, by those who were there', async () => {
    await startShards();
    await tick();
    await untilDone(1);
    const kept = (await fixture.reminders()).length - 100;
    await loseNewest(100);
    expect((await fixture.reminders()).length).toBe(kept);
    await server.kill();
    await server.restart();
    await eventually(expectEveryoneOnce);
  });

  it('also those of many ticks that were made up for shortly before, by those who were there', async () => {
    await startShards();
    for (let minute = NINE; minute < NINE + 20; minute++) await tick(minute);
    await untilDone(20);
    await loseNewest(100);
    await server.kill();
    await server.restart();
    await eventually(expectEveryoneOnce);
  });

  it('and by those who start after it', async () => {
    await startShards();
    for (let minute = NINE; minute < NINE + 20; minute++) await tick(minute);
    await untilDone(20);
    await Promise.all(running.splice(0).map((each) => each.stop()));
    await loseNewest(100);
    await startShards();
    await eventually(expectEveryoneOnce);
  });
});

/** As a power cut would, with a stream that is written behind its acks. */
async function loseNewest(count: number): Promise<void> {
  const manager = await jetstreamManager(nats);
  const { state } = await manager.streams.info('REMINDERS');
  for (let seq = state.last_seq; seq > state.last_seq - count; seq--)
    await manager.streams.deleteMessage('REMINDERS', seq);
}
