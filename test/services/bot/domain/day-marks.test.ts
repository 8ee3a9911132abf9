import { expect, test } from 'vitest';
import type { Frequency, Goal } from '#contracts/habit-events.ts';
import type { Entry } from '#contracts/history.ts';
import { emptyCalendar, withEntry } from '#services/bot/domain/calendar.ts';
import { dayMarks } from '#services/bot/domain/day-marks.ts';

const YES_NO: Goal = { kind: 'yesNo' };
const numeric = (direction: 'atLeast' | 'atMost', target: number): Goal => ({
  kind: 'numeric',
  direction,
  target,
  unit: 'km',
});

type Given = { goal?: Goal; frequency?: Frequency; pauses?: { from: string; to: string | null }[] };

/** Marks from Monday, 2 November 2026, on which the first entry is, up to Tuesday the 10th. */
function marks(
  entries: Record<number, Entry>,
  { goal = YES_NO, frequency, pauses = [] }: Given = {},
): string {
  const calendar = Object.entries(entries).reduce(
    (all, [day, entry]) => withEntry(all, `2026-11-${day.padStart(2, '0')}`, entry),
    emptyCalendar,
  );
  const habit = { goal, frequency: frequency ?? { kind: 'daily' as const }, calendar, pauses };
  return dayMarks(habit, '2026-11-10', [{ from: '2026-11-08', to: '2026-11-09' }]).marks.join('');
}

test.each<[string, Record<number, Entry>, Given, string]>([
  [
    'yes, no and skip; days of a vacation are away unless they have an entry',
    { 2: 1, 3: 0, 4: 'skip', 9: 1 },
    {},
    'dxs...vd.',
  ],
  ['a pause that goes on', { 2: 1 }, { pauses: [{ from: '2026-11-04', to: null }] }, 'd.vvvvvvv'],
  [
    'weekdays that are left out',
    { 2: 1 },
    { frequency: { kind: 'weekdays', weekdays: [1, 3] } },
    'do.ooovvo',
  ],
  [
    'a frequency that is met',
    { 2: 1, 4: 1 },
    { frequency: { kind: 'timesInDays', times: 2, days: 7 } },
    'dadaaaav.',
  ],
  [
    'amounts: reached, in part, none',
    { 2: 5, 3: 4.9, 4: 0, 5: 'skip' },
    { goal: numeric('atLeast', 5) },
    'dpxs..vv.',
  ],
  [
    'a limit: kept, over, and silent days are nothing',
    { 2: 2, 3: 2.1, 4: 0 },
    { goal: numeric('atMost', 2) },
    'dxd...vv.',
  ],
])('%s', (_, entries, given, expected) => {
  expect(marks(entries, given)).toBe(expected);
});

test('a habit without entries has today alone', () => {
  const habit = { goal: YES_NO, frequency: { kind: 'daily' }, calendar: emptyCalendar } as const;
  expect(dayMarks(habit, '2026-11-10', [])).toMatchObject({ marks: ['.'], entries: [undefined] });
});
