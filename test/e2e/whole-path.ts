import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadProjections } from '#projections/registry.ts';
import { verify } from '#services/projector/verify.ts';
import { eventually } from '#test/support/eventually.ts';
import { testProcesses } from '#test/support/processes.ts';
import { awaitReminder, makeHabit, minuteAhead, register, remindersOf, tapDone } from './journey.ts';
import { type System, startSystem, type WayIn } from './system.ts';

/** The whole path of a reminder through the real processes, with updates coming in by `wayIn`. */
export function wholePath(wayIn: WayIn): void {
  const processes = testProcesses();
  let system: System;

  beforeAll(async () => {
    system = await startSystem(processes, wayIn);
  });
  afterAll(() => system?.stop());

  describe(`from Start to the streak, by ${wayIn}`, () => {
    test('the reminder comes once, at its minute; Done edits it; the projections have it', async () => {
      const person = await system.telegram.person({ id: 5001, languageCode: 'en', first_name: 'Robin' });
      await register(person);
      const { at, beginsMs } = minuteAhead(8_000);
      await makeHabit(person, 'Read <b>10</b> pages', at);

      const reminder = await awaitReminder(person, 'Read <b>10</b> pages', beginsMs - Date.now() + 30_000);
      const cameMs = Date.now();
      expect(cameMs).toBeGreaterThanOrEqual(beginsMs);
      expect(await tapDone(person, reminder)).toContain('Day one of a new streak');
      expect(await remindersOf(person, 'Read <b>10</b> pages')).toBe(1);

      const facts = await eventually(async () => {
        const checkIns = await system.database.query('SELECT value FROM analytics.fact_check_ins');
        const reminders = await system.database.query(
          'SELECT outcome, lateness_ms::int FROM analytics.fact_reminders',
        );
        expect(checkIns.rowCount).toBe(1);
        expect(reminders.rowCount).toBe(1);
        return reminders.rows[0];
      });
      expect(facts.outcome).toBe('delivered');
      expect(facts.lateness_ms).toBeLessThan(30_000);
    }, 180_000);

    test('live rows equal a replay of the log, row for row', async () => {
      const databases = { schedules: system.database, analytics: system.database };
      for (const projection of await loadProjections()) {
        const { equal, tables } = await verify(projection, { nats: system.nats, databases });
        expect({ name: projection.name, equal, tables }).toMatchObject({ equal: true });
      }
    });
  });
}
