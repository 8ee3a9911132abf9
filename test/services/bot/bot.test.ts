import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { updateSubject } from '#contracts/subjects.ts';
import { MENU } from '#services/bot/features/menu/dialog.ts';
import { reminderCard } from '#services/platform/messages/reminder-card.ts';
import { openTelegram } from '#services/platform/telegram/client.ts';
import { eventually } from '#test/support/eventually.ts';
import { asHabitId, asUserId } from '../../support/ids.ts';
import {
  ask,
  type BotFixture,
  makeHabit,
  settledPerson,
  startBotFixture,
  TOKEN,
  tap,
  typesOf,
} from './fixture.ts';

let fixture: BotFixture;
beforeAll(async () => {
  fixture = await startBotFixture();
  await fixture.replica();
  await fixture.replica();
});
afterAll(() => fixture.stop());

test('from Start to a habit that is done and undone', async () => {
  const person = await settledPerson(fixture);
  await makeHabit(fixture, person, '<b>Read</b> _now_');
  const today = await ask(person, '/today');
  expect(today.text).toContain('▫️ <b>Read</b> _now_');
  expect(today.entities?.filter(({ type }) => type === 'bold')).toHaveLength(2);
  const done = await tap(fixture, person, today.message_id, '✅');
  expect(done.text).toContain('1 of 1 done');
  const undone = await tap(fixture, person, today.message_id, 'Undo');
  expect(undone.text).toContain('0 of 1 done');
  expect(await typesOf(fixture, person)).toEqual([
    'AccountRegistered',
    'TimezoneChanged',
    'HabitDefined',
    'ReminderScheduled',
    'HabitCheckedIn',
    'EntryCleared',
  ]);
});

test('a tap on a reminder edits it in place, with all its habits', async () => {
  const person = await settledPerson(fixture);
  await makeHabit(fixture, person, 'Read');
  await makeHabit(fixture, person, 'Walk');
  const list = await ask(person, '/habits');
  const keyboard = list.reply_markup?.inline_keyboard?.flat() ?? [];
  const ids = keyboard
    .flatMap(({ callback_data: data }) => data?.match(/^habit:(\w+)$/)?.[1] ?? [])
    .map(asHabitId);
  const on = new Date().toISOString().slice(0, 10);
  const items = ids.map((habitId, n) => ({
    habitId,
    on,
    name: ['Read', 'Walk'][n] ?? '',
    state: 'open' as const,
  }));
  const { text, entities, reply_markup } = reminderCard('en', items);
  const api = openTelegram({ token: TOKEN, apiRoot: fixture.telegramUrl }).api;
  const reminder = await api.sendMessage(person.id, text, { entities, reply_markup });
  const done = await tap(fixture, person, reminder.message_id, '⬜ Walk');
  expect(done.text).toBe('⏰ 1 habit to do\n\n▫️ Read\n✅ Walk');
  await tap(fixture, person, reminder.message_id, 'Skip…');
  const all = await tap(fixture, person, reminder.message_id, '⬜ Read');
  expect(all.text).toBe('🎉 All answered\n\n⏭ Read, skipped\n✅ Walk');
  const stale = await person.tap(reminder.message_id, `skip:${ids[0]}:${on}`);
  expect((await person.waitForAnswer(stale)).text).toBe('👌 Already done');
  expect((await typesOf(fixture, person)).slice(-2)).toEqual(['HabitCheckedIn', 'HabitSkipped']);
});

test('another person’s habit and forged data are answered, and nothing is recorded', async () => {
  const owner = await settledPerson(fixture);
  await makeHabit(fixture, owner, 'Secret');
  const list = await ask(owner, '/habits');
  const data = list.reply_markup?.inline_keyboard?.[0]?.[0]?.callback_data ?? '';
  const habitId = data.replace('habit:', '');
  const forger = await settledPerson(fixture);
  const { message_id: id } = await ask(forger, '/help');
  const on = new Date().toISOString().slice(0, 10);
  const before = await fixture.events(owner.id);
  const answers: string[] = [];
  for (const forged of [
    `done:${habitId}:${on}`,
    `rename:${habitId}`,
    `putAway:${habitId}`,
    'junk',
    `done:${habitId}`,
  ]) {
    const query = await forger.tap(id, forged);
    answers.push((await forger.waitForAnswer(query)).text);
  }
  const unknown = '🤷 I can’t find this habit in your list.';
  expect(answers).toEqual([
    unknown,
    unknown,
    unknown,
    'I don’t know this button',
    'I don’t know this button',
  ]);
  expect(await fixture.events(owner.id)).toEqual(before);
  expect(await typesOf(fixture, forger)).toEqual(['AccountRegistered', 'TimezoneChanged']);
});

test('an update that comes again after each step of a habit in the making has no second effect', async () => {
  const person = await settledPerson(fixture);
  const again = async () => {
    await fixture.settled();
    const before = await fixture.dialog(person.id);
    await fixture.repeatLast(person.id);
    await fixture.settled();
    expect(JSON.parse((await fixture.dialog(person.id)) ?? '')).toEqual(JSON.parse(before ?? ''));
  };
  await ask(person, '/new');
  await again();
  const { message_id: id } = await ask(person, 'Read');
  await again();
  for (const label of ['On chosen', 'Mon', 'Tue', 'Ready', '08:00']) {
    await tap(fixture, person, id, label);
    await again();
  }
  expect(await fixture.events(person.id)).toEqual([
    { type: 'AccountRegistered', data: { locale: 'en' } },
    { type: 'TimezoneChanged', data: { timezone: 'Europe/Berlin' } },
    {
      type: 'HabitDefined',
      data: { name: 'Read', goal: { kind: 'yesNo' }, frequency: { kind: 'weekdays', weekdays: [1, 2] } },
    },
    { type: 'ReminderScheduled', data: { at: '08:00', weekdays: [1, 2] } },
  ]);
});

