import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { jetstreamManager } from '@nats-io/jetstream';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { botConsumer } from '#contracts/consumers.ts';
import { habitIdFrom } from '#contracts/ids.ts';
import * as subjects from '#contracts/subjects.ts';
import { eventually } from '#test/support/eventually.ts';
import { testProcesses } from '#test/support/processes.ts';
import { awaitReminder } from '../../e2e/journey.ts';
import { asBroadcastId, asMinute, asUserId } from '../../support/ids.ts';
import { botConsumerOf, type Fixture, minuteNow, startFixture, UNREADABLE } from './fixture.ts';

const processes = testProcesses();
let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture(processes);
});
afterAll(() => fixture.stop());
// The command is started as a process again and again, on a machine that does other things too.
vi.setConfig({ testTimeout: 90_000 });
beforeEach(() => fixture.purge());

test('poison in every stream is dead-lettered, the other messages flow, and each letter says who could not read it', async () => {
  const { person, userId, reminder } = await fixture.personWithReminder('Read');
  const poisons = [
    subjects.updateSubject(userId),
    subjects.TICK_SUBJECT,
    subjects.reminderSubject('regular', asUserId('1'), asMinute(1)),
    subjects.deliverySubject('failed', asUserId('1')),
    subjects.eventSubject(asUserId('1'), 'account'),
    subjects.broadcastSubject(asBroadcastId(habitIdFrom(asUserId('1'), 1)), 'requested'),
  ];
  for (const subject of poisons) await fixture.put(subject, UNREADABLE);
  const projections = (await (await jetstreamManager(fixture.nats)).consumers.list('EVENTS').next()).filter(
    ({ name }) => name.startsWith('projection-'),
  );
  const ofDeliveries = (
    await (await jetstreamManager(fixture.nats)).consumers.list('DELIVERIES').next()
  ).filter(({ name }) => name.startsWith('projection-'));
  const expected = [
    botConsumerOf(userId),
    'shard-00-of-02',
    'shard-01-of-02',
    'sender-regular',
    'bot-refusals',
    'sender-fan-out',
    ...[...projections, ...ofDeliveries].map(({ name }) => name),
  ];
  expect(Object.keys(await fixture.deadLetters(expected.length))).toEqual(expected.toSorted());

  await person.say('/help');
  await person.waitForMessage(({ text }) => text?.includes('What I can do') === true);
  await fixture.put(subjects.reminderSubject('engaged', userId, asMinute(reminder.minute)), reminder);
  await awaitReminder(person, 'Read', 10_000);
  await fixture.put(subjects.TICK_SUBJECT, {
    minute: minuteNow(),
    eventsSequence: await fixture.eventsHead(),
  });
  await fixture.idle();

  const { lines } = await fixture.dead(['list']);
  expect(lines).toHaveLength(expected.length + 1);
  for (const consumer of expected) expect(lines.join('\n')).toContain(` ${consumer} `);
  expect(lines.at(-1)).toBe(`${expected.length} dead letters`);
  const json = (await fixture.dead(['list', '--json', '--consumer', 'bot-refusals'])).lines.map((line) =>
    JSON.parse(line),
  );
  expect(json).toEqual([
    expect.objectContaining({ consumer: 'bot-refusals', stream: 'DELIVERIES', deliveries: 1 }),
  ]);
  expect(json[0]).not.toHaveProperty('payload');
  const shown = (await fixture.dead(['show', String(json[0].id)])).lines.join('\n');
  expect(shown).toContain(UNREADABLE);
  expect(shown).toContain('unreadable message on deliveries.failed');
});

test('what is dropped is gone from the disk', async () => {
  const update = {
    stream: 'UPDATES',
    subject: subjects.updateSubject(asUserId('1')),
    consumer: botConsumer(1).name,
  };
  const secret = { update_id: 1, text: 'only-in-this-letter-and-nowhere-else' };
  // Others around it: a file without messages would be removed as a whole.
  await fixture.letter({ ...update, sequence: 1 }, {});
  const id = await fixture.letter({ ...update, sequence: 2 }, secret);
  await fixture.letter({ ...update, sequence: 3 }, {});
  const encoded = Buffer.from(JSON.stringify(secret)).toString('base64').slice(40, 70);
  const onDisk = () =>
    promisify(execFile)('grep', ['-rlF', '--', encoded, fixture.storeDir]).then(
      ({ stdout }) => stdout.split('\n').length - 1,
      () => 0,
    );
  await eventually(async () => expect(await onDisk()).toBe(1));
  expect((await fixture.dead(['drop', String(id)])).lines).toEqual([`${id}: dropped`]);
  await eventually(async () => expect(await onDisk()).toBe(0));
  await fixture.deadLetters(2);
});

test('a long list is printed in little memory', async () => {
  const update = { update_id: 1, text: 'x'.repeat(200_000) };
  const about = {
    consumer: botConsumer(1).name,
    stream: 'UPDATES',
    subject: subjects.updateSubject(asUserId('1')),
  };
  for (let sequence = 1; sequence <= 300; sequence++) await fixture.letter({ ...about, sequence }, update);
  const small = { NODE_OPTIONS: '--max-old-space-size=40' };
  const { code, lines } = await fixture.dead(['list'], small);
  expect(code).toBe(0);
  expect(lines).toHaveLength(301);
  expect(lines.at(-1)).toBe('300 dead letters');
});

test('a line that says too little or too much is refused with the usage', async () => {
  for (const args of [
    [],
    ['drop', '--all'],
    ['show', 'x'],
    ['redrive', '1', '--all'],
    ['replay', '1', '--all'],
  ]) {
    const { code, lines } = await fixture.dead(args);
    expect({ args, code, usage: lines.includes('Usage: npm run habitstream -- <command>') }).toEqual({
      args,
      code: 1,
      usage: true,
    });
  }
});
