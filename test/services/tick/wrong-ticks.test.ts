import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TICK_SUBJECT } from '#contracts/subjects.ts';
import { readTick } from '#contracts/ticks.ts';
import { provision } from '#deploy/provision/provision.ts';
import { type Clock, systemClock } from '#services/platform/process/clock.ts';
import type { Running } from '#services/platform/process/lifecycle.ts';
import { start } from '#services/tick/start.ts';
import { eventually } from '#test/support/eventually.ts';
import { asEventSequence } from '#test/support/ids.ts';
import { startTestNats, type TestNats } from '#test/support/nats.ts';

const MINUTE = 60_000;
const DAY = 24 * 60;
const YEARS = 10 * 366 * DAY;

let server: TestNats;
let nats: NatsConnection;
let running: Running[] = [];
/** The server's clock as the replicas see it. */
let nowMs: number;
/** The minute that runs when a test begins, two hours ago: no tick may be stored before its minute. */
let current: number;

beforeAll(async () => {
  server = await startTestNats();
  nats = await server.connection();
  await provision(nats, { shardCount: 1 });
});
afterAll(() => server.stop());
beforeEach(async () => {
  current = Math.floor(Date.now() / MINUTE) - 120;
  nowMs = current * MINUTE + MINUTE / 2;
  await (await jetstreamManager(nats)).streams.purge('TICKS');
});
afterEach(stopAll);

async function stopAll(): Promise<void> {
  await Promise.all(running.map((replica) => replica.stop()));
  running = [];
}

const impatient: Clock = {
  now: () => nowMs,
  sleep: (ms, signal) => systemClock.sleep(Math.min(ms, 3), signal),
};

async function startReplicas(count: number, errors: string[] = []): Promise<void> {
  const write = (line: string) => void errors.push(JSON.parse(line).msg);
  const log = pino({ level: 'error' }, { write });
  const head = async () => ({ nowMs, eventsSequence: asEventSequence(0) });
  for (let i = 0; i < count; i++)
    running.push(await start({}, { nats: await server.connection(), clock: impatient, log, head }));
}

const publish = (body: string) => jetstream(nats).publish(TICK_SUBJECT, body);
const tick = (minute: number, eventsSequence = 0) => JSON.stringify({ minute, eventsSequence });

/** The bodies of TICKS. */
async function stored(): Promise<string[]> {
  const consumer = await jetstream(nats).consumers.get('TICKS');
  const { num_pending } = await consumer.info();
  const found: string[] = [];
  if (num_pending === 0) return found;
  for await (const message of await consumer.fetch({ max_messages: num_pending, expires: 2_000 }))
    found.push(message.string());
  return found;
}

/** Resolves when TICKS holds these minutes beside the wrong bodies, and nothing else. */
async function expectMinutes(minutes: number[], wrong: string[]): Promise<void> {
  await eventually(async () => {
    const found = await stored();
    const right = found.filter((body) => !wrong.includes(body));
    expect(right.map((body) => readTick(body)?.minute)).toEqual(minutes);
  });
}

type Kind = { what: string; wrong(minute: number): string };
/** Everything that TICKS can hold and that is no tick of the minute in which it is published, or of the next one. */
const KINDS: Kind[] = [
  { what: 'ten years ahead', wrong: (minute) => tick(minute + YEARS) },
  { what: 'a day ahead', wrong: (minute) => tick(minute + DAY) },
  { what: 'two minutes ahead of the clock', wrong: () => tick(Math.floor(Date.now() / MINUTE) + 2) },
  { what: 'the last minute that a number can hold', wrong: () => tick(Number.MAX_SAFE_INTEGER) },
  { what: 'minute 0', wrong: () => tick(0) },
  { what: 'six days ago', wrong: (minute) => tick(minute - 6 * DAY) },
  { what: 'an hour ago', wrong: (minute) => tick(minute - 60) },
  { what: 'eventsSequence 2^53-1', wrong: (minute) => tick(minute, Number.MAX_SAFE_INTEGER) },
  { what: 'eventsSequence one beyond the end', wrong: (minute) => tick(minute + 1, 1) },
  { what: 'null', wrong: () => 'null' },
  { what: '{}', wrong: () => '{}' },
  { what: 'no JSON', wrong: () => 'junk' },
  { what: 'nothing', wrong: () => '' },
  { what: 'a fraction', wrong: (minute) => tick(minute + 0.5) },
];

describe('a wrong tick at the end of TICKS', () => {
  it.each(KINDS)('$what: each minute has its tick, and no other is made up for', async ({ wrong }) => {
    await startReplicas(2);
    await expectMinutes([current], []);
    const bodies: string[] = [];
    const minutes = [current];
    for (let round = 1; round <= 3; round++) {
      bodies.push(wrong(current + round - 1));
      await publish(bodies.at(-1) ?? '');
      nowMs += MINUTE;
      minutes.push(current + round);
      await expectMinutes(minutes, bodies);
    }
  });

  it.each(KINDS)(
    '$what, five in a row while no tick service runs: what was missed is made up for',
    async ({ wrong }) => {
      await startReplicas(1);
      await expectMinutes([current], []);
      await stopAll();
      const bodies = Array.from({ length: 5 }, () => wrong(current));
      for (const body of bodies) await publish(body);
      nowMs += 3 * MINUTE;
      await startReplicas(2);
      await expectMinutes([current, current + 1, current + 2, current + 3], bodies);
    },
  );

  it('ten years ahead, and no other: ticks begin with the minute that runs, and the log says so once', async () => {
    const wrong = tick(current + YEARS);
    await publish(wrong);
    const errors: string[] = [];
    await startReplicas(1, errors);
    await expectMinutes([current], [wrong]);
    nowMs += MINUTE;
    await expectMinutes([current, current + 1], [wrong]);
    expect(errors).toEqual(['a wrong tick in TICKS is passed over']);
  });
});
