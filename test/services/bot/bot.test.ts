import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Delivery } from '#contracts/messages.ts';
import { deliverySubject, updateSubject } from '#contracts/subjects.ts';
import type { SimulatedPerson } from '#deploy/telegram/client.ts';
import { reminderCard } from '#services/platform/messages/reminder-card.ts';
import { openTelegram } from '#services/platform/telegram/client.ts';
import { eventually } from '#test/support/eventually.ts';
import { asHabitId, asMinute, asUserId } from '../../support/ids.ts';
import { type BotSystem, startBotSystem, TOKEN } from './fixture.ts';

let system: BotSystem;
beforeAll(async () => {
  system = await startBotSystem();
  await system.replica();
  await system.replica();
});
afterAll(() => system.stop());

let nextId = 5000;

/** Somebody who has chosen Berlin. */
async function settledPerson(): Promise<SimulatedPerson> {
  const person = await system.person(nextId++, 'en');
  await person.say('/start');
  await person.waitForMessage();
  await person.say('Berlin');
  await person.waitForMessage();
  return person;
}

/** Says, and resolves with the answer. */
async function ask(person: SimulatedPerson, text: string) {
  await person.say(text);
  return person.waitForMessage();
}

/** Taps, and resolves with the message as it is then. */
async function tap(person: SimulatedPerson, messageId: number, label: string) {
  system.pass(3_000);
  const { messages } = await person.chat();
  const before = messages.find((message) => message.message_id === messageId)?.edits ?? 0;
  await person.tap(messageId, { button: label });
  return person.waitForEdit(messageId, (message) => message.edits > before);
}

async function makeHabit(person: SimulatedPerson, name: string): Promise<string> {
  await ask(person, '/new');
  const { message_id: id } = await ask(person, name);
  await tap(person, id, 'Done or not');
  await tap(person, id, 'Every day');
  await tap(person, id, '09:00');
  await tap(person, id, 'Ready');
  const made = await tap(person, id, 'Create');
  expect(made.text).toContain('is yours!');
  return id.toString();
}

const types = async (person: SimulatedPerson) => (await system.events(person.id)).map(({ type }) => type);

test('from Start to a habit that is done and undone', async () => {
  const person = await settledPerson();
  await makeHabit(person, '<b>Read</b> _now_');
  const today = await ask(person, '/today');
  expect(today.text).toContain('▫️ <b>Read</b> _now_');
  expect(today.entities?.filter(({ type }) => type === 'bold')).toHaveLength(2);
  const done = await tap(person, today.message_id, '✅');
  expect(done.text).toContain('1 of 1 done');
  const undone = await tap(person, today.message_id, 'Undo');
  expect(undone.text).toContain('0 of 1 done');
  expect(await types(person)).toEqual([
    'AccountRegistered',
    'TimezoneChanged',
    'HabitDefined',
    'ReminderScheduled',
    'HabitCheckedIn',
    'EntryCleared',
  ]);
});

test('a tap on a reminder edits it in place, with all its habits', async () => {
  const person = await settledPerson();
  await makeHabit(person, 'Read');
  await makeHabit(person, 'Walk');
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
  const api = openTelegram({ token: TOKEN, apiRoot: system.telegramUrl }).api;
  const reminder = await api.sendMessage(person.id, text, { entities, reply_markup });
  const done = await tap(person, reminder.message_id, '✅ Walk');
  expect(done.text).toBe('⏰ 1 habit to do\n\n▫️ Read\n✅ Walk');
  const all = await tap(person, reminder.message_id, '⏭');
  expect(all.text).toBe('🎉 All answered\n\n⏭ Read, skipped\n✅ Walk');
  const stale = await person.tap(reminder.message_id, `skip:${ids[0]}:${on}`);
  expect((await person.waitForAnswer(stale)).text).toBe('👌 It was so already');
  expect((await types(person)).slice(-2)).toEqual(['HabitCheckedIn', 'HabitSkipped']);
});

test('another person’s habit and forged data are answered, and nothing is recorded', async () => {
  const owner = await settledPerson();
  await makeHabit(owner, 'Secret');
  const list = await ask(owner, '/habits');
  const data = list.reply_markup?.inline_keyboard?.[0]?.[0]?.callback_data ?? '';
  const habitId = data.replace('habit:', '');
  const forger = await settledPerson();
  const { message_id: id } = await ask(forger, '/help');
  const on = new Date().toISOString().slice(0, 10);
  const before = await system.events(owner.id);
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
  const unknown = '🤷 I cannot find this habit among yours.';
  expect(answers).toEqual([
    unknown,
    unknown,
    unknown,
    'I do not know this button',
    'I do not know this button',
  ]);
  expect(await system.events(owner.id)).toEqual(before);
  expect(await types(forger)).toEqual(['AccountRegistered', 'TimezoneChanged']);
});

