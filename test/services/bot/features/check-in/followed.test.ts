import { afterAll, beforeAll, expect, test } from 'vitest';
import { dateOf, epochDayOf } from '#contracts/civil-date.ts';
import type { SimulatedPerson } from '#deploy/telegram/person-client.ts';
import type { CardItem } from '#services/platform/messages/card-item.ts';
import { eventually } from '#test/support/eventually.ts';
import { type TestProcess, testProcesses } from '#test/support/processes.ts';
import { redeliverSoon, startBotProcess } from '../../bot-process.ts';
import { type BotFixture, startBotFixture } from '../../fixture.ts';
import { keeping, remind, TWENTY_PAGES } from './reminded.ts';

const processes = testProcesses();
const PATIENCE = { timeoutMs: 60_000 };
const PEOPLE = { en: 9101, ru: 9102 } as const;
const NOTERS = { en: 9103, ru: 9104 } as const;
const LISTERS = { en: 9105, ru: 9106 } as const;

let fixture: BotFixture;
let bot: TestProcess;
beforeAll(async () => {
  fixture = await startBotFixture();
  await redeliverSoon(fixture.nats);
  bot = await startProcess();
});
afterAll(() => fixture.stop());

const startProcess = () => startBotProcess(processes, fixture);

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
    const habitId = await keeping(fixture, person.id, { locale, name });
    await person.say('/help');
    await person.waitForMessage(undefined, PATIENCE);
    await fixture.settled();
    const on = new Date().toISOString().slice(0, 10);
    const item: CardItem = { habitId, on, name, goal: TWENTY_PAGES, state: 'open' };
    const reminders = [
      await remind(fixture, person, { locale, item, at: '09:00' }),
      await remind(fixture, person, { locale, item, at: '12:00' }),
      await remind(fixture, person, { locale, item, at: '15:00' }),
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
    const habitId = await keeping(fixture, person.id, { locale, name });
    await person.say('/help');
    await person.waitForMessage(undefined, PATIENCE);
    const on = new Date().toISOString().slice(0, 10);
    const reminder = await remind(fixture, person, {
      locale,
      item: { habitId, on, name, goal: TWENTY_PAGES, state: 'open' },
      at: '09:00',
    });
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

test.each([
  ['en', 'Read', 'read 12', 'Undo', 'Yesterday', ['12 of 20 pages', '20 of 20 pages', '🔥 2']],
  ['ru', 'Читать', 'читать 12', 'Отменить', 'Вчера', ['12', '20', '🔥 2']],
] as const)(
  '%s: the newest list of the day follows what is answered in words and on a reminder, by one edit each',
  async (locale, name, words, undo, yesterday, [some, all, streak]) => {
    const person = await fixture.person(LISTERS[locale], locale);
    const habitId = await keeping(fixture, person.id, { locale, name });
    const listed = async () => {
      await person.say('/today');
      return (await person.waitForMessage(undefined, PATIENCE)).message_id;
    };
    const older = await listed();
    await fixture.settled();
    const list = await listed();
    await fixture.settled();
    /** What leaves until all is quiet, but for the toasts. */
    const requestsOf = async (action: () => Promise<unknown>) => {
      const since = ((await fixture.telegram.requests()).at(-1)?.index ?? -1) + 1;
      await action();
      await fixture.settled();
      return (await fixture.telegram.requests({ since }))
        .filter(({ chatId }) => chatId === person.id)
        .map(({ method, messageId }) => [method, messageId] as const)
        .sort(([, a = 0], [, b = 0]) => a - b);
    };

    let answer = 0;
    const typed = await requestsOf(async () => {
      await person.say(words);
      answer = (await person.waitForMessage(undefined, PATIENCE)).message_id;
    });
    expect(typed.filter(([method]) => method === 'editMessageText')).toEqual([['editMessageText', list]]);
    expect(typed).toHaveLength(2);
    expect((await textsOf(person, [older, list])).map((text) => text?.includes(some))).toEqual([false, true]);

    // The day is over for a list that shows the day before: it does not follow, and follows again when it shows today.
    await person.tap(list, { button: yesterday });
    await person.waitForEdit(list, (message) => message.edits === 2, PATIENCE);
    await fixture.settled();
    const away = await requestsOf(async () => {
      await person.tap(answer, { button: undo });
      await person.waitForEdit(answer, undefined, PATIENCE);
    });
    expect(away).toEqual([['editMessageText', answer]]);
    await fixture.settled();

    const newest = await listed();
    await fixture.settled();
    const on = new Date().toISOString().slice(0, 10);
    const reminder = await remind(fixture, person, {
      locale,
      item: { habitId, on, name, goal: TWENTY_PAGES, state: 'open' },
      at: '09:00',
    });
    const answerAll = async () =>
      person.waitForAnswer(await person.tap(reminder, `amount:${habitId}:${on}:20`));
    const tapped = await requestsOf(answerAll);
    expect(tapped).toEqual([
      ['editMessageText', newest],
      ['editMessageText', reminder],
    ]);
    expect((await textsOf(person, [newest]))[0]).toContain(all);
    // What changes nothing edits nothing.
    expect(await requestsOf(answerAll)).toEqual([]);
    // An answer for yesterday makes today's streak longer; one that makes no difference today leaves list and reminder alone.
    const answerAgo = async (days: number, value: number) => {
      const ago = dateOf(epochDayOf(on) - days);
      const late = await remind(fixture, person, {
        locale,
        item: { habitId, on: ago, name, goal: TWENTY_PAGES, state: 'open' },
        at: '09:00',
      });
      const requests = await requestsOf(async () =>
        person.waitForAnswer(await person.tap(late, `amount:${habitId}:${ago}:${value}`)),
      );
      return { late, requests };
    };
    const forYesterday = await answerAgo(1, 20);
    expect(forYesterday.requests).toEqual([
      ['editMessageText', newest],
      ['editMessageText', reminder],
      ['editMessageText', forYesterday.late],
    ]);
    expect((await textsOf(person, [newest]))[0]).toContain(streak);
    const longAgo = await answerAgo(5, 3);
    expect(longAgo.requests).toEqual([['editMessageText', longAgo.late]]);
  },
  180_000,
);