test('a repeated answer to a prompt shows the next prompt again and is not taken for its answer', async () => {
  const person = await settledPerson(fixture);
  await ask(person, '/new');
  const first = await ask(person, 'Read');
  await fixture.settled();
  await fixture.repeatLast(person.id);
  const second = await person.waitForMessage(undefined, { after: first.message_id });
  expect(second.text).toBe(first.text);
});

test('a crash between the events and the dialog repeats neither the habit nor the step', async () => {
  const person = await settledPerson(fixture);
  await ask(person, '/new');
  const { message_id: id } = await ask(person, 'Read');
  await tap(fixture, person, id, 'Every day');
  await fixture.settled();
  const before = (await fixture.dialog(person.id)) ?? '';
  await tap(fixture, person, id, 'No reminders');
  await fixture.settled();
  const events = await fixture.events(person.id);
  await fixture.putDialog(person.id, before);
  await fixture.repeatLast(person.id);
  await fixture.settled();
  expect(await fixture.events(person.id)).toEqual(events);
  expect(JSON.parse((await fixture.dialog(person.id)) ?? '').dialog).toEqual({ at: 'idle' });
});

test.each(['not json', '{"shape":0}', '{"shape":1,"dialog":{"at":"elsewhere"}}'])(
  'a dialog that cannot be read (%s) begins again politely',
  async (text) => {
    const person = await settledPerson(fixture);
    await ask(person, '/new');
    await fixture.putDialog(person.id, text);
    expect((await ask(person, 'Read')).text).toContain('lost our place');
    await fixture.putDialog(person.id, text);
    expect((await ask(person, '/today')).text).toContain('You have no habits yet');
    expect((await ask(person, 'Read')).text).toContain('I didn’t get that');
  },
);

test('more than thirty requests in a minute, two of them to settle: one word, then silence', async () => {
  const person = await settledPerson(fixture);
  for (let n = 0; n < 34; n++) await person.say('/help');
  await fixture.settled();
  const texts = (await person.chat()).messages
    .filter(({ from }) => from.is_bot)
    .map(({ text }) => text ?? '');
  // Of the twenty-eight that are let through, those that wait together are answered together.
  const answers = texts.filter((text) => text.startsWith('What I can do')).length;
  expect(answers).toBeGreaterThan(0);
  expect(answers).toBeLessThanOrEqual(28);
  expect(texts.filter((text) => text.startsWith('🐢'))).toHaveLength(1);
});

test('unknown kinds, groups and poison delay nobody', async () => {
  const person = await settledPerson(fixture);
  const from = { id: person.id, is_bot: false, first_name: 'x' };
  const group = { id: -77, type: 'group', title: 'x' };
  await fixture.telegram.rawUpdate({
    edited_message: { message_id: 1, date: 1, from, chat: group, text: 'x' },
  });
  await fixture.telegram.rawUpdate({ something_new: { from } });
  await fixture.telegram.rawUpdate({
    message: { message_id: 1, date: 1, from, chat: group, text: '/start' },
  });
  const poison = JSON.stringify({ update_id: 1, message: { from, chat: 'nowhere' } });
  await jetstream(fixture.nats).publish(updateSubject(asUserId(person.id)), poison);
  await jetstream(fixture.nats).publish(updateSubject(asUserId(person.id)), 'not json');
  expect((await ask(person, '/help')).text).toContain('What I can do');
  const manager = await jetstreamManager(fixture.nats);
  expect((await manager.streams.info('DEAD')).state.messages).toBe(2);
});

test('pictures, and texts of every kind, are answered', async () => {
  const person = await settledPerson(fixture);
  await person.sendFile('x.png', new Uint8Array([1, 2, 3]));
  expect((await person.waitForMessage()).text).toContain('kind of file');
  expect((await ask(person, '/frobnicate')).text).toContain('don’t know that command');
  expect((await ask(person, 'x'.repeat(4096))).text).toContain('didn’t get that');
  await ask(person, '/new');
  expect((await ask(person, 'x'.repeat(4096))).text).toContain('4,096 characters');
  expect((await ask(person, '\u200b\u200d')).text).toContain('can’t see anything');
  expect((await ask(person, '\u202e👨‍👩‍👧 שלום')).text).toMatch(/^👨‍👩‍👧 שלום. How often\?/);
});

test('the menu of commands and the description are there in both languages', async () => {
  const api = openTelegram({ token: TOKEN, apiRoot: fixture.telegramUrl }).api;
  const en = await eventually(async () => {
    const commands = await api.getMyCommands();
    expect(commands.map(({ command }) => command)).toEqual([...MENU]);
    expect((await api.getMyShortDescription({ language_code: 'ru' })).short_description).not.toBe('');
    return commands;
  });
  expect(en[0]).toEqual({ command: 'today', description: 'Habits for today' });
  const ru = await api.getMyCommands({ language_code: 'ru' });
  expect(ru[0]).toEqual({ command: 'today', description: 'Привычки на сегодня' });
  expect((await api.getMyDescription()).description).toContain('Tap Start');
  expect((await api.getMyDescription({ language_code: 'ru' })).description).toContain('Нажмите «Старт»');
  expect((await api.getMyShortDescription({ language_code: 'de' })).short_description).toMatch(
    /^Habits with/,
  );
});
