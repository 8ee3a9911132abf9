import { jetstreamManager } from '@nats-io/jetstream';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { habitIdFrom } from '#contracts/ids.ts';
import * as subjects from '#contracts/subjects.ts';
import { projectionConsumers } from '#projections/engine/registry.ts';
import { eventually } from '#test/support/eventually.ts';
import { testProcesses } from '#test/support/processes.ts';
import { awaitReminder, remindersOf } from '../../e2e/journey.ts';
import { asMinute, asUserId } from '../../support/ids.ts';
import { botConsumerOf, type Fixture, startFixture, UNREADABLE } from './fixture.ts';

const processes = testProcesses();
let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture(processes);
});
afterAll(() => fixture.stop());
// The command is started as a process again and again, on a machine that does other things too.
vi.setConfig({ testTimeout: 90_000 });
beforeEach(() => fixture.purge());

/** Projections that read EVENTS: each has a dead letter of its own. */
const EVENT_READERS = (await projectionConsumers()).filter(({ stream }) => stream === 'EVENTS').length;

test('redriven poison is dead-lettered again, and that of projections is kept with what to do', async () => {
  await fixture.put(subjects.reminderSubject('regular', asUserId('1'), asMinute(2)), UNREADABLE);
  await fixture.put(subjects.eventSubject(asUserId('1'), 'account'), UNREADABLE);
  const before = await fixture.deadLetters(EVENT_READERS + 1);
  const { code, lines } = await fixture.dead(['redrive', '--all']);
  expect(code).toBe(1);
  expect(lines.filter((line) => line.includes('redriven to sender-regular'))).toHaveLength(1);
  expect(
    lines.filter((line) => /rows must be made in the order of EVENTS.*projections rebuild/.test(line)),
  ).toHaveLength(EVENT_READERS);
  await fixture.idle();
  expect(await fixture.deadLetters(EVENT_READERS + 1)).toEqual(before);
  const again = (await fixture.dead(['list', '--json', '--consumer', 'sender-regular'])).lines;
  expect(JSON.parse(again[0] ?? '')).toMatchObject({ deliveries: 2, stream: 'REMINDERS' });

  expect((await fixture.dead(['drop', '--consumer', 'sender-regular'])).lines).toHaveLength(1);
  await fixture.deadLetters(EVENT_READERS);
});

test('an update that failed too often is answered when it is redriven, and by its own consumer alone', async () => {
  const person = await fixture.person();
  // The dialog cannot be saved for as long as its bucket takes nothing.
  const { streams } = await jetstreamManager(fixture.nats);
  await streams.update('KV_dialogs', { max_msg_size: 1 });
  await person.say('/new');
  expect(await fixture.deadLetters(1)).toEqual({ [botConsumerOf(asUserId(person.id))]: 1 });
  const head = (await streams.info('UPDATES')).state.last_seq;
  const [line = ''] = (await fixture.dead(['list', '--json'])).lines;
  const { id } = JSON.parse(line);

  await streams.update('KV_dialogs', { max_msg_size: -1 });
  expect((await fixture.dead(['redrive', String(id)])).code).toBe(0);
  const { text } = await person.waitForMessage();
  expect(text).toContain('What habit would you like to build?');
  await fixture.idle();
  await fixture.deadLetters(0);
  expect((await streams.info('UPDATES')).state.last_seq).toBe(head);
  const gone = await fixture.dead(['redrive', String(id)]);
  expect(gone).toEqual({ code: 1, lines: [`${id}: there is no such dead letter`] });
});

test('a reminder that was given up is sent when it is redriven, and redriven twice it is sent once', async () => {
  const { person, userId, reminder } = await fixture.personWithReminder('Swim');
  const subject = subjects.reminderSubject('engaged', userId, asMinute(reminder.minute));
  const about = { consumer: 'sender-engaged', stream: 'REMINDERS', sequence: 1, subject };
  await fixture.letter(about, reminder);
  const copy = await fixture.letter(about, reminder);
  expect((await fixture.dead(['redrive', '--consumer', 'sender-engaged'])).code).toBe(0);
  expect(copy).toBeGreaterThan(0);
  await awaitReminder(person, 'Swim', 10_000);
  await fixture.idle();
  expect(await remindersOf(person, 'Swim')).toBe(1);
  await fixture.deadLetters(0);
});

test('a tick and a refusal are handled by the consumers that dead-lettered them, with the other spelling too', async () => {
  const { person, userId } = await fixture.personWithReminder('Walk');
  const tick = {
    minute: Math.floor(Date.now() / 86_400_000 - 1) * 1440 + 540,
    eventsSequence: await fixture.eventsHead(),
  };
  for (const consumer of ['shard-00-of-02', 'shard-01-of-02']) {
    const about = { consumer, stream: 'TICKS', sequence: 1, subject: subjects.TICK_SUBJECT };
    await fixture.letter(about, tick);
  }
  const refusal = {
    ...{ userId, minute: tick.minute, tier: 'engaged', outcome: 'failed', reason: '403: Forbidden' },
    ...{ occurrences: [{ habitId: habitIdFrom(userId, 1), on: '2026-11-25', at: '09:00' }] },
    ...{ at: new Date().toISOString(), latenessMs: 0 },
  };
  const subject = subjects.deliverySubject('failed', userId);
  await fixture.dead(['redrive', '--all']);
  const queued = subjects.reminderInAnyTier(userId, asMinute(tick.minute));
  await eventually(async () => {
    const manager = await jetstreamManager(fixture.nats);
    expect(await manager.streams.getMessage('REMINDERS', { last_by_subj: queued })).not.toBeNull();
  });
  await fixture.letter({ consumer: 'bot-refusals', stream: 'DELIVERIES', sequence: 1, subject }, refusal);
  await fixture.dead(['replay', '--all']);
  await eventually(async () => {
    const { rows } = await fixture.pool.query('SELECT blocked FROM schedules.accounts WHERE user_id = $1', [
      person.id,
    ]);
    expect(rows).toEqual([{ blocked: true }]);
  });
  await fixture.idle();
  await fixture.deadLetters(0);
});

test('letters of consumers that are gone, and of what never was in their stream, stay', async () => {
  const tick = { stream: 'TICKS', sequence: 1, subject: subjects.TICK_SUBJECT };
  await fixture.letter({ ...tick, consumer: 'shard-63-of-64' }, {});
  await fixture.letter({ ...tick, consumer: 'shard-00-of-02', subject: 'reminders.engaged.1.1.1' }, {});
  const { code, lines } = await fixture.dead(['redrive', '--all']);
  expect(code).toBe(1);
  expect(lines[0]).toContain('there is no consumer shard-63-of-64 any more');
  expect(lines[1]).toContain('too big to be queued');
  await fixture.deadLetters(2);
});
