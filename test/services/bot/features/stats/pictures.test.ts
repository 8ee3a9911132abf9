import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RequestRecord } from '#deploy/telegram/requests.ts';
import { type TestProcess, testProcesses } from '#test/support/processes.ts';
import { redeliverSoon, startBotProcess } from '../../bot-process.ts';
import { type BotFixture, makeHabit, settledPerson, startBotFixture, tap } from '../../fixture.ts';

const processes = testProcesses();
const PATIENCE = { timeoutMs: 40_000 };

let fixture: BotFixture;
let bot: TestProcess;
beforeAll(async () => {
  fixture = await startBotFixture();
  await redeliverSoon(fixture.nats);
  bot = await startProcess();
});
afterAll(() => fixture.stop());

const startProcess = () => startBotProcess(processes, fixture);

/** Of the next request, once all that was asked for before is answered. */
async function nextIndex(): Promise<number> {
  await fixture.settled();
  return Math.max(-1, ...(await fixture.telegram.requests()).map(({ index }) => index)) + 1;
}
/** What answered the person since, once all is answered. */
async function answersSince(from: number): Promise<RequestRecord[]> {
  await fixture.settled();
  const made = await fixture.telegram.requests();
  return made.filter(({ index, method }) => index >= from && /^(send|edit|answer)/.test(method));
}
const methodsOf = (requests: readonly RequestRecord[]) => requests.map(({ method }) => method).sort();
const isUpload = ({ parameters }: RequestRecord) =>
  Object.keys(parameters).some((key) => key.endsWith('(file)'));

test.each([
  ['en', { strength: 'Strength: 0%', year: 'Year', all: '‹ All habits', light: '☀️' }],
  ['ru', { strength: 'Сила привычки: 0\u00a0%', year: 'Год', all: '‹ Все привычки', light: '☀️' }],
] as const)(
  'statistics in %s: a photo, changed in place by one request a tap, through kill -9',
  async (locale, texts) => {
    const person = await settledPerson(fixture);
    const name = `Read ${locale}`;
    await makeHabit(fixture, person, name);
    const help = await person.waitForMessage(undefined, PATIENCE);
    await person.waitForAnswer(await person.tap(help.message_id, `language:${locale}`), PATIENCE);

    const since = await nextIndex();
    await fixture.telegram.fault({ method: 'sendPhoto', chatId: person.id, times: 1, hold: 'before' });
    await person.say('/stats');
    await fixture.telegram.waitForRequest(({ method }) => method === 'sendPhoto', {
      ...PATIENCE,
      since,
      answered: false,
    });
    await bot.kill();
    await fixture.telegram.clearFaults();
    bot = await startProcess();
    const stats = await person.waitForMessage(({ photo }) => photo !== undefined, PATIENCE);
    expect(stats.caption?.startsWith('📊 ')).toBe(true);
    expect(stats.photo?.[0]).toMatchObject({ width: 1080 });
    expect((await person.chat()).messages.filter(({ photo }) => photo)).toHaveLength(1);

    const seen = new Set([stats.photo?.[0]?.file_id]);
    for (const [label, caption] of [
      [name, texts.strength],
      [texts.year, texts.strength],
      [texts.light, texts.strength],
    ] as const) {
      const from = await nextIndex();
      const edited = await tap(fixture, person, stats.message_id, label);
      expect(edited.caption).toContain(caption);
      seen.add(edited.photo?.[0]?.file_id);
      const made = await answersSince(from);
      expect(methodsOf(made)).toEqual(['answerCallbackQuery', 'editMessageMedia']);
      expect(made.filter(isUpload)).toHaveLength(1);
    }
    expect(seen.size).toBe(4);

    // What Telegram has of this picture is not sent again.
    const from = await nextIndex();
    await person.say('/stats');
    const again = await person.waitForMessage(({ photo }) => photo !== undefined, PATIENCE);
    expect(again.photo?.[0]?.file_id).toBe(stats.photo?.[0]?.file_id);
    const made = await answersSince(from);
    expect(methodsOf(made)).toEqual(['sendPhoto']);
    expect(made.filter(isUpload)).toEqual([]);
  },
);
