import { expect, test } from 'vitest';
import { eventually } from '#test/support/eventually.ts';
import { testProcesses } from '#test/support/processes.ts';
import { startEndToEndFixture } from './fixture.ts';
import { awaitReminder, makeHabit, minuteAhead, register, remindersOf, snooze, tapDone } from './journey.ts';

/*
 * A snooze through the real processes, at the speed of real minutes: shards believe no tick that was stored before its
 * minute began, so that time cannot be hurried here.
 */

const processes = testProcesses();
const NAME = 'Stretch';
const PATIENCE_MS = 180_000;

test('Later and "in 1 min": the reminder comes again, once, and Done under it counts', async () => {
  const { telegram, database, stop } = await startEndToEndFixture(processes, 'webhook');
  try {
    const person = await telegram.person({ id: 5002, languageCode: 'en', first_name: 'Kim' });
    await register(person);
    await makeHabit(person, NAME, minuteAhead(20_000).at);
    const first = await awaitReminder(person, NAME, PATIENCE_MS);
    await snooze(person, first, 'in 1 min');
    const again = await awaitReminder(person, NAME, PATIENCE_MS);
    expect(await tapDone(person, again)).toContain('Day one of a new streak');
    expect(await remindersOf(person, NAME)).toBe(1);
    const ends = await eventually(async () => {
      const { rows } = await database.query('SELECT outcome FROM analytics.fact_reminders');
      expect(rows).toHaveLength(2);
      return rows.map(({ outcome }) => outcome);
    });
    expect(ends).toEqual(['delivered', 'delivered']);
  } finally {
    await stop();
  }
}, 420_000);
