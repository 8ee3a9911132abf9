import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dateOf, epochDayOf, weekdayOf } from '#contracts/civil-date.ts';
import type { Entry } from '#contracts/history.ts';
import {
  type Calendar,
  emptyCalendar,
  entriesOf,
  entryOn,
  withEntries,
  withEntry,
  withoutEntry,
} from '#services/bot/domain/calendar.ts';

const filled = (entries: Iterable<[number, Entry]>): Calendar =>
  [...entries].reduce((calendar, [day, entry]) => withEntry(calendar, dateOf(day), entry), emptyCalendar);

describe('day numbers', () => {
  it('count dates without a zone, over leap days and before 1970', () => {
    expect(epochDayOf('1970-01-01')).toBe(0);
    expect(epochDayOf('2024-03-01') - epochDayOf('2024-02-28')).toBe(2);
    expect(dateOf(epochDayOf('1969-12-31'))).toBe('1969-12-31');
    expect(weekdayOf(epochDayOf('2026-11-25'))).toBe(3);
    expect(weekdayOf(epochDayOf('1969-12-28'))).toBe(7);
  });
});

describe('the calendar', () => {
  it('agrees with a map, whatever is set and cleared in any order', () => {
    // Few days, on both sides of a new year, so that many are changed again.
    const day = fc.integer({ min: epochDayOf('2023-12-27'), max: epochDayOf('2024-01-04') });
    const entry = fc.constantFrom<(Entry | undefined)[]>(0, 1, 2, 0.25, 'skip', undefined);
    fc.assert(
      fc.property(fc.array(fc.tuple(day, entry), { maxLength: 60 }), (changes) => {
        const model = new Map<number, Entry>();
        let calendar = emptyCalendar;
        for (const [at, change] of changes) {
          const on = dateOf(at);
          calendar = change === undefined ? withoutEntry(calendar, on) : withEntry(calendar, on, change);
          if (change === undefined) model.delete(at);
          else model.set(at, change);
          expect(entryOn(calendar, on)).toBe(change);
        }
        const rising = [...model].sort(([a], [b]) => a - b);
        expect([...entriesOf(calendar)]).toStrictEqual(rising);
        // Equal entries give equal calendars, so that a snapshot does not depend on the way it came about.
        expect(calendar).toStrictEqual(filled(rising));
      }),
    );
  });

  it('takes many days at once as it takes them one by one', () => {
    const day = fc.integer({ min: epochDayOf('2023-12-20'), max: epochDayOf('2024-01-12') });
    const entry = fc.constantFrom<Entry[]>(0, 1, 2, 0.25, 'skip');
    const days = fc.array(fc.tuple(day, entry), { maxLength: 40 });
    fc.assert(
      fc.property(days, days, (present, added) => {
        const before = filled(present);
        const atOnce = withEntries(
          before,
          added.map(([at, each]) => [dateOf(at), each] as const),
        );
        const oneByOne = added.reduce((all, [at, each]) => withEntry(all, dateOf(at), each), before);
        expect(atOnce).toStrictEqual(oneByOne);
        expect(before).toStrictEqual(filled(present));
      }),
    );
  });

  it('leaves the calendar it changes as it was', () => {
    const before = withEntry(emptyCalendar, '2026-11-25', 7);
    withEntry(before, '2026-11-25', 'skip');
    withoutEntry(before, '2026-11-25');
    expect(entryOn(before, '2026-11-25')).toBe(7);
  });

  it('holds ten thousand yes/no days in 15 KB of JSON', () => {
    const last = epochDayOf('2026-11-25');
    const days = Array.from({ length: 10_000 }, (_, i): [number, Entry] => [
      last - i,
      i % 3 === 0 ? 'skip' : 1,
    ]);
    expect(JSON.stringify(filled(days)).length).toBeLessThan(15_000);
  });
});
