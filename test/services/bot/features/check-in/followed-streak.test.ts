import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CardItem } from '#services/platform/messages/card-item.ts';
import { testProcesses } from '#test/support/processes.ts';
import { startBotProcess } from '../../bot-process.ts';
import { type BotFixture, startBotFixture } from '../../fixture.ts';
import { keeping, remind, TWENTY_PAGES } from './reminded.ts';

const processes = testProcesses();
const PATIENCE = { timeoutMs: 60_000 };
const LATE = { en: 9107, ru: 9108 } as const;

let fixture: BotFixture;
beforeAll(async () => {
  fixture = await startBotFixture();
  await startBotProcess(processes, fixture);
});
afterAll(() => fixture.stop());

test.each([
  ['en', 'Read', 'read 20 yesterday', 'Day one', '2 days'],
  ['ru', 'Читать', 'читать 20 вчера', 'Первый день', '2 дня'],
] as const)(
  '%s: a reminder of today whose streak an answer for yesterday made longer says so, in one edit',
  async (locale, name, words, before, after) => {
    const person = await fixture.person(LATE[locale], locale);
    const habitId = await keeping(fixture, person.id, { locale, name });
    await person.say('/help');
    await person.waitForMessage(undefined, PATIENCE);
    const on = new Date().toISOString().slice(0, 10);
    const item: CardItem = { habitId, on, name, goal: TWENTY_PAGES, state: 'open' };
    const reminder = await remind(fixture, person, { locale, item, at: '09:00' });
    await person.tap(reminder, `amount:${habitId}:${on}:20`);
    await person.waitForEdit(reminder, ({ text }) => text?.includes(before) ?? false, PATIENCE);
    await fixture.settled();
    const since = ((await fixture.telegram.requests()).at(-1)?.index ?? -1) + 1;
    await person.say(words);
    await person.waitForEdit(reminder, ({ text }) => text?.includes(after) ?? false, PATIENCE);
    await fixture.settled();
    const edits = (await fixture.telegram.requests({ since })).filter(
      ({ method, chatId }) => method === 'editMessageText' && chatId === person.id,
    );
    expect(edits).toHaveLength(1);
  },
  180_000,
);
