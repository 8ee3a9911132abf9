import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { ChatMessage } from '#deploy/telegram/chats/message.ts';
import { eventually } from '#test/support/eventually.ts';
import { testProcesses } from '#test/support/processes.ts';
import { startEndToEndFixture } from './fixture.ts';
import { makeHabit, minuteAhead, register } from './journey.ts';

/*
 * No ticks for two minutes, through the real processes, at the speed of real minutes: shards believe no tick that was
 * stored before its minute began.
 */

const processes = testProcesses();
const PATIENCE = { timeoutMs: 60_000 };
const MINUTE_MS = 60_000;

const isAbout =
  (...names: string[]) =>
  ({ from, text = '' }: ChatMessage): boolean =>
    from.is_bot && text.startsWith('⏰') && names.every((name) => text.includes(name));

test('two missed minutes come as one message, and its buttons answer both', async () => {
  const fixture = await startEndToEndFixture(processes, 'webhook');
  const { telegram, database } = fixture;
  try {
    const person = await telegram.person({ id: 5010, languageCode: 'en', first_name: 'Ira' });
    await register(person);
    const { at, beginsMs } = minuteAhead(20_000);
    const next = new Date(beginsMs + MINUTE_MS).toISOString().slice(11, 16);
    await fixture.kill('tick');
    await makeHabit(person, 'Stretch', at);
    await makeHabit(person, 'Read', next);
    // The end of the standstill: both minutes have begun.
    await delay(beginsMs + MINUTE_MS + 1_000 - Date.now());
    await fixture.start('tick');

    const { message_id: reminder } = await person.waitForMessage(isAbout('Stretch', 'Read'), PATIENCE);
    for (const name of ['Stretch', 'Read']) {
      await person.tap(reminder, { button: name });
      await person.waitForEdit(reminder, ({ text }) => text?.includes(`✅ ${name}`) ?? false, PATIENCE);
    }
    const { rows } = await eventually(async () => {
      const found = await database.query(
        `SELECT count(*)::int AS reminders, count(DISTINCT due_at)::int AS minutes, array_agg(DISTINCT outcome) AS outcomes,
           (SELECT count(*)::int FROM analytics.fact_check_ins) AS answers
         FROM analytics.fact_reminders`,
      );
      expect(found.rows).toMatchObject([{ reminders: 2, answers: 2 }]);
      return found;
    });
    expect(rows).toEqual([{ reminders: 2, minutes: 2, outcomes: ['delivered'], answers: 2 }]);
    const { messages } = await person.chat();
    expect(messages.filter(({ from, text }) => from.is_bot && text?.startsWith('⏰'))).toEqual([]);
    expect(messages.filter(({ text }) => text?.includes('✅ Stretch'))).toHaveLength(1);
  } finally {
    await fixture.stop();
  }
}, 420_000);
