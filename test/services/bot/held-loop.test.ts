import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { translator } from '#services/platform/messages/i18n/translator.ts';
import { STALL_MS } from '#services/platform/process/event-loop.ts';
import { testProcesses } from '#test/support/processes.ts';
import { type BotFixture, startBotFixture, TOKEN } from './fixture.ts';
import { LONGEST_TEXT } from './worst-texts.ts';

const PEOPLE = 10;
/** Waits for a slot: a chat has one a second. */
const PATIENCE = { timeoutMs: 60_000 };
const processes = testProcesses();
let fixture: BotFixture;
beforeAll(async () => {
  fixture = await startBotFixture();
});
afterAll(() => fixture.stop());

test('the worst texts where hours are read hold nobody up, and a process that was held says so', async () => {
  const bot = await processes.startService('bot', {
    BOT_TOKEN: TOKEN,
    TELEGRAM_API_ROOT: fixture.telegramUrl,
    NATS_URL: fixture.server.url,
    LOG_LEVEL: 'info',
  });
  await bot.line(/"msg":"started"/);
  const texts = ['ﷺ', 'ﷺ-', '22 to ', '\u0301\u0316'].map((piece) =>
    piece.repeat(LONGEST_TEXT).slice(0, LONGEST_TEXT),
  );
  await Promise.all(
    Array.from({ length: PEOPLE }, async (_, index) => {
      const person = await fixture.person(7_000 + index, 'en');
      const says =
        (what: string) =>
        ({ text }: { text?: string | undefined }) =>
          text?.includes(what) ?? false;
      await person.say('/start');
      await person.waitForMessage(says('where are you?'), PATIENCE);
      await person.say('Berlin');
      await person.waitForMessage(says('What habit'), PATIENCE);
      await person.say('/settings');
      const { message_id: id } = await person.waitForMessage(says('Settings'), PATIENCE);
      await person.tap(id, { button: 'Quiet hours' });
      await person.waitForEdit(id, undefined, PATIENCE);
      for (const text of texts) {
        await person.say(text);
        await person.waitForMessage(says(translator('en')('quiet-unreadable')), PATIENCE);
      }
    }),
  );
  expect(bot.lines.filter((line) => line.includes('"cause":"work"'))).toEqual([]);

  process.kill(bot.pid, 'SIGSTOP');
  await delay(3 * STALL_MS);
  process.kill(bot.pid, 'SIGCONT');
  expect(await bot.line(/event loop stood still/)).toContain('"cause":"wait"');
}, 180_000);
