import { jetstreamManager } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BOT_CONSUMERS, REPLIES_CONSUMER } from '#contracts/consumers.ts';
import type { RequestRecord } from '#deploy/telegram/requests.ts';
import { type TestProcess, testProcesses } from '#test/support/processes.ts';
import { type BotFixture, makeHabit, settledPerson, startBotFixture, TOKEN, tap } from '../../fixture.ts';

const processes = testProcesses();
/** What a killed process had in hand is handed out again when its ack is overdue: here sooner than otherwise. */
const ACK_WAIT_MS = 2_000;
const PATIENCE = { timeoutMs: 40_000 };

let fixture: BotFixture;
let bot: TestProcess;
beforeAll(async () => {
  fixture = await startBotFixture();
  const manager = await jetstreamManager(fixture.nats);
  for (const { stream, name } of [...BOT_CONSUMERS, REPLIES_CONSUMER])
    await manager.consumers.update(stream, name, { ack_wait: nanos(ACK_WAIT_MS) });
  bot = await startProcess();
});
afterAll(() => fixture.stop());

async function startProcess(): Promise<TestProcess> {
  const started = await processes.startService('bot', {
    BOT_TOKEN: TOKEN,
    TELEGRAM_API_ROOT: fixture.telegramUrl,
    NATS_URL: fixture.server.url,
    LOG_LEVEL: 'info',
  });
  await started.line(/"msg":"started"/);
  return started;
}

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
