import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { jetstreamManager } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { botConsumer } from '#contracts/consumers.ts';
import { habitIdFrom, partitionOf, type UserId } from '#contracts/ids.ts';
import * as subjects from '#contracts/subjects.ts';
import type { SimulatedPerson } from '#deploy/telegram/client.ts';
import { eventually } from '#test/support/eventually.ts';
import { testProcesses } from '#test/support/processes.ts';
import { awaitReminder, makeHabit, register, remindersOf } from '../../e2e/journey.ts';
import { asBroadcastId, asHabitId, asMinute, asUserId } from '../../support/ids.ts';
import { type ParkingSystem, startParkingSystem } from './fixture.ts';

const processes = testProcesses();
const UNREADABLE = 'nonsense';
let system: ParkingSystem;
let nextId = 9001;
beforeAll(async () => {
  system = await startParkingSystem(processes);
});
afterAll(() => system.stop());
// The command is started as a process again and again, on a machine that does other things too.
vi.setConfig({ testTimeout: 90_000 });
beforeEach(async () => {
  const manager = await jetstreamManager(system.nats);
  for (const stream of ['DEAD', 'REPLAYS']) await manager.streams.purge(stream);
});

async function person(): Promise<SimulatedPerson> {
  const id = nextId++;
  const somebody = await system.telegram.person({ id, first_name: `Person ${id}` });
  await register(somebody);
  return somebody;
}

const minuteNow = () => Math.floor(Date.now() / 60_000);
const botOf = (userId: UserId) => botConsumer(partitionOf(userId) % 32).name;
const eventsHead = async () =>
  (await (await jetstreamManager(system.nats)).streams.info('EVENTS')).state.last_seq;

/** A person with one habit whose reminder is due at a minute of their own, whatever the time is. */
async function withReminder(name: string) {
  const somebody = await person();
  await makeHabit(somebody, name, '09:00');
  const { rows } = await eventually(async () => {
    const found = await system.pool.query('SELECT habit_id FROM schedules.reminders WHERE user_id = $1', [
      somebody.id,
    ]);
    expect(found.rows).toHaveLength(1);
    return found;
  });
  const minute = minuteNow();
  const on = new Date(minute * 60_000).toISOString().slice(0, 10);
  const due = [{ habitId: asHabitId(String(rows[0].habit_id)), on, at: '09:00' }];
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  const userId = asUserId(somebody.id);
  return { somebody, userId, reminder: { userId, minute, tier: 'engaged' as const, expiresAt, due } };
}

test('poison in every stream is parked, the other messages flow, and each letter says who could not read it', async () => {
  const { somebody, userId, reminder } = await withReminder('Read');
  const poisons = [
    subjects.updateSubject(userId),
    subjects.TICK_SUBJECT,
    subjects.reminderSubject('regular', asUserId('1'), asMinute(1)),
    subjects.deliverySubject('failed', asUserId('1')),
    subjects.eventSubject(asUserId('1'), 'account'),
    subjects.broadcastSubject(asBroadcastId(habitIdFrom(asUserId('1'), 1)), 'requested'),
  ];
  for (const subject of poisons) await system.put(subject, UNREADABLE);
  const projections = (await (await jetstreamManager(system.nats)).consumers.list('EVENTS').next()).filter(
    ({ name }) => name.startsWith('projection-'),
  );
  const ofDeliveries = (
    await (await jetstreamManager(system.nats)).consumers.list('DELIVERIES').next()
  ).filter(({ name }) => name.startsWith('projection-'));
  const expected = [
    botOf(userId),
    'shard-00-of-02',
    'shard-01-of-02',
    'sender-regular',
    'bot-refusals',
    'sender-fan-out',
    ...[...projections, ...ofDeliveries].map(({ name }) => name),
  ];
  expect(Object.keys(await system.parked(expected.length))).toEqual(expected.toSorted());

  await somebody.say('/help');
  await somebody.waitForMessage(({ text }) => text?.includes('What I can do') === true);
  await system.put(subjects.reminderSubject('engaged', userId, asMinute(reminder.minute)), reminder);
  await awaitReminder(somebody, 'Read', 10_000);
  await system.put(subjects.TICK_SUBJECT, { minute: minuteNow(), eventsSequence: await eventsHead() });
  await system.idle();

  const { lines } = await system.dead(['list']);
  expect(lines).toHaveLength(expected.length + 1);
  for (const consumer of expected) expect(lines.join('\n')).toContain(` ${consumer} `);
  expect(lines.at(-1)).toBe(`${expected.length} dead letters`);
  const json = (await system.dead(['list', '--json', '--consumer', 'bot-refusals'])).lines.map((line) =>
    JSON.parse(line),
  );
  expect(json).toEqual([
    expect.objectContaining({ consumer: 'bot-refusals', stream: 'DELIVERIES', deliveries: 1 }),
  ]);
  expect(json[0]).not.toHaveProperty('payload');
  const shown = (await system.dead(['show', String(json[0].id)])).lines.join('\n');
  expect(shown).toContain(UNREADABLE);
  expect(shown).toContain('unreadable message on deliveries.failed');
});

