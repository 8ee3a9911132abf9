import { jetstreamManager } from '@nats-io/jetstream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '#test/support/eventually.ts';
import { ask, type BotFixture, makeHabit, settledPerson, startBotFixture, tap, typesOf } from './fixture.ts';

const NOT_SAVED = /can’t save that right now/;
let fixture: BotFixture;
beforeAll(async () => {
  fixture = await startBotFixture();
  await fixture.replica();
});
afterAll(() => fixture.stop());

/** Lets EVENTS hold no more than it does, or gives it room again. */
async function room(isThere: boolean): Promise<void> {
  const { streams } = await jetstreamManager(fixture.nats);
  const { state } = await streams.info('EVENTS');
  await streams.update('EVENTS', { max_bytes: isThere ? -1 : state.bytes });
}
const lastUpdate = async () =>
  (await (await jetstreamManager(fixture.nats)).streams.info('UPDATES')).state.last_seq;
const deadLetters = async () =>
  (await (await jetstreamManager(fixture.nats)).streams.info('DEAD')).state.messages;

test('while EVENTS is full people are told that nothing was saved, and afterwards do the same again', async () => {
  const person = await settledPerson(fixture);
  await makeHabit(fixture, person, 'Read');
  const today = await ask(person, '/today');
  const other = await settledPerson(fixture);
  const before = await typesOf(fixture, person);
  await room(false);

  for (let taps = 1; taps <= 3; taps++) {
    const answer = await person.waitForAnswer(await person.tap(today.message_id, { button: '✅' }));
    expect(answer.text).toMatch(NOT_SAVED);
  }
  // What is only shown goes on, for the same person and others.
  expect((await ask(person, '/today')).text).toContain('0 of 1 done');
  expect((await ask(other, '/help')).text).not.toMatch(NOT_SAVED);
  // Nothing of it was kept for later behind people's backs.
  expect(await typesOf(fixture, person)).toEqual(before);

  await room(true);
  expect((await tap(fixture, person, today.message_id, '✅')).text).toContain('1 of 1 done');
  expect(await typesOf(fixture, person)).toEqual([...before, 'HabitCheckedIn']);
  expect(await deadLetters()).toBe(0);
});

test('a dialog waits at the step that could not be saved', async () => {
  const person = await settledPerson(fixture);
  const before = await typesOf(fixture, person);
  await ask(person, '/new');
  const { message_id: id } = await ask(person, 'Walk');
  await tap(fixture, person, id, 'Every day');
  await room(false);
  const answer = await person.waitForAnswer(await person.tap(id, { button: '09:00' }));
  expect(answer.text).toMatch(NOT_SAVED);
  await room(true);
  expect(await typesOf(fixture, person)).toEqual(before);
  expect((await tap(fixture, person, id, '09:00')).text).toContain('is set up!');
  expect(await typesOf(fixture, person)).toEqual([...before, 'HabitDefined', 'ReminderScheduled']);
  expect(await deadLetters()).toBe(0);
});

test('a notice that a person blocked the bot holds up no one else, and is not the last word', async () => {
  const person = await settledPerson(fixture);
  await room(false);
  const updates = await lastUpdate();
  await person.block();
  await eventually(async () => expect(await lastUpdate()).toBeGreaterThan(updates));
  await fixture.settled();
  await room(true);
  expect(await typesOf(fixture, person)).not.toContain('BotBlocked');
  await person.unblock();
  await person.block();
  await eventually(async () => expect((await typesOf(fixture, person)).at(-1)).toBe('BotBlocked'));
  expect(await deadLetters()).toBe(0);
});
