import { expect, test } from 'vitest';
import { eventually } from '#test/support/eventually.ts';
import { testProcesses } from '#test/support/processes.ts';
import { ROLES, startEndToEndFixture } from './fixture.ts';
import { awaitReminder, makeHabit, minuteAhead, register, remindersOf, snooze, tapDone } from './journey.ts';

/*
 * A snooze through the real processes, and a tick service in a hurry: a minute takes six seconds. The bot's clock is
 * the real one: "in 5 min" is still ahead of the ticks half a minute after they began to hurry.
 */

const processes = testProcesses();
const NAME = 'Stretch';
const SPEED = 10;
const PATIENCE_MS = 60_000;

test('Later and "in 5 min": the reminder comes again, once, and Done under it counts', async () => {
  const withoutTick = ROLES.filter((role) => role !== 'tick');
  const { telegram, database, startFastTick, stop } = await startEndToEndFixture(
    processes,
    'webhook',
    withoutTick,
  );
  try {
    const person = await telegram.person({ id: 5002, languageCode: 'en', first_name: 'Kim' });
    await register(person);
    await makeHabit(person, NAME, minuteAhead(20_000).at);
    await startFastTick(SPEED);
    const first = await awaitReminder(person, NAME, PATIENCE_MS);
    await snooze(person, first, 'in 5 min');
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
}, 150_000);