test('replayed poison is parked again, and what projections parked is kept with what to do', async () => {
  await system.put(subjects.reminderSubject('regular', asUserId('1'), asMinute(2)), UNREADABLE);
  await system.put(subjects.eventSubject(asUserId('1'), 'account'), UNREADABLE);
  const before = await system.parked(3);
  const { code, lines } = await system.dead(['replay', '--all']);
  expect(code).toBe(1);
  expect(lines.filter((line) => line.includes('handed to sender-regular'))).toHaveLength(1);
  expect(
    lines.filter((line) => /rows must be made in the order of EVENTS.*projections rebuild/.test(line)),
  ).toHaveLength(2);
  await system.idle();
  expect(await system.parked(3)).toEqual(before);
  const again = (await system.dead(['list', '--json', '--consumer', 'sender-regular'])).lines;
  expect(JSON.parse(again[0] ?? '')).toMatchObject({ deliveries: 2, stream: 'REMINDERS' });

  expect((await system.dead(['drop', '--consumer', 'sender-regular'])).lines).toHaveLength(1);
  await system.parked(2);
});

test('an update that failed too often is answered when it is replayed, and by its own consumer alone', async () => {
  const somebody = await person();
  await system.telegram.fault({ method: 'sendMessage', chatId: somebody.id, times: 5, status: 502 });
  await somebody.say('/help');
  expect(await system.parked(1)).toEqual({ [botOf(asUserId(somebody.id))]: 1 });
  const head = (await (await jetstreamManager(system.nats)).streams.info('UPDATES')).state.last_seq;
  const [line = ''] = (await system.dead(['list', '--json'])).lines;
  const { id } = JSON.parse(line);

  expect((await system.dead(['replay', String(id)])).code).toBe(0);
  const { text } = await somebody.waitForMessage();
  expect(text).toContain('What I can do');
  await system.idle();
  await system.parked(0);
  expect((await (await jetstreamManager(system.nats)).streams.info('UPDATES')).state.last_seq).toBe(head);
  const gone = await system.dead(['replay', String(id)]);
  expect(gone).toEqual({ code: 1, lines: [`${id}: there is no such letter`] });
});

test('a reminder that could not be judged is sent once it can be, and replayed twice it is sent once', async () => {
  const { somebody, userId, reminder } = await withReminder('Swim');
  const [occurrence] = reminder.due;
  if (!occurrence) throw new Error('nothing due');
  const record = subjects.occurrenceKey(userId, occurrence);
  const sending = await new Kvm(system.nats).open('sending');
  await sending.put(record, UNREADABLE);
  const subject = subjects.reminderSubject('engaged', userId, asMinute(reminder.minute));
  const sequence = await system.put(subject, reminder);
  await system.parked(1);
  await sending.delete(record);

  const about = { consumer: 'sender-engaged', stream: 'REMINDERS', sequence, subject };
  const copy = await system.letter(about, reminder);
  expect((await system.dead(['replay', '--consumer', 'sender-engaged'])).code).toBe(0);
  expect(copy).toBeGreaterThan(0);
  await awaitReminder(somebody, 'Swim', 10_000);
  await system.idle();
  expect(await remindersOf(somebody, 'Swim')).toBe(1);
  await system.parked(0);
});

