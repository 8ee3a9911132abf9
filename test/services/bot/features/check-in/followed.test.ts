import { jetstream } from '@nats-io/jetstream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HabitId, habitIdFrom } from '#contracts/ids.ts';
import type { Delivery } from '#contracts/messages.ts';
import { deliverySubject } from '#contracts/subjects.ts';
import type { SimulatedPerson } from '#deploy/telegram/person-client.ts';
import { openPeople } from '#services/bot/people.ts';
import type { CardItem } from '#services/platform/messages/card-item.ts';
import { reminderCard } from '#services/platform/messages/reminder-card.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import { createLog } from '#services/platform/process/log.ts';
import { openTelegram } from '#services/platform/telegram/client.ts';
import { eventually } from '#test/support/eventually.ts';
import { type TestProcess, testProcesses } from '#test/support/processes.ts';
import { asMinute, asUserId } from '../../../../support/ids.ts';
import { redeliverSoon, startBotProcess } from '../../bot-process.ts';
import { type BotFixture, startBotFixture, TOKEN } from '../../fixture.ts';

const processes = testProcesses();
const PATIENCE = { timeoutMs: 60_000 };
const PEOPLE = { en: 9101, ru: 9102 } as const;
const NOTERS = { en: 9103, ru: 9104 } as const;
const pages = { kind: 'numeric', direction: 'atLeast', target: 20, unit: 'pages' } as const;

let fixture: BotFixture;
let bot: TestProcess;
beforeAll(async () => {
  fixture = await startBotFixture();
  await redeliverSoon(fixture.nats);
  bot = await startProcess();
});
afterAll(() => fixture.stop());

const startProcess = () => startBotProcess(processes, fixture);

/** A reminder as the sender leaves it: in the chat, and in DELIVERIES. @returns its message id. */
async function remind(person: SimulatedPerson, item: CardItem, at: string): Promise<number> {
  const locale = person.id === PEOPLE.ru || person.id === NOTERS.ru ? 'ru' : 'en';
  const { text, entities, reply_markup } = reminderCard(locale, [item]);
  const api = openTelegram({ token: TOKEN, apiRoot: fixture.telegramUrl }).api;
  const { message_id } = await api.sendMessage(person.id, text, { entities, reply_markup });
  const { habitId, on } = item;
  const delivery: Delivery = {
    ...{ userId: asUserId(person.id), minute: asMinute(1), tier: 'engaged', outcome: 'delivered' },
    ...{ occurrences: [{ habitId, on, at }], at: new Date().toISOString(), latenessMs: 0 },
    telegramMessageId: message_id,
  };
  await jetstream(fixture.nats).publish(
    deliverySubject('delivered', delivery.userId),
    JSON.stringify(delivery),
  );
  return message_id;
}

/** A person who keeps one habit of twenty pages a day. */
async function keeping(id: number, locale: 'en' | 'ru', name: string): Promise<HabitId> {
  const log = createLog('test', 'silent');
  const people = openPeople(fixture.nats, systemClock, log);
  const userId = asUserId(id);
  const habitId = habitIdFrom(userId, 1);
  const definition = { name, goal: pages, frequency: { kind: 'daily' } } as const;
  const metadata = { correlationId: 'test', causationId: 'test', at: new Date().toISOString() };
  const commands = [
    { to: 'account', command: { type: 'RegisterAccount', data: { locale } } },
    { to: 'account', command: { type: 'ChangeTimezone', data: { timezone: 'UTC' } } },
    { to: 'habit', habitId, command: { type: 'DefineHabit', data: definition } },
  ] as const;
  await people.carryOut(await people.read(userId), commands, metadata);
  await people.close();
  return habitId;
}

const textsOf = async (person: SimulatedPerson, ids: readonly number[]) => {
  const { messages } = await person.chat();
  return ids.map((id) => messages.find(({ message_id }) => message_id === id)?.text);
};

