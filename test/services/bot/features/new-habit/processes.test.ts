import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SimulatedPerson } from '#deploy/telegram/person-client.ts';
import { type KillableBot, PATIENCE, says, startKillableBot } from '../../killable-bot.ts';

/* Making, changing, sharing and deleting habits through the bot's own process, which is killed in the middle of each dialog. */

const ONE_MESSAGE = { sendMessage: 1 };
const ONE_EDIT = { answerCallbackQuery: 1, editMessageText: 1 };
let bot: KillableBot;
beforeAll(async () => {
  bot = await startKillableBot();
}, 120_000);
afterAll(() => bot.stop());

/** A person in Berlin. */
async function arrived(id: number, locale: 'en' | 'ru'): Promise<SimulatedPerson> {
  const person = await bot.fixture.person(id, locale);
  await person.say('/start');
  await person.waitForMessage(says(locale === 'en' ? 'where are you?' : 'где вы'), PATIENCE);
  await person.say('Berlin');
  await person.waitForMessage(says('✨'), PATIENCE);
  return person;
}

/** Says something that is answered by one message. @returns its id. */
async function say(person: SimulatedPerson, text: string, answer: string): Promise<number> {
  let id = 0;
  const requests = await bot.requestsOf(person, async () => {
    await person.say(text);
    id = (await person.waitForMessage(says(answer), PATIENCE)).message_id;
  });
  expect([text, requests]).toEqual([text, ONE_MESSAGE]);
  return id;
}

/** Taps a button that is answered in place. */
async function press(person: SimulatedPerson, id: number, button: string, answer: string): Promise<void> {
  const requests = await bot.requestsOf(person, async () => {
    await person.tap(id, { button });
    await person.waitForEdit(id, says(answer), PATIENCE);
  });
  expect([button, requests]).toEqual([button, ONE_EDIT]);
}

const typesOf = async (person: SimulatedPerson) =>
  (await bot.fixture.events(person.id)).map(({ type }) => type).slice(2);

test.each([
  {
    ...{ id: 9305, locale: 'en', city: 'Berlin', zone: 'it’s', offer: 'What habit' },
    line: 'Run 3x a week at 7:30',
    looks: 'Run. Does this look right?',
    create: 'Create',
    made: 'Run is set up!',
  },
  {
    ...{ id: 9306, locale: 'ru', city: 'Берлин', zone: 'сейчас там', offer: 'Какую привычку' },
    line: 'Пить воду каждый день в 10',
    looks: 'Пить воду. Всё верно?',
    create: 'Создать',
    made: 'привычка создана!',
  },
] as const)(
  'from START to the first habit over crashes: two messages, two taps, six requests ($locale)',
  async (words) => {
    const person = await bot.fixture.person(words.id, words.locale);
    await say(person, '/start', words.locale === 'en' ? 'where are you?' : 'где вы');
    await bot.crash();
    const requests = await bot.requestsOf(person, async () => {
      await person.say(words.city);
      const offered = await person.waitForMessage(says(words.offer), PATIENCE);
      expect(offered.reply_markup?.inline_keyboard?.flat()).toHaveLength(7);
      const [tip] = (await person.chat()).messages.slice(-2);
      expect(tip?.text).toMatch(new RegExp(`^🌍 .*${words.zone}.*\n\n🎉`));
      expect(tip?.reply_markup).toEqual({ remove_keyboard: true });
    });
    expect(requests).toEqual({ sendMessage: 2 });
    await bot.crash();
    const described = await say(person, words.line, words.looks);
    await bot.crash();
    await press(person, described, words.create, words.made);
    expect(await typesOf(person)).toEqual(['HabitDefined', 'ReminderScheduled']);
  },
  300_000,
);

