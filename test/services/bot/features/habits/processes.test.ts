import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '#test/support/eventually.ts';
import { type TestProcess, testProcesses } from '#test/support/processes.ts';
import { redeliverSoon, startBotProcess } from '../../bot-process.ts';
import { arriveIn, ask, type BotFixture, startBotFixture } from '../../fixture.ts';

/* A pause of one habit, and numbers that are not surely read, through the real process, which dies in between. */

const processes = testProcesses();
const PATIENCE = { timeoutMs: 60_000 };

let fixture: BotFixture;
let bot: TestProcess;
beforeAll(async () => {
  fixture = await startBotFixture();
  await redeliverSoon(fixture.nats);
  bot = await startBotProcess(processes, fixture);
});
afterAll(() => fixture.stop());

test.each([
  {
    ...{
      id: 9301,
      locale: 'en',
      habit: '/new Water 8 glasses every day at 9:00',
      create: 'Create',
      name: 'Water',
    },
    ...{ pause: 'Pause', question: 'How long should', typed: '10 days', paused: 'Paused through' },
    ...{ week: '1 week', resume: 'Resume' },
    ...{ unsure: 'Water 15k', again: 'I need a number for Water', answered: '5 of 8 glasses' },
  },
  {
    ...{
      id: 9302,
      locale: 'ru',
      habit: '/new Вода 8 стаканов каждый день в 9:00',
      create: 'Создать',
      name: 'Вода',
    },
    ...{ pause: 'Пауза', question: 'на сколько поставить на паузу', typed: '10 дней' },
    ...{ paused: 'На паузе по', week: '1 неделя', resume: 'Продолжить' },
    ...{ unsure: 'вода 1/0', again: 'Вода: нужно число', answered: '5' },
  },
])(
  '$locale: paused by words after a crash, resumed, paused by a button; a number in doubt is asked for again',
  async ({ id, locale, habit, create, name, pause, question, typed, paused, week, resume, ...words }) => {
    const person = await fixture.person(id, locale);
    await ask(person, '/start');
    await arriveIn(person, 'Berlin');
    const { message_id: draft } = await ask(person, habit);
    const tapIn = async (messageId: number, button: string) => {
      const { messages } = await person.chat();
      const before = messages.find((message) => message.message_id === messageId)?.edits ?? 0;
      await person.tap(messageId, { button });
      return person.waitForEdit(messageId, ({ edits }) => edits > before, PATIENCE);
    };
    await tapIn(draft, create);

    const { message_id: list } = await ask(person, '/habits');
    await tapIn(list, name);
    expect((await tapIn(list, pause)).text).toContain(question);
    await fixture.settled();
    await bot.kill();
    bot = await startBotProcess(processes, fixture);
    expect((await ask(person, typed)).text).toContain(paused);
    const types = async () => (await fixture.events(person.id)).map(({ type }) => type);
    expect((await types()).at(-1)).toBe('HabitPaused');

    const { message_id: card } = await ask(person, '/habits');
    expect((await tapIn(card, name)).text).toContain(paused);
    expect((await tapIn(card, resume)).text).not.toContain(paused);
    await tapIn(card, pause);
    expect((await tapIn(card, week)).text).toContain(paused);
    expect((await types()).slice(-3)).toEqual(['HabitPaused', 'HabitResumed', 'HabitPaused']);
    await tapIn(card, resume);

    expect((await ask(person, words.unsure)).text).toContain(words.again);
    expect((await ask(person, '5')).text).toContain(words.answered);
    await eventually(async () => expect((await types()).at(-1)).toBe('HabitCheckedIn'), PATIENCE);
  },
  180_000,
);