test.each([
  ['en', 'Read', ['🔸 Read\n2 of 20 pages', '✅ Read\n20 of 20 pages\n🌱 Day one of a new streak']],
  ['ru', 'Читать', ['🔸 Читать\n', '✅ Читать\n']],
] as const)(
  '%s: three reminders of a day show the answer to any of them, also after a crash',
  async (locale, name, texts) => {
    const person = await fixture.person(PEOPLE[locale], locale);
    const habitId = await keeping(person.id, locale, name);
    await person.say('/help');
    await person.waitForMessage(undefined, PATIENCE);
    await fixture.settled();
    const on = new Date().toISOString().slice(0, 10);
    const item: CardItem = { habitId, on, name, goal: pages, state: 'open' };
    const reminders = [
      await remind(person, item, '09:00'),
      await remind(person, item, '12:00'),
      await remind(person, item, '15:00'),
    ];
    const [first = 0, second = 0, third = 0] = reminders;

    const shows = (text: string) =>
      eventually(async () => {
        for (const each of await textsOf(person, reminders)) expect(each).toContain(text);
      }, PATIENCE);
    let since = ((await fixture.telegram.requests()).at(-1)?.index ?? -1) + 1;
    await person.waitForAnswer(await person.tap(first, `add:${habitId}:${on}:2`));
    await shows(texts[0]);
    await fixture.settled();
    const requests = (await fixture.telegram.requests({ since })).filter(
      ({ chatId }) => chatId === person.id,
    );
    expect(requests.map(({ method }) => method).sort()).toEqual([
      'editMessageText',
      'editMessageText',
      'editMessageText',
    ]);

    // The bot dies while it edits the tapped message: the answer counts once, and all three show it.
    since = ((await fixture.telegram.requests()).at(-1)?.index ?? -1) + 1;
    await fixture.telegram.fault({ method: 'editMessageText', chatId: person.id, times: 1, hold: 'before' });
    await person.tap(second, `amount:${habitId}:${on}:20`);
    await fixture.telegram.waitForRequest(({ method }) => method === 'editMessageText', {
      since,
      answered: false,
    });
    await bot.kill();
    await fixture.telegram.clearFaults();
    bot = await startProcess();
    await shows(texts[1]);
    const events = await fixture.events(person.id);
    expect(events.filter(({ type }) => type === 'HabitCheckedIn').map(({ data }) => data)).toEqual([
      { on, value: 2 },
      { on, value: 20 },
    ]);

    // A reminder of hours ago does not undo it without asking, and a tap that changes nothing edits nothing.
    await fixture.settled();
    since = ((await fixture.telegram.requests()).at(-1)?.index ?? -1) + 1;
    const again = await person.waitForAnswer(await person.tap(third, `amount:${habitId}:${on}:20`));
    expect(again.text).toBeTruthy();
    await fixture.settled();
    expect(
      (await fixture.telegram.requests({ since })).filter(({ method }) => method === 'editMessageText'),
    ).toEqual([]);
    await person.tap(third, `skip:${habitId}:${on}`);
    await person.waitForEdit(third, ({ text }) => /Change it\?|Изменить\?/.test(text ?? ''), PATIENCE);
    expect((await fixture.events(person.id)).map(({ type }) => type)).not.toContain('HabitSkipped');
  },
  180_000,
);

test.each([
  ['en', 'Read', '📝', 'in the train', '+5 pages', 'in 40 min', 'read 12', '12 of 20 pages'],
  ['ru', 'Читать', '📝', 'в поезде', '+5', 'через 40 минут', 'читать 12', '12'],
] as const)(
  '%s: a note through a crash, and words right after a reminder or at any time',
  async (locale, name, label, note, more, later, named, shown) => {
    const person = await fixture.person(NOTERS[locale], locale);
    const habitId = await keeping(person.id, locale, name);
    await person.say('/help');
    await person.waitForMessage(undefined, PATIENCE);
    const on = new Date().toISOString().slice(0, 10);
    const reminder = await remind(person, { habitId, on, name, goal: pages, state: 'open' }, '09:00');
    await fixture.settled();
    const { message_id: asked } = await (async () => {
      await person.tap(reminder, { button: label });
      return person.waitForMessage(({ message_id }) => message_id > reminder, PATIENCE);
    })();
    expect(asked).toBeGreaterThan(reminder);
    await fixture.settled();
    await bot.kill();
    bot = await startProcess();
    await person.say(note);
    const noted = await person.waitForMessage(({ text }) => text?.includes(note) === true, PATIENCE);
    expect(noted.text).toContain(name);
    await person.waitForEdit(reminder, ({ text }) => text?.includes(note) === true, PATIENCE);

    await person.say(more);
    await person.waitForMessage(undefined, PATIENCE);
    await person.waitForEdit(reminder, ({ text }) => text?.startsWith('🔸') === true, PATIENCE);
    await person.say(later);
    await person.waitForMessage(({ text }) => text?.startsWith('💤') === true, PATIENCE);
    await fixture.settled();
    const since = ((await fixture.telegram.requests()).at(-1)?.index ?? -1) + 1;
    await person.say(named);
    const answer = await person.waitForMessage(undefined, PATIENCE);
    expect(answer.text).toContain(shown);
    await fixture.settled();
    const requests = (await fixture.telegram.requests({ since })).filter(
      ({ chatId }) => chatId === person.id,
    );
    expect(requests.map(({ method }) => method).sort()).toEqual(['editMessageText', 'sendMessage']);
    const events = await fixture.events(person.id);
    expect(events.slice(-4).map(({ type }) => type)).toEqual([
      'EntryNoted',
      'HabitCheckedIn',
      'ReminderSnoozed',
      'HabitCheckedIn',
    ]);
    expect(events.at(-1)?.data).toEqual({ on, value: 12 });
  },
  180_000,
);
