import { expect, test } from 'vitest';
import { weekdayOf } from '#contracts/civil-date.ts';
import { eventually } from '#test/support/eventually.ts';
import { testProcesses } from '#test/support/processes.ts';
import { startEndToEndFixture } from './fixture.ts';
import { minuteAhead, register } from './journey.ts';

/*
 * A weekly digest through the real processes, at the speed of real minutes: shards believe no tick that was stored before
 * its minute began.
 */

const processes = testProcesses();
const PATIENCE = { timeoutMs: 180_000 };

test('a digest comes by the way of reminders, once, though sender and shards are killed about its minute', async () => {
  const fixture = await startEndToEndFixture(processes, 'webhook');
  const { telegram, database } = fixture;
  try {
    const person = await telegram.person({ id: 5003, languageCode: 'en', first_name: 'Kim' });
    await register(person);
    await person.say('/digest');
    const { message_id: id } = await person.waitForMessage(
      ({ text }) => text?.includes('📬') ?? false,
      PATIENCE,
    );
    const { at, beginsMs } = minuteAhead(40_000);
    const weekday = weekdayOf(Math.floor(beginsMs / 86_400_000));
    await person.tap(id, `digestOn:${weekday}:${at.replace(':', '')}`);
    await person.waitForEdit(id, ({ text }) => text?.includes(at) ?? false, PATIENCE);
    await fixture.kill('shards');
    await fixture.kill('sender');
    await fixture.start('shards');
    await fixture.start('sender');
    const digest = await person.waitForMessage(({ text }) => text?.startsWith('📬 ') ?? false, {
      ...PATIENCE,
      after: id,
    });
    expect(digest.text).toContain('/digest');
    await fixture.kill('sender');
    await fixture.kill('shards');
    await fixture.start('sender');
    await fixture.start('shards');

    await person.tap(digest.message_id, { button: '📊' });
    const stats = await person.waitForMessage(({ text, photo }) => Boolean(text ?? photo), {
      ...PATIENCE,
      after: digest.message_id,
    });
    expect(stats.message_id).toBeGreaterThan(digest.message_id);
    const { messages } = await person.chat();
    expect(
      messages.filter(({ text, message_id }) => message_id > id && text?.startsWith('📬 ')),
    ).toHaveLength(1);
    // It is no reminder of a habit.
    await eventually(async () => {
      const { rows } = await database.query('SELECT count(*)::int AS facts FROM analytics.fact_reminders');
      expect(rows).toEqual([{ facts: 0 }]);
    });
  } finally {
    await fixture.stop();
  }
}, 420_000);
