import { dateOf, epochDayOf } from '#contracts/civil-date.ts';
import type { Frequency, Goal } from '#contracts/habit-events.ts';
import { type Entry, emptyCalendar, withEntry } from '#services/bot/domain/calendar.ts';
import type { Tracked } from '#services/bot/domain/streak.ts';

export const TODAY = '2026-11-25';
export const yesNo: Goal = { kind: 'yesNo' };
export const daily: Frequency = { kind: 'daily' };
export const atLeast = (target: number): Goal => ({
  kind: 'numeric',
  direction: 'atLeast',
  target,
  unit: '',
});
export const atMost = (target: number): Goal => ({ kind: 'numeric', direction: 'atMost', target, unit: '' });
export const times = (count: number, days: number): Frequency => ({
  kind: 'timesInDays',
  times: count,
  days,
});

/** A habit whose last entry is for today: one a day, oldest first, undefined for unanswered. */
export function tracked(
  entries: readonly (Entry | undefined)[],
  frequency: Frequency = daily,
  goal: Goal = yesNo,
): Tracked {
  const first = epochDayOf(TODAY) - entries.length + 1;
  let calendar = emptyCalendar;
  for (const [index, entry] of entries.entries()) {
    if (entry !== undefined) calendar = withEntry(calendar, dateOf(first + index), entry);
  }
  return { goal, frequency, calendar };
}

/** `1` yes, `0` no, `s` skipped, `.` unanswered; the last one is today. */
export function marks(text: string): (Entry | undefined)[] {
  return [...text].map((mark) => (mark === '.' ? undefined : mark === 's' ? 'skip' : Number(mark)));
}
