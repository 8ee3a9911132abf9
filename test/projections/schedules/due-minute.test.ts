import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { minuteOfDay } from '#contracts/time.ts';
import { dueMinute, flexibleBy, isQuiet } from '#projections/schedules/due-minute.ts';
import { dueAt, happened, NIGHT, person, pool, reminder, TODAY, useSchedules } from './fixture.ts';

useSchedules();

describe('when a reminder is due', () => {
  const minute = fc.integer({ min: 0, max: 1439 });
  const hours = fc.option(fc.record({ from: minute, to: minute }).filter(({ from, to }) => from !== to));
  const rhythm = fc.record({ dayStarts: fc.integer({ min: 0, max: 360 }), quiet: hours });
  const offset = fc.integer({ min: -180, max: 180 });

  test('Postgres and TypeScript agree', async () => {
    const cases = fc.sample(fc.tuple(minute, offset, rhythm), 4_000);
    const { rows } = await pool().query<{ due: number }>(
      `SELECT schedules_v1.due_place_of(m, f, d, q, t) AS due
       FROM unnest($1::int[], $2::int[], $3::int[], $4::int[], $5::int[]) WITH ORDINALITY AS c (m, f, d, q, t, n)
       ORDER BY n`,
      [
        cases.map(([at]) => at),
        cases.map(([, by]) => by),
        cases.map(([, , each]) => each.dayStarts),
        cases.map(([, , each]) => each.quiet?.from ?? null),
        cases.map(([, , each]) => each.quiet?.to ?? null),
      ],
    );
    expect(rows.map(({ due }) => due)).toEqual(cases.map((each) => dueMinute(...each)));
  });

  test('never in quiet hours, and never out of its date but for them', () => {
    fc.assert(
      fc.property(minute, offset, rhythm, (at, by, each) => {
        const due = dueMinute(at, by, each);
        if (each.quiet) expect(isQuiet(due % 1440, each.quiet)).toBe(false);
        const unquiet = dueMinute(at, by, { ...each, quiet: null });
        expect(unquiet).toBeGreaterThanOrEqual(each.dayStarts);
        expect(unquiet).toBeLessThan(each.dayStarts + 1440);
        if (!each.quiet || !isQuiet(unquiet % 1440, each.quiet)) expect(due).toBe(unquiet);
      }),
      { numRuns: 5_000 },
    );
  });

  test.each([
    { at: '09:00', by: 20, dayStarts: 0, hours: null, due: '09:20' },
    { at: '23:50', by: 20, dayStarts: 0, hours: null, due: '23:59' },
    { at: '00:10', by: -20, dayStarts: 0, hours: null, due: '00:00' },
    { at: '23:50', by: 20, dayStarts: 180, hours: null, due: '24:10' },
    { at: '02:50', by: 20, dayStarts: 180, hours: null, due: '26:59' },
    { at: '03:10', by: -20, dayStarts: 180, hours: null, due: '03:00' },
    { at: '21:50', by: 20, dayStarts: 0, hours: NIGHT, due: '21:59' },
    { at: '07:10', by: -20, dayStarts: 0, hours: NIGHT, due: '07:00' },
    { at: '22:00', by: 0, dayStarts: 0, hours: NIGHT, due: '31:00' },
    { at: '07:00', by: 0, dayStarts: 0, hours: NIGHT, due: '07:00' },
    { at: '13:00', by: -5, dayStarts: 0, hours: { from: '12:00', to: '14:00' }, due: '14:00' },
  ])('$at, offset $by, is due at $due', ({ at, by, dayStarts, hours: quiet, due }) => {
    const quietHours = quiet && { from: minuteOfDay(quiet.from), to: minuteOfDay(quiet.to) };
    const found = dueMinute(minuteOfDay(at), by, { dayStarts, quiet: quietHours });
    const two = (n: number) => String(n).padStart(2, '0');
    expect(`${two(Math.floor(found / 60))}:${two(found % 60)}`).toBe(due);
  });
});

describe('a flexible reminder', () => {
  test('comes at one time every day, near its own', async () => {
    await happened(...person, reminder('09:00', 30));
    const by = flexibleBy('7', '09:00', 30);
    expect(by).not.toBe(0);
    for (const day of [TODAY, '2026-11-26', '2027-06-01']) {
      const at = Date.parse(`${day}T09:00${day > '2027' ? '+02:00' : '+01:00'}`);
      expect(await dueAt(new Date(at).toISOString())).toEqual([]);
      expect(await dueAt(new Date(at + by * 60_000).toISOString())).toEqual([`a 09:00 ${day}`]);
    }
    await happened(reminder('09:00'));
    expect(await dueAt('2026-11-25T09:00+01:00')).toHaveLength(1);
  });

  test('spreads people evenly over its window', () => {
    const counts = new Map<number, number>();
    const people = 61_000;
    for (let user = 1; user <= people; user++) {
      const by = flexibleBy(String(700_000_000 + user * 37), '09:00', 30);
      counts.set(by, (counts.get(by) ?? 0) + 1);
    }
    expect([...counts.keys()].sort((a, b) => a - b)).toEqual(Array.from({ length: 61 }, (_, i) => i - 30));
    expect(Math.max(...counts.values())).toBeLessThan(1.2 * (people / 61));
    expect(Math.min(...counts.values())).toBeGreaterThan(0.8 * (people / 61));
  });
});
