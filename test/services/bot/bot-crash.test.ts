import { afterAll, beforeAll, expect, test } from 'vitest';
import { testProcesses } from '#test/support/processes.ts';
import { redeliverSoon, startBotProcess } from './bot-process.ts';
import { type BotFixture, startBotFixture } from './fixture.ts';

const processes = testProcesses();
const PERSON = 9001;
const REDELIVERED = { timeoutMs: 20_000 };
let fixture: BotFixture;
beforeAll(async () => {
  fixture = await startBotFixture();
  await redeliverSoon(fixture.nats);
});
afterAll(() => fixture.stop());

const startProcess = () => startBotProcess(processes, fixture);

test('kill -9 before and after each answer of a new habit: another process goes on, and it is made once', async () => {
  const person = await fixture.person(PERSON, 'en');
  let bot = await startProcess();
  const killed = async () => {
    await bot.kill();
    await fixture.telegram.clearFaults();
    bot = await startProcess();
  };
  const held = (hold: 'before' | 'after', method: string) =>
    fixture.telegram.fault({ method, chatId: person.id, times: 1, hold });
  const reached = async (method: string, since: number) => {
    await fixture.telegram.waitForRequest((request) => request.method === method, { since, answered: false });
    return killed();
  };
  const next = async () => ((await fixture.telegram.requests()).at(-1)?.index ?? -1) + 1;

  await person.say('/start');
  await person.waitForMessage();
  await held('before', 'sendMessage');
  let since = await next();
  await person.say('Berlin');
  await reached('sendMessage', since);
  await person.waitForMessage(({ text }) => text?.includes('What habit') ?? false, REDELIVERED);

  await person.say('/new');
  await person.waitForMessage(({ text }) => text?.includes('What habit') ?? false, REDELIVERED);
  await held('after', 'sendMessage');
  since = await next();
  await person.say('Read');
  await reached('sendMessage', since);
  const { message_id: id } = await person.waitForMessage(
    ({ text }) => text?.startsWith('Read. How often?') ?? false,
    REDELIVERED,
  );

  await person.tap(id, { button: 'Every day' });
  await person.waitForEdit(id, (message) => message.edits > 0, REDELIVERED);
  await held('before', 'editMessageText');
  since = await next();
  await person.tap(id, { button: 'No reminders' });
  await reached('editMessageText', since);
  await person.waitForEdit(id, ({ text }) => text?.includes('is set up!') ?? false, REDELIVERED);

  await fixture.settled();
  expect(await fixture.events(person.id)).toEqual([
    { type: 'AccountRegistered', data: { locale: 'en' } },
    { type: 'TimezoneChanged', data: { timezone: 'Europe/Berlin' } },
    { type: 'HabitDefined', data: { name: 'Read', goal: { kind: 'yesNo' }, frequency: { kind: 'daily' } } },
  ]);
}, 180_000);
