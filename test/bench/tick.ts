import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { createInbox, headers, type MsgHdrs, type NatsConnection } from '@nats-io/transport-node';
import type { Pool } from 'pg';
import { pino } from 'pino';
import { z } from 'zod';
import { dateOf, epochDayOf } from '#contracts/civil-date.ts';
import type { UserId } from '#contracts/ids.ts';
import type { ReminderDue, Tick } from '#contracts/messages.ts';
import { reminderInAnyTier, reminderSubject, TICK_SUBJECT } from '#contracts/subjects.ts';
import { type EpochMinute, epochMinuteAt } from '#contracts/time.ts';
import { provision } from '#deploy/provision/provision.ts';
import { prepareProjections } from '#projections/engine/versions.ts';
import { connectNats } from '#services/platform/jetstream/connection.ts';
import { instantOf } from '#services/platform/local-time/local-time.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import { shardsSettings } from '#services/shards/config.ts';
import { start } from '#services/shards/start.ts';
import { eventually } from '#test/support/eventually.ts';
import { asEventSequence, asHabitId, asUserId } from '#test/support/ids.ts';
import { addPeople } from '../services/shards/people.ts';
import type { BenchRow } from './bench-row.ts';
import { benchDatabase, withServers } from './servers.ts';

const ROUNDS = 3;
const IN_FLIGHT = 4_096;
const ADDED_AT_ONCE = 10_000;
/** 09:00 in Berlin, so many days after the first: all of them within the seven days of which shards take ticks. */
const nineOn = (day: number): EpochMinute => {
  const on = dateOf(epochDayOf(new Date().toISOString().slice(0, 10)) - 5 + day);
  return epochMinuteAt(instantOf(on, '09:00', 'Europe/Berlin'));
};
const NINE = nineOn(0);

type Bench = { nats: NatsConnection; database: Pool; users: number };
/** Seconds that passed, and CPU seconds of this process. */
type Took = { seconds: number; cpuSeconds: number };
const KINDS = ['ours', 'pipelined', 'once', 'client'] as const;
type Kind = (typeof KINDS)[number];

/**
 * From a tick until all its reminders are durably queued, with `users` people due at that minute, beside publishing as
 * many messages of that size: as fast as the protocol goes (answers counted on one subscription, nothing expected), the
 * same with the expectation that queues each once, whose cost is the server's, and by the client's own `publish`. On
 * servers as shipped. Each figure is the median of rounds that take turns. Rows are read while others are published,
 * but on two cores the work of the server, of Postgres and of this process adds up: the last row is the part of this
 * process.
 */
export async function benchTick(users = 20_000): Promise<BenchRow[]> {
  return withServers(async (servers, owned) => {
    const nats = await connectNats({ natsUrl: servers.natsUrl }, 'bench');
    owned.defer(() => nats.close());
    const database = benchDatabase(servers);
    owned.defer(() => database.end());
    return measure({ nats, database, users });
  });
}

async function measure(bench: Bench): Promise<BenchRow[]> {
  await prepare(bench);
  const took: Record<Kind, Took[]> = { ours: [], pipelined: [], once: [], client: [] };
  for (let round = 0; round <= ROUNDS; round++) {
    const work: Record<Kind, () => Promise<number>> = {
      pipelined: () => publishPipelined(bench, () => undefined),
      once: () => publishPipelined(bench, onlyOnce()),
      ours: () => runTick(bench, nineOn(round)),
      client: () => publishByClient(bench),
    };
    for (const kind of KINDS) {
      const figures = await emptied(bench, work[kind]);
      if (round > 0) took[kind].push(figures); // the first warms up
    }
  }
  const of = (kind: Kind, what: keyof Took) => median(took[kind].map((each) => each[what]));
  const row = (raw: Kind, how: string, what: keyof Took = 'seconds'): BenchRow => ({
    name: `tick to ${bench.users} people queued`,
    ours: of('ours', what),
    raw: of(raw, what),
    unit: what === 'seconds' ? 's' : 's of CPU in this process',
    ratio: of('ours', what) / of(raw, what),
    note: `raw: ${how}, ${IN_FLIGHT} in flight`,
  });
  const expected = 'the same, each expected to be the first of its person and minute';
  return [
    row('pipelined', 'answers counted on one subscription'),
    row('once', expected),
    row('client', "the client's publish"),
    row('once', expected, 'cpuSeconds'),
  ];
}

async function prepare({ nats, database, users }: Bench): Promise<void> {
  await provision(nats, { shardCount: 16 });
  await prepareProjections({ schedules: database, analytics: database });
  for (let first = 0; first < users; first += ADDED_AT_ONCE) {
    const people = Array.from({ length: Math.min(ADDED_AT_ONCE, users - first) }, (_, i) => ({
      userId: String(100_000_000 + (first + i) * 7),
      timezone: 'Europe/Berlin',
      at: '09:00',
      habits: 1,
      ...((first + i) % 2 === 0 && { answeredAt: '2026-11-24T12:00:00Z' }),
    }));
    await addPeople(database, people);
  }
  await database.query('ANALYZE');
}

