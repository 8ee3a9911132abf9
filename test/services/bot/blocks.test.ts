import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Delivery } from '#contracts/messages.ts';
import { deliverySubject } from '#contracts/subjects.ts';
import { eventually } from '#test/support/eventually.ts';
import { asHabitId, asMinute, asUserId } from '../../support/ids.ts';
import { ask, type BotFixture, settledPerson, startBotFixture, typesOf } from './fixture.ts';

let fixture: BotFixture;
beforeAll(async () => {
  fixture = await startBotFixture();
  await fixture.replica();
  await fixture.replica();
});
afterAll(() => fixture.stop());
test('blocked and back, by notice', async () => {
  const person = await settledPerson(fixture);
  await person.block();
  await eventually(async () => expect((await typesOf(fixture, person)).at(-1)).toBe('BotBlocked'));
  await person.unblock();
  await eventually(async () => expect((await typesOf(fixture, person)).at(-1)).toBe('BotUnblocked'));
});

test.each([
  ['403: Forbidden: bot was blocked by the user', true],
  ['400: Bad Request: chat not found', true],
  ["400: Bad Request: can't parse entities: character '_' is reserved", false],
])('a reminder refused with %s: stops reminders %s', async (reason, stops) => {
  const person = await settledPerson(fixture);
  const delivery: Delivery = {
    userId: asUserId(person.id),
    minute: asMinute(1),
    tier: 'engaged',
    outcome: 'failed',
    reason,
    occurrences: [{ habitId: asHabitId('aaaaaaaaaaaaa'), on: '2026-11-25', at: '09:00' }],
    at: new Date().toISOString(),
    latenessMs: 0,
  };
  const subject = deliverySubject('failed', delivery.userId);
  const { seq } = await jetstream(fixture.nats).publish(subject, JSON.stringify(delivery));
  const manager = await jetstreamManager(fixture.nats);
  await eventually(async () => {
    const { ack_floor } = await manager.consumers.info('DELIVERIES', 'bot-refusals');
    expect(ack_floor.stream_seq).toBeGreaterThanOrEqual(seq);
  });
  expect((await typesOf(fixture, person)).slice(2)).toEqual(stops ? ['BotBlocked'] : []);
  await ask(person, '/help');
  expect((await typesOf(fixture, person)).slice(2)).toEqual(stops ? ['BotBlocked', 'BotUnblocked'] : []);
});

test('that a silent person was asked whether to go on is recorded, once a question', async () => {
  const person = await settledPerson(fixture);
  const delivery: Delivery = {
    userId: asUserId(person.id),
    minute: asMinute(1),
    tier: 'dormant',
    outcome: 'asked',
    occurrences: [{ habitId: asHabitId('aaaaaaaaaaaaa'), on: '2026-11-25', at: '09:00' }],
    at: '2026-11-25T08:00:00.000Z',
    latenessMs: 0,
  };
  const publish = (change: Partial<Delivery>) =>
    jetstream(fixture.nats).publish(
      deliverySubject('asked', delivery.userId),
      JSON.stringify({ ...delivery, ...change }),
    );
  const asked = (count: number) =>
    eventually(async () => expect((await typesOf(fixture, person)).slice(2)).toHaveLength(count));
  await publish({});
  await asked(1);
  await publish({ minute: asMinute(2) });
  await publish({ occurrences: [{ habitId: asHabitId('aaaaaaaaaaaaa'), on: '2026-12-25', at: '09:00' }] });
  await asked(2);
  expect((await fixture.events(person.id)).slice(2)).toEqual([
    { type: 'ContinuationAsked', data: { on: '2026-11-25' } },
    { type: 'ContinuationAsked', data: { on: '2026-12-25' } },
  ]);
});

test.each([
  { status: 403, error: 'Forbidden: bot was blocked by the user' },
  { status: 400, error: 'Bad Request: chat not found' },
])('a reply refused with $error is recorded as a block', async (refusal) => {
  const person = await settledPerson(fixture);
  await fixture.telegram.fault({ method: 'sendMessage', chatId: person.id, times: 1, ...refusal });
  await person.say('/help');
  await eventually(async () => expect((await typesOf(fixture, person)).at(-1)).toBe('BotBlocked'));
});

test('a refused reply is dropped, an unreachable Telegram is waited for', async () => {
  const person = await settledPerson(fixture);
  await fixture.telegram.fault({
    method: 'sendMessage',
    chatId: person.id,
    times: 1,
    status: 400,
    error: 'Bad Request: whatever',
  });
  await person.say('/settings');
  expect((await ask(person, '/help')).text).toContain('What I can do');
  await fixture.telegram.fault({ method: 'sendMessage', chatId: person.id, times: 2, status: 502 });
  expect((await ask(person, '/settings')).text).toContain('Settings');
});