test('a tick and a refusal are handled by who parked them', async () => {
  const { somebody, userId } = await withReminder('Walk');
  const tick = {
    minute: Math.floor(Date.now() / 86_400_000) * 1440 + 540,
    eventsSequence: await eventsHead(),
  };
  for (const consumer of ['shard-00-of-02', 'shard-01-of-02']) {
    const about = { consumer, stream: 'TICKS', sequence: 1, subject: subjects.TICK_SUBJECT };
    await system.letter(about, tick);
  }
  const refusal = {
    ...{ userId, minute: tick.minute, tier: 'engaged', outcome: 'failed', reason: '403: Forbidden' },
    ...{ occurrences: [{ habitId: habitIdFrom(userId, 1), on: '2026-11-25', at: '09:00' }] },
    ...{ at: new Date().toISOString(), latenessMs: 0 },
  };
  const subject = subjects.deliverySubject('failed', userId);
  await system.dead(['replay', '--all']);
  const queued = subjects.reminderInAnyTier(userId, asMinute(tick.minute));
  await eventually(async () => {
    const manager = await jetstreamManager(system.nats);
    expect(await manager.streams.getMessage('REMINDERS', { last_by_subj: queued })).not.toBeNull();
  });
  await system.letter({ consumer: 'bot-refusals', stream: 'DELIVERIES', sequence: 1, subject }, refusal);
  await system.dead(['replay', '--all']);
  await eventually(async () => {
    const { rows } = await system.pool.query('SELECT blocked FROM schedules.accounts WHERE user_id = $1', [
      somebody.id,
    ]);
    expect(rows).toEqual([{ blocked: true }]);
  });
  await system.idle();
  await system.parked(0);
});

test('letters of consumers that are gone, and of what never was in their stream, stay', async () => {
  const tick = { stream: 'TICKS', sequence: 1, subject: subjects.TICK_SUBJECT };
  await system.letter({ ...tick, consumer: 'shard-63-of-64' }, {});
  await system.letter({ ...tick, consumer: 'shard-00-of-02', subject: 'reminders.engaged.1.1.1' }, {});
  const { code, lines } = await system.dead(['replay', '--all']);
  expect(code).toBe(1);
  expect(lines[0]).toContain('there is no consumer shard-63-of-64 any more');
  expect(lines[1]).toContain('too big to be queued');
  await system.parked(2);
});

test('what is dropped is gone from the disk', async () => {
  const update = {
    stream: 'UPDATES',
    subject: subjects.updateSubject(asUserId('1')),
    consumer: botConsumer(1).name,
  };
  const secret = { update_id: 1, text: 'only-in-this-letter-and-nowhere-else' };
  // Others around it: a file without messages would be removed as a whole.
  await system.letter({ ...update, sequence: 1 }, {});
  const id = await system.letter({ ...update, sequence: 2 }, secret);
  await system.letter({ ...update, sequence: 3 }, {});
  const encoded = Buffer.from(JSON.stringify(secret)).toString('base64').slice(40, 70);
  const onDisk = () =>
    promisify(execFile)('grep', ['-rlF', '--', encoded, system.storeDir]).then(
      ({ stdout }) => stdout.split('\n').length - 1,
      () => 0,
    );
  await eventually(async () => expect(await onDisk()).toBe(1));
  expect((await system.dead(['drop', String(id)])).lines).toEqual([`${id}: dropped`]);
  await eventually(async () => expect(await onDisk()).toBe(0));
  await system.parked(2);
});

test('a long list is printed in little memory', async () => {
  const update = { update_id: 1, text: 'x'.repeat(200_000) };
  const about = {
    consumer: botConsumer(1).name,
    stream: 'UPDATES',
    subject: subjects.updateSubject(asUserId('1')),
  };
  for (let sequence = 1; sequence <= 300; sequence++) await system.letter({ ...about, sequence }, update);
  const small = { NODE_OPTIONS: '--max-old-space-size=40' };
  const { code, lines } = await system.dead(['list'], small);
  expect(code).toBe(0);
  expect(lines).toHaveLength(301);
  expect(lines.at(-1)).toBe('300 dead letters');
});

test('a line that says too little or too much is refused with the usage', async () => {
  for (const args of [[], ['drop', '--all'], ['show', 'x'], ['replay', '1', '--all']]) {
    const { code, lines } = await system.dead(args);
    expect({ args, code, usage: lines.includes('Usage: npm run habitstream -- <command>') }).toEqual({
      args,
      code: 1,
      usage: true,
    });
  }
});
