import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SimulatedPerson } from '#deploy/telegram/person-client.ts';
import { type TestProcess, testProcesses } from '#test/support/processes.ts';
import { type BotFixture, startBotFixture, TOKEN } from '../../fixture.ts';

/* Places, rest and settings through the bot's own process, which is killed in the middle of each dialog. */

const processes = testProcesses();
const PATIENCE = { timeoutMs: 60_000 };
let fixture: BotFixture;
let bot: TestProcess;

async function startProcess(): Promise<TestProcess> {
  const environment = {
    BOT_TOKEN: TOKEN,
    TELEGRAM_API_ROOT: fixture.telegramUrl,
    NATS_URL: fixture.server.url,
    LOG_LEVEL: 'info',
  };
  const started = await processes.startService('bot', environment);
  await started.line(/"msg":"started"/);
  return started;
}

beforeAll(async () => {
  fixture = await startBotFixture();
  bot = await startProcess();
}, 120_000);
afterAll(() => fixture.stop());

/** kill -9, once all that was stored has been handled; another process goes on. */
async function crash(): Promise<void> {
  await fixture.settled();
  await bot.kill();
  bot = await startProcess();
}

/** Requests about a person's chat, by method, while something is done. */
async function requestsOf(
  person: SimulatedPerson,
  action: () => Promise<unknown>,
): Promise<Record<string, number>> {
  const since = ((await fixture.telegram.requests()).at(-1)?.index ?? -1) + 1;
  await action();
  await fixture.settled();
  const counts: Record<string, number> = {};
  for (const { index, method, chatId } of await fixture.telegram.requests()) {
    if (index >= since && (chatId === person.id || method === 'answerCallbackQuery')) {
      counts[method] = (counts[method] ?? 0) + 1;
    }
  }
  return counts;
}

const says = (part: string) => (message: { text?: string | undefined }) =>
  message.text?.includes(part) ?? false;

test('a small place is confirmed with its clock, over a crash; one message each', async () => {
  const person = await fixture.person(9101, 'en');
  await person.say('/start');
  await person.waitForMessage(says('where are you?'), PATIENCE);
  let asked = 0;
  const typed = await requestsOf(person, async () => {
    await person.say('I live in Kiruna');
    asked = (await person.waitForMessage(says('Kiruna, Sweden'), PATIENCE)).message_id;
  });
  expect(typed).toEqual({ sendMessage: 1 });
  await crash();
  const tapped = await requestsOf(person, async () => {
    await person.tap(asked, { button: 'Yes' });
    await person.waitForEdit(asked, says('Kiruna, Sweden'), PATIENCE);
    await person.waitForMessage(says('All set!'), PATIENCE);
  });
  expect(tapped).toEqual({ answerCallbackQuery: 1, editMessageText: 1, sendMessage: 1 });
  expect(await fixture.events(person.id)).toEqual([
    { type: 'AccountRegistered', data: { locale: 'en' } },
    { type: 'TimezoneChanged', data: { timezone: 'Europe/Stockholm' } },
  ]);
}, 180_000);

test('по-русски: «мск+2», сбой, город одним нажатием; пауза для всего и возвращение, тоже со сбоем', async () => {
  const person = await fixture.person(9102, 'ru');
  await person.say('/start');
  await person.waitForMessage(says('где вы'), PATIENCE);
  await person.say('мск+2');
  const { message_id: asked } = await person.waitForMessage(says('столько же времени'), PATIENCE);
  await crash();
  await person.tap(asked, { button: 'Екатеринбург' });
  await person.waitForEdit(asked, says('Екатеринбург, Россия'), PATIENCE);

  await person.say('/settings');
  const { message_id: settings } = await person.waitForMessage(says('Настройки'), PATIENCE);
  await person.tap(settings, { button: 'Отпуск' });
  await person.waitForEdit(settings, says('Отпуск'), PATIENCE);
  await crash();
  const paused = await requestsOf(person, async () => {
    await person.tap(settings, { button: 'Пока не вернусь' });
    await person.waitForEdit(settings, says('Всё на паузе'), PATIENCE);
  });
  expect(paused).toEqual({ answerCallbackQuery: 1, editMessageText: 1 });
  await person.tap(settings, { button: 'Отпуск' });
  await person.waitForEdit(settings, says('пока вы не вернётесь'), PATIENCE);
  await crash();
  await person.tap(settings, { button: 'Продолжить всё' });
  await person.waitForEdit(settings, says('Отпуск не запланирован'), PATIENCE);
  expect((await fixture.events(person.id)).map(({ type }) => type)).toEqual([
    'AccountRegistered',
    'TimezoneChanged',
    'VacationPlanned',
    'VacationCancelled',
  ]);
}, 240_000);
