import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventsOfUser } from '#contracts/subjects.ts';
import { asUserId } from '#test/support/ids.ts';
import { testProcesses } from '#test/support/processes.ts';
import { redeliverSoon, startBotProcess } from '../../bot-process.ts';
import { type BotFixture, startBotFixture } from '../../fixture.ts';
import { HABITS_HEADER, zipOf } from '../../moving/fixture.ts';

const processes = testProcesses();
const PERSON = 9002;
const HABITS = 40;
const DAYS = 900;
const PATIENCE = { timeoutMs: 60_000 };

let fixture: BotFixture;
beforeAll(async () => {
  fixture = await startBotFixture();
  await redeliverSoon(fixture.nats);
});
afterAll(() => fixture.stop());

const startProcess = () => startBotProcess(processes, fixture);

/** Years of many habits, so that their import can be met in its middle. */
function years(): Uint8Array {
  const last = Date.parse('2026-11-20');
  const day = (back: number) => new Date(last - back * 86_400_000).toISOString().slice(0, 10);
  const days = Array.from({ length: DAYS }, (_, back) => `${day(back)},YES_MANUAL,`).join('\n');
  const numbers = Array.from({ length: HABITS }, (_, index) => String(index + 1).padStart(3, '0'));
  const habits = numbers.map((number) => `${number},Привычка ${number},YES_NO,,,1,1,#D32F2F,,,,false`);
  return zipOf({
    'Habits.csv': [HABITS_HEADER, ...habits].join('\n'),
    ...Object.fromEntries(numbers.map((number) => [`${number}/Checkmarks.csv`, `Date,Value,Notes\n${days}`])),
  });
}

/** Resolves when so many more events of the person are stored. */
async function eventsStored(count: number): Promise<void> {
  const subscription = fixture.nats.subscribe(eventsOfUser(asUserId(PERSON)), { max: count });
  await fixture.nats.flush();
  for await (const _ of subscription);
}

test('kill -9 while a file is read, in the middle of its import and before its answer: all of it is brought, once', async () => {
  const person = await fixture.person(PERSON, 'ru');
  let bot = await startProcess();
  const killed = async () => {
    await bot.kill();
    await fixture.telegram.clearFaults();
    bot = await startProcess();
  };
  const heldAt = async (method: string, what: () => Promise<unknown>) => {
    const since = ((await fixture.telegram.requests()).at(-1)?.index ?? -1) + 1;
    await fixture.telegram.fault({ method, times: 1, hold: 'before' });
    await what();
    await fixture.telegram.waitForRequest((request) => request.method === method, { since, answered: false });
    await killed();
  };
  await person.say('/start');
  await person.waitForMessage(undefined, PATIENCE);
  await person.say('Москва');
  await person.waitForMessage(({ text }) => text?.includes('/new') ?? false, PATIENCE);

  await heldAt('getFile', () => person.sendFile('Loop.zip', years()));
  const preview = await person.waitForMessage(({ text }) => text?.includes('📦') ?? false, PATIENCE);
  expect(preview.text).toContain(`${HABITS} привычек, 36 000 дней`.replace(' 000', '\u00a0000'));

  const middle = eventsStored(12);
  await person.tap(preview.message_id, { button: 'Перенести' });
  await middle;
  await heldAt('editMessageText', killed);
  const done = await person.waitForEdit(
    preview.message_id,
    ({ text }) => text?.includes('теперь здесь') ?? false,
    PATIENCE,
  );
  expect(done.text).toContain('40 привычек');

  const events = (await fixture.events(PERSON)).slice(2);
  const ofType = (wanted: string) => events.filter(({ type }) => type === wanted);
  expect(ofType('HabitDefined')).toHaveLength(HABITS);
  expect(ofType('HabitsReordered')).toHaveLength(1);
  const imported = ofType('EntriesImported').map(({ data }) => Object.values(Object(data)).flat().length);
  expect(imported).toEqual(Array(HABITS).fill(DAYS));
}, 240_000);
