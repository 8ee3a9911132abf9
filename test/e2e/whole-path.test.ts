import { expect, test } from 'vitest';
import { usualProjections } from '#projections/engine/registry.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import { verify } from '#services/projector/verify.ts';
import { eventually } from '#test/support/eventually.ts';
import { testProcesses } from '#test/support/processes.ts';
import { type EndToEndFixture, startEndToEndFixture, type WayIn } from './fixture.ts';
import { awaitReminder, makeHabit, minuteAhead, register, remindersOf, tapDone } from './journey.ts';

/* The whole path of a reminder through the real processes. Both ways wait for a minute to begin, so they run at once. */

const processes = testProcesses();
const NAME = 'Read <b>10</b> pages';

test.concurrent.each<WayIn>(['webhook', 'polling'])(
  'from Start to the streak, by %s: the reminder comes once, at its minute; Done edits it; the projections have it',
  async (wayIn) => {
    const fixture = await startEndToEndFixture(processes, wayIn);
    try {
      await beRemindedOnce(fixture);
      await expectFacts(fixture);
      await expectEqualToReplay(fixture);
    } finally {
      await fixture.stop();
    }
  },
  180_000,
);

async function beRemindedOnce({ telegram }: EndToEndFixture): Promise<void> {
  const person = await telegram.person({ id: 5001, languageCode: 'en', first_name: 'Robin' });
  await register(person);
  const { at, beginsMs } = minuteAhead(8_000);
  await makeHabit(person, NAME, at);
  const reminder = await awaitReminder(person, NAME, beginsMs - Date.now() + 30_000);
  expect(Date.now()).toBeGreaterThanOrEqual(beginsMs);
  expect(await tapDone(person, reminder)).toContain('Day one of a new streak');
  expect(await remindersOf(person, NAME)).toBe(1);
}

async function expectFacts({ database }: EndToEndFixture): Promise<void> {
  const facts = await eventually(async () => {
    const checkIns = await database.query('SELECT value FROM analytics.fact_check_ins');
    const reminders = await database.query('SELECT outcome, lateness_ms::int FROM analytics.fact_reminders');
    expect(checkIns.rowCount).toBe(1);
    expect(reminders.rowCount).toBe(1);
    return reminders.rows[0];
  });
  expect(facts.outcome).toBe('delivered');
  expect(facts.lateness_ms).toBeLessThan(30_000);
}

/** The live rows equal a replay of the log, row for row. */
async function expectEqualToReplay({ nats, database }: EndToEndFixture): Promise<void> {
  const databases = { schedules: database, analytics: database };
  for (const projection of await usualProjections()) {
    const { equal, tables } = await verify(projection, { nats, clock: systemClock, databases });
    expect({ name: projection.name, equal, tables }).toMatchObject({ equal: true });
  }
}