/** The shards run in this process, as they do in the process of their own. @returns seconds. */
async function runTick({ nats, database, users }: Bench, minute: EpochMinute): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let queued = 0;
  const write = (line: string) => {
    queued += Number(JSON.parse(line).queued ?? 0);
    if (queued === users) resolve();
  };
  const log = pino({ level: 'info' }, { write });
  const settings = {
    natsUrl: 'nats://127.0.0.1',
    databaseUrl: 'postgres://127.0.0.1',
    queueInFlight: IN_FLIGHT,
  };
  const running = await start(shardsSettings.parse(settings), { nats, database, clock: systemClock, log });
  await shardsWait(nats);
  const body: Tick = { minute, eventsSequence: asEventSequence(0) };
  const began = performance.now();
  await jetstream(nats).publish(TICK_SUBJECT, JSON.stringify(body));
  await promise;
  const tookMs = performance.now() - began;
  await running.stop();
  return tookMs / 1000;
}

/** Resolves when every shard waits for a tick. */
async function shardsWait(nats: NatsConnection): Promise<void> {
  const { consumers } = await jetstreamManager(nats);
  await eventually(async () => {
    for await (const { name, num_waiting } of consumers.list('TICKS'))
      if (num_waiting === 0) throw new Error(`${name} does not wait for a tick`);
  });
}

type HeadersOf = (userId: UserId) => MsgHdrs | undefined;

function onlyOnce(): HeadersOf {
  const expectation = headers();
  expectation.set('Nats-Expected-Last-Subject-Sequence', '0');
  return (userId) => {
    expectation.set('Nats-Expected-Last-Subject-Sequence-Subject', reminderInAnyTier(userId, NINE));
    return expectation;
  };
}

async function publishPipelined({ nats, users }: Bench, headersOf: HeadersOf): Promise<number> {
  const inbox = createInbox();
  const { promise, resolve } = Promise.withResolvers<void>();
  const began = performance.now();
  let sent = 0;
  let answered = 0;
  const send = () => {
    const { userId, subject, body } = message(sent++);
    nats.publish(subject, body, { reply: inbox, headers: headersOf(userId) });
  };
  const callback = () => {
    answered++;
    if (answered === users) resolve();
    if (sent - answered <= IN_FLIGHT / 2) fill();
  };
  const fill = () => {
    while (sent < users && sent - answered < IN_FLIGHT) send();
  };
  const subscription = nats.subscribe(inbox, { callback });
  fill();
  await promise;
  subscription.unsubscribe();
  return (performance.now() - began) / 1000;
}

async function publishByClient({ nats, users }: Bench): Promise<number> {
  const js = jetstream(nats);
  const began = performance.now();
  let sent = 0;
  const worker = async () => {
    while (sent < users) {
      const { subject, body } = message(sent++);
      await js.publish(subject, body);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
  return (performance.now() - began) / 1000;
}

function message(index: number): { userId: UserId; subject: string; body: string } {
  const userId = asUserId(100_000_000 + index * 7);
  const due = [{ habitId: asHabitId('aaaaaaaaaaaaa'), on: '2026-11-25', at: '09:00' }];
  const expiresAt = '2026-11-25T10:00:00.000Z';
  const reminder: ReminderDue = { userId, minute: NINE, tier: 'regular', expiresAt, due };
  return { userId, subject: reminderSubject('regular', userId, NINE), body: JSON.stringify(reminder) };
}

/** Measures on empty streams, and checks that all was stored. */
async function emptied({ nats, users }: Bench, work: () => Promise<number>): Promise<Took> {
  const manager = await jetstreamManager(nats);
  await manager.streams.purge('REMINDERS');
  await manager.streams.purge('TICKS');
  const before = process.cpuUsage();
  const seconds = await work();
  const cpuMicroseconds = Object.values(process.cpuUsage(before)).reduce((sum, each) => sum + each, 0);
  const { state } = await manager.streams.info('REMINDERS');
  if (state.messages !== users) throw new Error(`${state.messages} of ${users} were stored`);
  return { seconds, cpuSeconds: cpuMicroseconds / 1e6 };
}

function median(figures: number[]): number {
  return [...figures].sort((a, b) => a - b)[Math.floor(figures.length / 2)] ?? Number.NaN;
}

if (import.meta.main) {
  const users = z.coerce.number().int().min(1).default(20_000).parse(process.argv[2]);
  console.table(await benchTick(users));
}
