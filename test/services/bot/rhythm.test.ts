import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SimulatedPerson } from '#deploy/telegram/person-client.ts';
import { instantOf, localDateAt, localTimeAt } from '#services/platform/local-time/local-time.ts';
import { reminderCard } from '#services/platform/messages/reminder-card.ts';
import { openTelegram } from '#services/platform/telegram/client.ts';
import { continuationCard } from '#services/sender/reminders/continuation-card.ts';
import { asHabitId } from '../../support/ids.ts';
import { arriveIn, ask, type BotFixture, startBotFixture, TOKEN, tap } from './fixture.ts';

const ZONE = 'Europe/Berlin';
const MINUTE_MS = 60_000;

let fixture: BotFixture;
beforeAll(async () => {
  fixture = await startBotFixture();
  await fixture.replica();
});
afterAll(() => fixture.stop());

const today = () => localDateAt(fixture.now(), ZONE);

/** Moves the clock to some seconds after a local time, which comes within a day. */
function passUntil(at: string): void {
  const untilMs = instantOf(today(), at, ZONE) + 5_000 - fixture.now();
  fixture.pass(untilMs > 0 ? untilMs : untilMs + 24 * 60 * MINUTE_MS);
}

let nextId = 7000;

/** A person in Berlin with habits of these names; `ids` are theirs. */
async function keeper(...names: string[]) {
  const person = await fixture.person(nextId++, 'en');
  await ask(person, '/start');
  await arriveIn(person, 'Berlin');
  const ids: string[] = [];
  for (const name of names) {
    await ask(person, '/new');
    const { message_id: id } = await ask(person, name);
    for (const label of ['Every day', 'No reminders']) await tap(fixture, person, id, label);
    const list = await ask(person, '/habits');
    const buttons = list.reply_markup?.inline_keyboard?.flat() ?? [];
    const data = buttons.find(({ text }) => text.includes(name))?.callback_data ?? '';
    ids.push(data.replace('habit:', ''));
  }
  return { person, ids };
}

/** A reminder as the sender would send it. */
async function remind(person: SimulatedPerson, ids: string[], names: string[], on = today()) {
  const items = ids
    .map(asHabitId)
    .map((habitId, n) => ({ habitId, on, name: names[n] ?? '', state: 'open' as const }));
  const { text, entities, reply_markup } = reminderCard('en', items);
  const api = openTelegram({ token: TOKEN, apiRoot: fixture.telegramUrl }).api;
  return (await api.sendMessage(person.id, text, { entities, reply_markup })).message_id;
}

const lastEvents = async (person: SimulatedPerson, count: number) =>
  (await fixture.events(person.id)).slice(-count);

test('snoozed by a button: said in place, and Done is still possible', async () => {
  const { person, ids } = await keeper('Read');
  passUntil('10:00');
  const message = await remind(person, ids, ['Read']);
  expect((await tap(fixture, person, message, '💤 Later')).text).toContain(
    'When should I remind you about Read again?',
  );
  const snoozed = await tap(fixture, person, message, '1 h');
  const untilMs = Math.ceil(fixture.now() / MINUTE_MS + 60) * MINUTE_MS;
  const [event] = await lastEvents(person, 1);
  const at = localTimeAt(untilMs, ZONE);
  expect(event).toEqual({
    type: 'ReminderSnoozed',
    data: { on: today(), at, untilAt: new Date(untilMs).toISOString() },
  });
  expect(snoozed.text).toBe(`💤 Read\nSnoozed until ${at}`);
  expect((await tap(fixture, person, message, '✅ Done')).text).toBe('✅ Read\n🌱 Day one of a new streak');
});

test('snoozed by words after Later, and by words in reply to a reminder', async () => {
  const { person, ids } = await keeper('Read', 'Walk');
  passUntil('10:00');
  const message = await remind(person, ids, ['Read', 'Walk']);
  await tap(fixture, person, message, 'Later…');
  await tap(fixture, person, message, '⬜ Read');
  expect((await ask(person, 'at 09:00')).text).toContain('It’s already past 09:00');
  expect((await ask(person, 'in 3 days')).text).toContain('A day is the longest');
  expect((await ask(person, 'at 18:30')).text).toBe('💤 I’ll remind you again at 18:30.');
  const edited = await person.waitForEdit(message, ({ text }) => text?.includes('18:30') === true);
  expect(edited.text).toBe('⏰ 2 habits to do\n\n💤 Read · until 18:30\n▫️ Walk');
  await tap(fixture, person, message, '💤 Read');
  const answer = await ask(person, 'через 40 минут', { replyTo: message });
  expect(answer.text).toMatch(/^💤 I’ll remind you again at \d\d:\d\d\.$/);
  expect(await lastEvents(person, 3)).toMatchObject([
    { type: 'ReminderSnoozed', data: { at: '18:30' } },
    { type: 'HabitCheckedIn' },
    { type: 'ReminderSnoozed', data: { on: today() } },
  ]);
  await tap(fixture, person, message, '💤 Walk');
  expect((await ask(person, 'in 1 h', { replyTo: message })).text).toBe(
    '👌 You’ve already answered for this day.',
  );
});