test('an update that comes again after each step of a habit in the making has no second effect', async () => {
  const person = await settledPerson();
  const again = async () => {
    await system.settled();
    const before = await system.dialog(person.id);
    await system.repeatLast(person.id);
    await system.settled();
    expect(JSON.parse((await system.dialog(person.id)) ?? '')).toEqual(JSON.parse(before ?? ''));
  };
  await ask(person, '/new');
  await again();
  const { message_id: id } = await ask(person, 'Read');
  await again();
  for (const label of [
    'Done or not',
    'On chosen',
    'Mon',
    'Tue',
    'Ready',
    '07:00',
    '08:00',
    '✅ 07:00',
    'Ready',
    'Create',
  ]) {
    await tap(person, id, label);
    await again();
  }
  expect(await system.events(person.id)).toEqual([
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
  const person = await settledPerson();
  await ask(person, '/new');
  const first = await ask(person, 'Read');
  await system.settled();
  await system.repeatLast(person.id);
  const second = await person.waitForMessage(undefined, { after: first.message_id });
  expect(second.text).toBe(first.text);
});

test('a crash between the events and the dialog repeats neither the habit nor the step', async () => {
  const person = await settledPerson();
  await ask(person, '/new');
  const { message_id: id } = await ask(person, 'Read');
  for (const label of ['Done or not', 'Every day', 'No reminders']) await tap(person, id, label);
  await system.settled();
  const before = (await system.dialog(person.id)) ?? '';
  await tap(person, id, 'Create');
  await system.settled();
  const events = await system.events(person.id);
  await system.putDialog(person.id, before);
  await system.repeatLast(person.id);
  await system.settled();
  expect(await system.events(person.id)).toEqual(events);
  expect(JSON.parse((await system.dialog(person.id)) ?? '').dialog).toEqual({ at: 'idle' });
});

test.each(['not json', '{"shape":0}', '{"shape":1,"dialog":{"at":"elsewhere"}}'])(
  'a dialog that cannot be read (%s) begins again politely',
  async (text) => {
    const person = await settledPerson();
    await ask(person, '/new');
    await system.putDialog(person.id, text);
    expect((await ask(person, 'Read')).text).toContain('lost our place');
    await system.putDialog(person.id, text);
    expect((await ask(person, '/today')).text).toContain('You have no habits yet');
    expect((await ask(person, 'Read')).text).toContain('I did not get that');
  },
);

test('more than thirty requests in a minute, two of them to settle: one word, then silence', async () => {
  const person = await settledPerson();
  for (let n = 0; n < 34; n++) await person.say('/help');
  await system.settled();
  const texts = (await person.chat()).messages
    .filter(({ from }) => from.is_bot)
    .map(({ text }) => text ?? '');
  expect(texts.filter((text) => text.startsWith('What I can do'))).toHaveLength(28);
  expect(texts.filter((text) => text.startsWith('🐢'))).toHaveLength(1);
});

test('blocked and back, by notice', async () => {
  const person = await settledPerson();
  await person.block();
  await eventually(async () => expect((await types(person)).at(-1)).toBe('BotBlocked'));
  await person.unblock();
  await eventually(async () => expect((await types(person)).at(-1)).toBe('BotUnblocked'));
});

test.each([
  ['403: Forbidden: bot was blocked by the user', true],
  ['400: Bad Request: chat not found', true],
  ["400: Bad Request: can't parse entities: character '_' is reserved", false],
])('a reminder refused with %s: stops reminders %s', async (reason, stops) => {
  const person = await settledPerson();
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
  const { seq } = await jetstream(system.nats).publish(subject, JSON.stringify(delivery));
  const manager = await jetstreamManager(system.nats);
  await eventually(async () => {
    const { ack_floor } = await manager.consumers.info('DELIVERIES', 'bot-refusals');
    expect(ack_floor.stream_seq).toBeGreaterThanOrEqual(seq);
  });
  expect((await types(person)).slice(2)).toEqual(stops ? ['BotBlocked'] : []);
  await ask(person, '/help');
  expect((await types(person)).slice(2)).toEqual(stops ? ['BotBlocked', 'BotUnblocked'] : []);
});

test('that a silent person was asked whether to go on is recorded, once a question', async () => {
  const person = await settledPerson();
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
    jetstream(system.nats).publish(
      deliverySubject('asked', delivery.userId),
      JSON.stringify({ ...delivery, ...change }),
    );
  const asked = (count: number) =>
    eventually(async () => expect((await types(person)).slice(2)).toHaveLength(count));
  await publish({});
  await asked(1);
  await publish({ minute: asMinute(2) });
  await publish({ occurrences: [{ habitId: asHabitId('aaaaaaaaaaaaa'), on: '2026-12-25', at: '09:00' }] });
  await asked(2);
  expect((await system.events(person.id)).slice(2)).toEqual([
    { type: 'ContinuationAsked', data: { on: '2026-11-25' } },
    { type: 'ContinuationAsked', data: { on: '2026-12-25' } },
  ]);
});

test.each([
  { status: 403, error: 'Forbidden: bot was blocked by the user' },
  { status: 400, error: 'Bad Request: chat not found' },
])('a reply refused with $error is recorded as a block', async (refusal) => {
  const person = await settledPerson();
  await system.telegram.fault({ method: 'sendMessage', chatId: person.id, times: 1, ...refusal });
  await person.say('/help');
  await eventually(async () => expect((await types(person)).at(-1)).toBe('BotBlocked'));
});

test('a refused reply is dropped, an unreachable Telegram is waited for', async () => {
  const person = await settledPerson();
  await system.telegram.fault({
    method: 'sendMessage',
    chatId: person.id,
    times: 1,
    status: 400,
    error: 'Bad Request: whatever',
  });
  await person.say('/settings');
  expect((await ask(person, '/help')).text).toContain('What I can do');
  await system.telegram.fault({ method: 'sendMessage', chatId: person.id, times: 2, status: 502 });
  expect((await ask(person, '/settings')).text).toContain('Settings');
});

test('unknown kinds, groups and poison delay nobody', async () => {
  const person = await settledPerson();
  const from = { id: person.id, is_bot: false, first_name: 'x' };
  const group = { id: -77, type: 'group', title: 'x' };
  await system.telegram.rawUpdate({
    edited_message: { message_id: 1, date: 1, from, chat: group, text: 'x' },
  });
  await system.telegram.rawUpdate({ something_new: { from } });
  await system.telegram.rawUpdate({ message: { message_id: 1, date: 1, from, chat: group, text: '/start' } });
  const poison = JSON.stringify({ update_id: 1, message: { from, chat: 'nowhere' } });
  await jetstream(system.nats).publish(updateSubject(asUserId(person.id)), poison);
  await jetstream(system.nats).publish(updateSubject(asUserId(person.id)), 'not json');
  expect((await ask(person, '/help')).text).toContain('What I can do');
  const manager = await jetstreamManager(system.nats);
  expect((await manager.streams.info('DEAD')).state.messages).toBe(2);
});

test('pictures, and texts of every kind, are answered', async () => {
  const person = await settledPerson();
  await person.sendFile('x.png', new Uint8Array([1, 2, 3]));
  expect((await person.waitForMessage()).text).toContain('only text');
  expect((await ask(person, '/frobnicate')).text).toContain('do not know this command');
  expect((await ask(person, 'x'.repeat(4096))).text).toContain('did not get that');
  await ask(person, '/new');
  expect((await ask(person, 'x'.repeat(4096))).text).toContain('4,096 characters');
  expect((await ask(person, '\u200b\u200d')).text).toContain('cannot see anything');
  expect((await ask(person, '\u202e👨‍👩‍👧 שלום')).text).toBe('👨‍👩‍👧 שלום. How is it counted?');
});

test('the menu of commands is there in both languages', async () => {
  const api = openTelegram({ token: TOKEN, apiRoot: system.telegramUrl }).api;
  const en = await eventually(async () => {
    const commands = await api.getMyCommands();
    expect(commands).toHaveLength(6);
    return commands;
  });
  expect(en[0]).toEqual({ command: 'today', description: 'Habits for today' });
  const ru = await api.getMyCommands({ language_code: 'ru' });
  expect(ru[0]).toEqual({ command: 'today', description: 'Привычки на сегодня' });
});