test('one line, a crash, one tap; then everything is changed over crashes, and deleted', async () => {
  const person = await arrived(9301, 'en');
  const made = await say(person, '/new Run 5 km every day at 7:30', 'Run. Does this look right?');
  await bot.crash();
  await press(person, made, 'Create', 'Run is set up!');
  await press(person, made, 'Change', '📆 every day');
  await press(person, made, 'Edit', 'What would you like to change?');
  await press(person, made, 'How often', 'How often?');
  await bot.crash();
  const changed = await say(person, '3x a week', '3 times a calendar week');
  await press(person, changed, 'Emoji', 'pick an emoji');
  await bot.crash();
  const pictured = await say(person, '🏃', '🏃 Run');
  await press(person, pictured, 'Group', 'which part of the day');
  await press(person, pictured, 'New group', 'what’s the group called?');
  await bot.crash();
  const grouped = await say(person, 'Health', '🏷 Health');
  await press(person, grouped, 'Reminders', 'Tap one to change it');
  await press(person, grouped, '7:30', 'Run');
  await press(person, grouped, 'Change time', 'what time should it be?');
  await bot.crash();
  await say(person, '8pm', '20:00');
  const list = await say(person, '/habits', 'Run');
  await press(person, list, 'Run', '📆 3 times');
  await press(person, list, 'Edit', 'What would you like to change?');
  await press(person, list, 'Delete', 'for good?');
  await bot.crash();
  await press(person, list, 'Yes, delete it for good', 'is deleted');
  expect(await typesOf(person)).toEqual([
    'HabitDefined',
    'ReminderScheduled',
    'FrequencyChanged',
    'EmojiChanged',
    'HabitGrouped',
    'ReminderMoved',
    'HabitDeleted',
  ]);
}, 300_000);

test('по-русски: шаг за шагом со сбоями, готовая привычка, порядок', async () => {
  const person = await arrived(9302, 'ru');
  await say(person, '/new', 'Какую привычку хотите завести?');
  await bot.crash();
  const asked = await say(person, 'Читать', 'Читать. Как часто?');
  await bot.crash();
  await press(person, asked, 'Каждый день', 'когда напоминать?');
  await bot.crash();
  await press(person, asked, '21:00', 'привычка создана!');
  await press(person, asked, 'Ещё', 'Какую привычку хотите завести?');
  await bot.crash();
  await press(person, asked, 'Пить воду', 'Всё верно?');
  await press(person, asked, 'Создать', 'привычка создана!');
  const list = await say(person, '/habits', 'Ваши привычки');
  await press(person, list, 'Порядок', 'Порядок привычек');
  await bot.crash();
  const first = ({
    reply_markup,
  }: {
    reply_markup?: { inline_keyboard?: { text: string }[][] } | undefined;
  }) => reply_markup?.inline_keyboard?.[0]?.[0]?.text;
  await person.tap(list, { button: '⬇️' });
  await person.waitForEdit(list, (message) => first(message) === 'Читать', PATIENCE);
  expect(await typesOf(person)).toEqual([
    'HabitDefined',
    'ReminderScheduled',
    'HabitDefined',
    'ReminderScheduled',
    'ReminderScheduled',
    'HabitsReordered',
  ]);
}, 300_000);

test('a shared habit reaches a newcomer of another language over crashes, and is made with one tap', async () => {
  const person = await arrived(9303, 'en');
  const made = await say(person, '/new 💧 Water at least 8 glasses daily at 10', 'Does this look right?');
  await press(person, made, 'Create', 'is set up!');
  await press(person, made, 'Change', '🎯 at least 8 glasses');
  await press(person, made, 'Share', 'https://t.me/');
  const { messages } = await person.chat();
  const text = messages.find(({ message_id }) => message_id === made)?.text ?? '';
  const [, payload = ''] = /\?start=([A-Za-z0-9_-]{1,64})$/.exec(text) ?? [];
  const other = await bot.fixture.person(9304, 'ru');
  await other.say(`/start ${payload}`);
  await other.waitForMessage(says('где вы'), PATIENCE);
  await bot.crash();
  let offered = 0;
  const requests = await bot.requestsOf(other, async () => {
    await other.say('Berlin');
    offered = (await other.waitForMessage(says('Всё верно?'), PATIENCE)).message_id;
  });
  expect(requests).toEqual({ sendMessage: 2 });
  await bot.crash();
  await press(other, offered, 'Создать', 'привычка создана!');
  const defined = (events: Awaited<ReturnType<typeof bot.fixture.events>>) => events.slice(2);
  expect(defined(await bot.fixture.events(other.id))).toEqual(defined(await bot.fixture.events(person.id)));
}, 240_000);
