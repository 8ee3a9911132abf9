import { jetstreamManager } from '@nats-io/jetstream';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { ACCOUNT, partitionOf, type UserId } from '#contracts/ids.ts';
import * as subjects from '#contracts/subjects.ts';
import { projectionConsumers } from '#projections/engine/registry.ts';
import { testProcesses } from '#test/support/processes.ts';
import { asBroadcastId, asMinute, asUserId } from '../../support/ids.ts';
import { botConsumerOf, type Fixture, startFixture } from './fixture.ts';

const processes = testProcesses();
let fixture: Fixture;
let owner: Awaited<ReturnType<Fixture['personWithReminder']>>;
let other: UserId;
beforeAll(async () => {
  fixture = await startFixture(processes);
  // Nothing here has an effect on them, so one person is enough.
  owner = await fixture.personWithReminder('Swim');
  other = asUserId((await fixture.person()).id);
});
afterAll(() => fixture.stop());
vi.setConfig({ testTimeout: 90_000 });
beforeEach(() => fixture.purge());

const BROADCASTS = ['aaaaaaaaaaaaa', 'bbbbbbbbbbbbb'].map(asBroadcastId);
const MINUTE = asMinute(29_000_000);

type Reminder = typeof owner.reminder;
type Misplaced = {
  what: string;
  message(other: UserId, reminder: Reminder): { subject: string; body: unknown };
  /** Who dead-letters it. */
  letters(other: UserId): string[];
};

const delivery = ({ userId, minute, due }: Reminder, outcome: 'failed' | 'asked') => ({
  ...{ userId, minute, tier: 'engaged', outcome, reason: '403: Forbidden: bot was blocked by the user' },
  ...{ occurrences: due, at: '2026-11-25T08:00:00.000Z', latenessMs: 0 },
});
const consumersOf = (stream: string) =>
  PROJECTION_CONSUMERS.filter((each) => each.stream === stream).map(({ name }) => name);
const PROJECTION_CONSUMERS = await projectionConsumers();
const PROJECTIONS_OF_DELIVERIES = consumersOf('DELIVERIES');