test('a snooze that is handled twice is one', async () => {
  const { person, ids } = await keeper('Read');
  const message = await remind(person, ids, ['Read']);
  await tap(fixture, person, message, '💤 Later');
  await tap(fixture, person, message, '15 min');
  await fixture.settled();
  const before = await fixture.events(person.id);
  fixture.pass(5 * MINUTE_MS);
  await fixture.repeatLast(person.id);
  await fixture.settled();
  expect(await fixture.events(person.id)).toEqual(before);
});

test('quiet hours and vacation, by buttons and by words', async () => {
  const { person } = await keeper();
  const { message_id: id } = await ask(person, '/settings');
  await tap(fixture, person, id, 'Quiet hours');
  expect((await tap(fixture, person, id, '22:00–07:00')).text).toContain('🌙 Quiet from 22:00 to 07:00');
  await tap(fixture, person, id, 'Quiet hours');
  expect((await ask(person, 'whenever')).text).toContain('I couldn’t read those hours');
  expect((await ask(person, '22:30–07:15')).text).toContain('🌙 Quiet from 22:30 to 07:15');
  const { message_id: next } = await ask(person, '/settings');
  await tap(fixture, person, next, 'Vacation');
  expect((await tap(fixture, person, next, '2 weeks')).text).toContain('🏝 Vacation: ');
  expect((await tap(fixture, person, next, 'Vacation')).text).toContain('You’re on vacation');
  expect((await tap(fixture, person, next, 'End the vacation')).text).toContain('No vacation planned');
  await tap(fixture, person, next, 'Vacation');
  expect((await ask(person, 'some day')).text).toContain('I couldn’t read those dates');
  expect((await ask(person, '10 days')).text).toContain('🏝 Have a good time!');
  expect((await fixture.events(person.id)).slice(2).map(({ type }) => type)).toEqual([
    'QuietHoursChanged',
    'QuietHoursChanged',
    'VacationPlanned',
    'VacationCancelled',
    'VacationPlanned',
  ]);
});

test('the question whether to go on is answered in place, and can be taken back', async () => {
  const { person } = await keeper();
  const { text, entities, reply_markup } = continuationCard('en');
  const api = openTelegram({ token: TOKEN, apiRoot: fixture.telegramUrl }).api;
  const { message_id: id } = await api.sendMessage(person.id, text, { entities, reply_markup });
  expect((await tap(fixture, person, id, 'No more reminders')).text).toContain('no more reminders');
  expect((await tap(fixture, person, id, 'Turn reminders on')).text).toBe(
    '🔔 Good! I’ll keep reminding you.',
  );
  expect(await lastEvents(person, 2)).toEqual([
    { type: 'RemindersStopped', data: {} },
    { type: 'RemindersContinued', data: { on: today() } },
  ]);
});

test('a day that starts at 03:00: a check-in at 01:30 counts for yesterday', async () => {
  const { person, ids } = await keeper('Read');
  const { message_id: id } = await ask(person, '/settings');
  await tap(fixture, person, id, 'Day start');
  expect((await tap(fixture, person, id, '03:00')).text).toContain('🌅 Your day starts at 03:00');
  passUntil('12:00');
  const yesterday = today();
  passUntil('01:30');
  expect(today()).not.toBe(yesterday);
  const list = await ask(person, '/today');
  expect((await tap(fixture, person, list.message_id, '✅')).text).toContain('1 of 1 done');
  expect(await lastEvents(person, 1)).toEqual([
    { type: 'HabitCheckedIn', data: { on: yesterday, value: 1 } },
  ]);
  const stale = await person.tap(list.message_id, `done:${ids[0]}:${today()}`);
  expect((await person.waitForAnswer(stale)).text).toBe('⏳ That day hasn’t come yet.');
});

test('forged and stale data of every new button is answered, and nothing is recorded', async () => {
  const owner = await keeper('Secret');
  const forger = await keeper();
  const { message_id: id } = await ask(forger.person, '/help');
  const [habitId] = owner.ids;
  const before = [await fixture.events(owner.person.id), await fixture.events(forger.person.id)];
  const answers: string[] = [];
  for (const data of [
    `later:${habitId}:${today()}`,
    `wait:${habitId}:${today()}:15m`,
    `flexible:${habitId}:0900`,
    `remindWithin:${habitId}:0900:15`,
    `wait:${habitId}:${today()}:99999m`,
    'dayStartsAt:1200',
    'quietHours:2200:2200',
    'away:2020-01-01:2020-01-02',
    'away:2026-01-01',
    'draftWithin:15',
    'draftFlexible',
  ]) {
    fixture.pass(3_000);
    answers.push((await forger.person.waitForAnswer(await forger.person.tap(id, data))).text);
  }
  const notFound = '🤷 I can’t find this habit in your list.';
  expect(answers).toEqual([
    ...[notFound, notFound, notFound, notFound],
    'I don’t know this button',
    '🌙 A day can’t start at that time.',
    '🔕 Quiet hours can’t begin and end at the same time.',
    '🕰 That’s already over.',
    'I don’t know this button',
    'This button is from an earlier step',
    'This button is from an earlier step',
  ]);
  expect([await fixture.events(owner.person.id), await fixture.events(forger.person.id)]).toEqual(before);
});
