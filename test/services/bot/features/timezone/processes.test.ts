import { afterAll, beforeAll, expect, test } from 'vitest';
import { type KillableBot, PATIENCE, says, startKillableBot } from '../../killable-bot.ts';

/* Places, rest and settings through the bot's own process, which is killed in the middle of each dialog. */

let bot: KillableBot;
beforeAll(async () => {
  bot = await startKillableBot();
}, 120_000);
afterAll(() => bot.stop());

test('a small place is confirmed with its clock, over a crash; one message each', async () => {
  const person = await bot.fixture.person(9101, 'en');
  await person.say('/start');
  await person.waitForMessage(says('where are you?'), PATIENCE);
  let asked = 0;
  const typed = await bot.requestsOf(person, async () => {
    await person.say('I live in Kiruna');
    asked = (await person.waitForMessage(says('Kiruna, Sweden'), PATIENCE)).message_id;
  });
  expect(typed).toEqual({ sendMessage: 1 });
  await bot.crash();
  const tapped = await bot.requestsOf(person, async () => {
    await person.tap(asked, { button: 'Yes' });
    await person.waitForEdit(asked, says('Kiruna, Sweden'), PATIENCE);
    await person.waitForMessage(says('What habit'), PATIENCE);
  });
  expect(tapped).toEqual({ answerCallbackQuery: 1, editMessageText: 1, sendMessage: 2 });
  expect(await bot.fixture.events(person.id)).toEqual([
    { type: 'AccountRegistered', data: { locale: 'en' } },
    { type: 'TimezoneChanged', data: { timezone: 'Europe/Stockholm' } },
  ]);
}, 180_000);

test('по-русски: «мск+2», сбой, город одним нажатием; пауза для всего и возвращение, тоже со сбоем', async () => {
  const person = await bot.fixture.person(9102, 'ru');
  await person.say('/start');
  await person.waitForMessage(says('где вы'), PATIENCE);
  await person.say('мск+2');
  const { message_id: asked } = await person.waitForMessage(says('столько же времени'), PATIENCE);
  await bot.crash();
  await person.tap(asked, { button: 'Екатеринбург' });
  await person.waitForEdit(asked, says('Екатеринбург, Россия'), PATIENCE);

  await person.say('/settings');
  const { message_id: settings } = await person.waitForMessage(says('Настройки'), PATIENCE);
  await person.tap(settings, { button: 'Отпуск' });
  await person.waitForEdit(settings, says('Отпуск'), PATIENCE);
  await bot.crash();
  const paused = await bot.requestsOf(person, async () => {
    await person.tap(settings, { button: 'Пока не вернусь' });
    await person.waitForEdit(settings, says('Всё на паузе'), PATIENCE);
  });
  expect(paused).toEqual({ answerCallbackQuery: 1, editMessageText: 1 });
  await person.tap(settings, { button: 'Отпуск' });
  await person.waitForEdit(settings, says('пока вы не вернётесь'), PATIENCE);
  await bot.crash();
  await person.tap(settings, { button: 'Продолжить всё' });
  await person.waitForEdit(settings, says('Отпуск не запланирован'), PATIENCE);
  expect((await bot.fixture.events(person.id)).map(({ type }) => type)).toEqual([
    'AccountRegistered',
    'TimezoneChanged',
    'VacationPlanned',
    'VacationCancelled',
  ]);
}, 240_000);
