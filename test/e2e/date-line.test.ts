import { expect, test } from 'vitest';
import type { SimulatedPerson } from '#deploy/telegram/person-client.ts';
import { eventually } from '#test/support/eventually.ts';
import { testProcesses } from '#test/support/processes.ts';
import { type EndToEndFixture, startEndToEndFixture } from './fixture.ts';
import { awaitReminder, makeHabit, minuteAhead, register, remindersOf, tapDone } from './journey.ts';

/*
 * Flights over the date line and back, through the real processes. Clocks on Kiritimati and on Hawaii show the same minute of
 * two dates, so that no real day has to pass.
 */

const processes = testProcesses();
const PATIENCE = { timeoutMs: 60_000 };
const HAWAII = 'Pacific/Honolulu';
const KIRITIMATI = 'Pacific/Kiritimati';
const RUN = 'Run';
/** Another person's habit in UTC at the same minute: once its reminder is there, the minute has been worked off. */
const CONTROL = 'Control';

/** What the clock shows in Hawaii, and on Kiritimati, when it shows `at` in UTC. */
const onHawaii = (at: string) =>
  `${String((Number(at.slice(0, 2)) + 14) % 24).padStart(2, '0')}${at.slice(2)}`;

test('over the date line and back: each date is reminded once, none is lost, and the streak goes on', async () => {
  const fixture = await startEndToEndFixture(processes, 'webhook');
  try {
    const { telegram } = fixture;
    const person = await telegram.person({ id: 5003, languageCode: 'en', first_name: 'Noa' });
    const other = await telegram.person({ id: 5004, languageCode: 'en', first_name: 'Max' });
    await register(other);
    await person.say('/start');
    await person.waitForMessage(({ text }) => text?.includes('where are you?') ?? false, PATIENCE);
    await person.say(HAWAII);
    await person.waitForMessage(({ text }) => text?.includes('What habit') ?? false, PATIENCE);

    const first = minuteAhead(20_000);
    await makeHabit(person, RUN, onHawaii(first.at));
    const there = await awaitReminder(person, RUN, 120_000);
    expect(await tapDone(person, there)).toContain('Day one');

    await fly(person, KIRITIMATI);
    const second = minuteAhead(25_000);
    await remindAt(person, onHawaii(second.at));
    const here = await awaitReminder(person, RUN, 120_000);
    expect(here).not.toBe(there);
    expect(await tapDone(person, here)).toContain('2 days in a row');

    await fly(person, HAWAII);
    const third = minuteAhead(40_000);
    await makeHabit(other, CONTROL, third.at);
    await remindAt(person, onHawaii(third.at));
    await awaitReminder(other, CONTROL, 120_000);
    expect(await remindersOf(person, RUN)).toBe(2);
    await expectDates(fixture);
  } finally {
    await fixture.stop();
  }
}, 480_000);

async function fly(person: SimulatedPerson, timezone: string): Promise<void> {
  await person.say('/settings');
  const { message_id } = await person.waitForMessage(
    ({ text }) => text?.includes('Settings') ?? false,
    PATIENCE,
  );
  await person.tap(message_id, { button: 'Timezone' });
  await person.waitForEdit(message_id, ({ text }) => text?.includes('Where are you now?') ?? false, PATIENCE);
  await person.say(timezone);
  await person.waitForMessage(({ text }) => text?.includes('Your day is now') ?? false, PATIENCE);
}

async function remindAt(person: SimulatedPerson, at: string): Promise<void> {
  await person.say('/habits');
  const { message_id } = await person.waitForMessage(
    ({ text }) => text?.includes('Your habits') ?? false,
    PATIENCE,
  );
  await person.tap(message_id, { button: RUN });
  await person.waitForEdit(message_id, ({ text }) => text?.startsWith(RUN) ?? false, PATIENCE);
  await person.tap(message_id, { button: 'Reminders' });
  await person.waitForEdit(message_id, ({ text }) => text?.includes('Reminders for') ?? false, PATIENCE);
  await person.tap(message_id, { button: 'Add a time' });
  await person.waitForEdit(message_id, ({ text }) => text?.includes('send your own') ?? false, PATIENCE);
  await person.say(at);
  await person.waitForMessage(({ text }) => text?.includes('I’ll remind you at') ?? false, PATIENCE);
}

/** Two dates next to each other, each with one delivered reminder and one entry. */
async function expectDates({ database }: EndToEndFixture): Promise<void> {
  await eventually(async () => {
    const { rows } = await database.query(
      `SELECT on_date::text AS on_date, count(*)::int AS count FROM analytics.fact_check_ins GROUP BY 1 ORDER BY 1`,
    );
    expect(rows.map(({ count }) => count)).toEqual([1, 1]);
    const [a, b] = rows.map(({ on_date }) => Date.parse(on_date));
    expect((b ?? 0) - (a ?? 0)).toBe(86_400_000);
  });
}
