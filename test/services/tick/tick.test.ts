import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ACCOUNT } from '#contracts/ids.ts';
import { Tick } from '#contracts/messages.ts';
import { eventSubject, TICK_SUBJECT } from '#contracts/subjects.ts';
import { provision } from '#deploy/provision/provision.ts';
import { type Clock, systemClock } from '#services/platform/process/clock.ts';
import type { Running } from '#services/platform/process/lifecycle.ts';
import { start } from '#services/tick/start.ts';
import { eventually } from '#test/support/eventually.ts';
import { asEventSequence, asUserId } from '#test/support/ids.ts';
import { startTestNats, type TestNats } from '#test/support/nats.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Three days ago, since ticks that are stored now may be neither of the future nor older than seven days. */
const START = (Math.floor(Date.now() / MINUTE) - 3 * 24 * 60) * MINUTE + MINUTE / 2;

let server: TestNats;
let nats: NatsConnection;
let running: Running[] = [];
/** The server's clock as the replicas see it. */
let nowMs: number;
/** How often a replica has looked at the server's clock. */
let looks = 0;

beforeAll(async () => {
  server = await startTestNats();
  nats = await server.connection();
  await provision(nats, { shardCount: 1 });
});
afterAll(() => server.stop());
beforeEach(async () => {
  nowMs = START;
  await (await jetstreamManager(nats)).streams.purge('TICKS');
});
afterEach(stopAll);

async function stopAll(): Promise<void> {
  await Promise.all(running.map((replica) => replica.stop()));
  running = [];
}

/** Sleeps are cut short, so that replicas notice a step of the virtual time within milliseconds. */
const impatient: Clock = {
  now: () => nowMs,
  sleep: (ms, signal) => systemClock.sleep(Math.min(ms, 3), signal),
};

const exact = async () => ({ nowMs, eventsSequence: asEventSequence(0) });

async function startReplicas(count: number, look = exact): Promise<void> {
  const head = () => {
    looks++;
    return look();
  };
  for (let i = 0; i < count; i++) {
    const ports = { nats: await server.connection(), clock: impatient, log: pino({ level: 'silent' }), head };
    running.push(await start({}, ports));
  }
}

/** Resolves when replicas have looked at the clock so often again: time to publish something wrong. */
async function untilLooked(times: number): Promise<void> {
  const before = looks;
  await eventually(() => expect(looks).toBeGreaterThanOrEqual(before + times));
}

async function readTicks(): Promise<Tick[]> {
  const consumer = await jetstream(nats).consumers.get('TICKS');
  const { num_pending } = await consumer.info();
  const ticks: Tick[] = [];
  if (num_pending === 0) return ticks;
  for await (const message of await consumer.fetch({ max_messages: num_pending, expires: 2_000 }))
    ticks.push(Tick.parse(message.json()));
  return ticks;
}

async function newestMinute(): Promise<number> {
  const { streams } = await jetstreamManager(nats);
  const message = await streams.getMessage('TICKS', { last_by_subj: TICK_SUBJECT });
  return Tick.parse(message?.json()).minute;
}

/** Waits until the current minute has its tick, and checks that none since `firstMs` is missing or doubled. */
async function expectGapless(firstMs: number, lastMs: number): Promise<void> {
  const [first, last] = [Math.floor(firstMs / MINUTE), Math.floor(lastMs / MINUTE)];
  const wanted = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  await eventually(async () => expect(await newestMinute()).toBe(last), { timeoutMs: 20_000 });
  expect((await readTicks()).map((tick) => tick.minute)).toEqual(wanted);
}

describe('ticks (G4)', () => {
  it('are one a minute with three replicas', async () => {
    await startReplicas(3);
    await expectGapless(START, START);
    for (let i = 0; i < 5; i++) {
      nowMs += MINUTE;
      await expectGapless(START, nowMs);
    }
  });

  it('survive steps of an hour and a day in both directions', async () => {
    await startReplicas(2);
    await expectGapless(START, START);
    let latest = nowMs;
    for (const stepMs of [HOUR, -HOUR, 2 * MINUTE, 24 * HOUR, -24 * HOUR, MINUTE, 25 * HOUR]) {
      nowMs += stepMs;
      latest = Math.max(latest, nowMs);
      await untilLooked(20);
      await expectGapless(START, latest);
    }
  });

  it('are caught up with in order after downtime', async () => {
    await startReplicas(2);
    await expectGapless(START, START);
    await stopAll();
    nowMs += 3 * HOUR;
    await startReplicas(2);
    await expectGapless(START, nowMs);
  });

  it('stay gapless with replicas that see different times and come and go', async () => {
    let seed = 7;
    const random = () => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return seed / 2 ** 32;
    };
    const blurred = async () => {
      const seen = { nowMs: nowMs - random() * 3 * MINUTE, eventsSequence: asEventSequence(0) };
      await systemClock.sleep(random() * 4); // how long the reply takes
      return seen;
    };
    nowMs += 10 * MINUTE;
    await startReplicas(3, blurred);
    for (let i = 0; i < 40; i++) {
      nowMs += random() * 4 * MINUTE;
      await untilLooked(Math.floor(random() * 8));
      if (i % 10 === 5) {
        await running.shift()?.stop();
        await startReplicas(1, blurred);
      }
    }
    const seen = (await readTicks()).map((tick) => tick.minute);
    expect(seen.length).toBeGreaterThan(20);
    expect(seen).toEqual(seen.map((_, i) => (seen[0] ?? 0) + i));
  });

  it('are not stopped by junk at the end of the stream', async () => {
    await startReplicas(1);
    await expectGapless(START, START);
    await jetstream(nats).publish(TICK_SUBJECT, 'junk');
    nowMs += 2 * MINUTE;
    const minute = Math.floor(nowMs / MINUTE);
    await eventually(async () => expect(await newestMinute()).toBe(minute));
  });

  it('go on after kill -9 of nats-server, the same minutes again where it lost some', async () => {
    await startReplicas(2);
    await expectGapless(START, START);
    nowMs += 2 * MINUTE;
    await expectGapless(START, nowMs);
    const stored = join(server.storeDir, 'jetstream', '$G', 'streams', 'TICKS', 'msgs');
    const copy = join(server.storeDir, 'ticks-before');
    await server.kill();
    await cp(stored, copy, { recursive: true });
    await server.restart();
    nowMs += 2 * MINUTE;
    await expectGapless(START, nowMs);

    // As a power cut leaves a stream that is written behind its acks: its newest messages are gone.
    await server.kill();
    await rm(stored, { recursive: true });
    await cp(copy, stored, { recursive: true });
    await server.restart();
    await expectGapless(START, nowMs);
    nowMs += MINUTE;
    await expectGapless(START, nowMs);
  });
});

describe('by the server itself', () => {
  it('time and the last sequence of EVENTS come in one reply, whatever the clock of the process says', async () => {
    const { seq } = await jetstream(nats).publish(eventSubject(asUserId('42'), ACCOUNT), 'an event');
    const yesterday: Clock = { ...systemClock, now: () => Date.now() - 24 * HOUR };
    const before = Math.floor(Date.now() / MINUTE);
    running.push(await start({}, { nats, clock: yesterday, log: pino({ level: 'silent' }) }));
    const [tick] = await eventually(async () => {
      const ticks = await readTicks();
      expect(ticks).toHaveLength(1);
      return ticks;
    });
    expect(tick?.eventsSequence).toBe(seq);
    expect([before - 1, before, before + 1]).toContain(tick?.minute);
  });
});
