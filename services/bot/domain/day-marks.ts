import { epochDayOf } from '#contracts/civil-date.ts';
import type { Goal } from '#contracts/habit-events.ts';
import { type Entry, excusedDays, type History, historyUntil, isAskedFor } from '#contracts/history.ts';
import type { DateRange, LocalDate } from '#contracts/time.ts';
import { entriesOf } from './calendar.ts';
import { automaticDays } from './days.ts';
import type { Tracked } from './streak.ts';

/**
 * What a day looks like in a calendar: kept, automatically kept (the frequency is met without it), partly (an amount below
 * its target), not kept or over the limit, skipped, away, a weekday left out, nothing. A silent day of a limit is nothing:
 * nobody said that it was kept.
 */
export type DayMark = 'd' | 'a' | 'p' | 'x' | 's' | 'v' | 'o' | '.';

/** From the first entry to today, and of today when there is none: the marks, and the entries that they stand for. */
export type DayMarks = History & { readonly marks: readonly DayMark[] };

/**
 * What was entered is shown as it is, also on days that do not count, where days.ts says what a day is worth: a person
 * looks for what they tapped.
 */
export function dayMarks(habit: Tracked, today: LocalDate, vacations: readonly DateRange[]): DayMarks {
  const { goal, frequency, calendar, pauses } = habit;
  const history = historyUntil(entriesOf(calendar), epochDayOf(today));
  const { first, entries } = history;
  const automatic = automaticDays(habit, history);
  const isExcused = excusedDays(vacations, pauses);
  const marks = entries.map((entry, index) => {
    const day = first + index;
    if (entry !== undefined) return markOf(entry, goal);
    if (automatic.has(day)) return 'a';
    if (isExcused(day)) return 'v';
    return isAskedFor(day, frequency) ? '.' : 'o';
  });
  return { first, entries, marks };
}

function markOf(entry: Entry, goal: Goal): DayMark {
  if (entry === 'skip') return 's';
  if (goal.kind === 'yesNo') return entry > 0 ? 'd' : 'x';
  if (goal.direction === 'atMost') return entry <= goal.target ? 'd' : 'x';
  if (entry >= goal.target) return 'd';
  return entry > 0 ? 'p' : 'x';
}