/** Messages that would be right on another subject, one for each name that a subject and a body share. */
const MISPLACED: Misplaced[] = [
  {
    what: 'an update of another person',
    message: (other, { userId }) => ({
      subject: subjects.updateSubject(other),
      body: {
        update_id: 900_001,
        message: {
          ...{ message_id: 1, date: 1, text: '/help', chat: { id: Number(userId), type: 'private' } },
          from: { id: Number(userId), is_bot: false, first_name: 'P' },
        },
      },
    }),
    letters: (other) => [botConsumerOf(other)],
  },
  {
    what: 'an update on a subject of another partition',
    message: (_other, { userId }) => ({
      subject: `updates.${(partitionOf(userId) + 1) % 64}.${userId}`,
      body: {
        update_id: 900_002,
        my_chat_member: {
          ...{ chat: { id: Number(userId), type: 'private' }, date: 1 },
          from: { id: Number(userId), is_bot: false, first_name: 'P' },
          new_chat_member: { status: 'kicked' },
        },
      },
    }),
    letters: () => ['bot-'],
  },
  {
    what: 'a reminder of another person',
    message: (other, due) => ({
      subject: subjects.reminderSubject('engaged', other, asMinute(due.minute)),
      body: due,
    }),
    letters: () => ['sender-engaged'],
  },
  {
    what: 'a reminder of another minute',
    message: (_other, due) => ({
      subject: subjects.reminderSubject('engaged', due.userId, MINUTE),
      body: due,
    }),
    letters: () => ['sender-engaged'],
  },
  {
    what: 'a reminder of another tier',
    message: (_other, due) => ({
      subject: subjects.reminderSubject('dormant', due.userId, asMinute(due.minute)),
      body: due,
    }),
    letters: () => ['sender-dormant'],
  },
  {
    what: "another broadcast's message",
    message: (_other, { userId, minute }) => ({
      subject: subjects.broadcastDueSubject(BROADCASTS[0] ?? asBroadcastId(''), userId),
      body: { userId, minute, broadcastId: BROADCASTS[1] },
    }),
    letters: () => ['sender-broadcast'],
  },
  {
    what: 'the request of another broadcast',
    message: (_other, { userId }) => ({
      subject: subjects.broadcastSubject(BROADCASTS[0] ?? asBroadcastId(''), 'requested'),
      body: {
        ...{ broadcastId: BROADCASTS[1], text: 'Hello', entities: [], by: userId, recipients: 1 },
        at: '2026-11-25T08:00:00.000Z',
      },
    }),
    letters: () => ['sender-fan-out'],
  },
  {
    what: "another person's refusal",
    message: (other, due) => ({
      subject: subjects.deliverySubject('failed', other),
      body: delivery(due, 'failed'),
    }),
    letters: () => ['bot-refusals', ...PROJECTIONS_OF_DELIVERIES],
  },
  {
    what: "another person's question",
    message: (other, due) => ({
      subject: subjects.deliverySubject('asked', other),
      body: delivery(due, 'asked'),
    }),
    letters: () => ['bot-questions', ...PROJECTIONS_OF_DELIVERIES],
  },
  {
    what: 'an event on a subject of another partition',
    message: (_other, { userId }) => ({
      subject: `events.${(partitionOf(userId) + 1) % 64}.${userId}.${ACCOUNT}`,
      body: {
        ...{ id: 'update-1.x.0', type: 'BotBlocked', version: 1, data: {} },
        ...{ at: '2026-11-25T08:00:00.000Z', correlationId: 'u', causationId: 'u' },
      },
    }),
    letters: () => consumersOf('EVENTS'),
  },
  {
    what: 'a redrive of another consumer',
    message: (_other, due) => ({
      subject: subjects.redriveSubject('sender', 'sender-dormant'),
      body: {
        ...{ consumer: 'sender-engaged', stream: 'REMINDERS', sequence: 1, error: '', deliveries: 1 },
        subject: subjects.reminderSubject('engaged', due.userId, asMinute(due.minute)),
        payload: Buffer.from(JSON.stringify(due)).toString('base64'),
        at: '2026-11-25T08:00:00.000Z',
      },
    }),
    letters: () => ['replays-sender'],
  },
  {
    what: 'a file to be read that nobody can read',
    message: (_other, { userId }) => ({ subject: subjects.movingSubject(userId), body: { job: 'juggle' } }),
    letters: () => ['bot-moving'],
  },
  {
    what: 'an export on a subject of another partition',
    message: (_other, { userId }) => ({
      subject: `moving.${(partitionOf(userId) + 1) % 64}.${userId}`,
      body: { job: 'export', updateId: 900_003, form: 'json' },
    }),
    letters: () => ['bot-moving'],
  },
];

test.each(MISPLACED)('$what is a dead letter and has no effect', async ({ message, letters }) => {
  const { person, userId, reminder } = owner;
  const before = await fixture.eventsHead();
  const { messages } = await person.chat();
  const { subject, body } = message(other, reminder);
  const isEvent = subject.startsWith('events.');
  await fixture.put(subject, body);
  const expected = letters(other);
  const found = Object.keys(await fixture.deadLetters(expected.length));
  for (const [i, name] of expected.toSorted().entries()) expect(found[i]).toContain(name);
  await fixture.idle();
  expect(await fixture.eventsHead()).toBe(before + (isEvent ? 1 : 0));
  expect((await person.chat()).messages).toHaveLength(messages.length);
  const { rows } = await fixture.pool.query(
    'SELECT blocked, asked FROM schedules.accounts WHERE user_id = $1',
    [userId],
  );
  expect(rows).toEqual([{ blocked: false, asked: false }]);
  await (await jetstreamManager(fixture.nats)).streams.purge('REMINDERS');
});
