import { emptyCalendar, withEntries } from '#services/bot/domain/calendar.ts';
import { score } from '#services/bot/domain/score.ts';
import type { BroughtEntry, BroughtHabit } from '#services/bot/moving/brought.ts';

export const calendarOf = (entries: readonly BroughtEntry[]) =>
  withEntries(
    emptyCalendar,
    entries.map((entry) => [entry.on, 'skipped' in entry ? 'skip' : entry.value] as const),
  );

/** The strength of a habit after the day, from what was brought of it. */
export function scoreOn(habit: BroughtHabit, on: string): number {
  const calendar = calendarOf(habit.entries);
  return score({ goal: habit.goal, frequency: habit.frequency, calendar }, on).value;
}
