import { dateOf, type EpochDay, epochDayOf, monthLength, weekdayOf } from '#contracts/civil-date.ts';
import type { Frequency, Goal } from '#contracts/habit-events.ts';
import type { Entry } from '#contracts/history.ts';
import type { LocalDate } from '#contracts/time.ts';
import { entryOn } from './calendar.ts';
import type { State } from './habit-state.ts';

/*
 * When no reminder of a day is wanted any more. The query of what is due says the same
 * (projections/schedules/settled.ts); a test compares the two.
 */

/**
 * Whether a day needs no more reminders: it is closed or skipped, or holds what the habit wants. A partial amount of a habit
 * with a target to reach leaves it open; a limit, and a no, do not.
 */
export function isSettled(
  { goal, calendar, closedOn }: Pick<State, 'goal' | 'calendar' | 'closedOn'>,
  on: LocalDate,
): boolean {
  const entry = entryOn(calendar, on);
  if (closedOn.includes(on) || entry === 'skip') return true;
  return entry !== undefined && (!isToReach(goal) || entry >= goal.target);
}

/** A goal that grows over the day, until it is reached. */
export const isToReach = (goal: Goal): goal is Extract<Goal, { kind: 'numeric' }> =>
  goal.kind === 'numeric' && goal.direction === 'atLeast';

/** `days` is how many days count. */
export type TimesDone = { done: number; wanted: number; in: 'days' | 'week' | 'month'; days: number };

/**
 * How often a habit of so many times in a while is done in the days that count for a date: those up to it, or its calendar
 * week or month; undefined for other habits.
 */
export function timesDone(
  { goal, frequency, calendar }: Pick<State, 'goal' | 'frequency' | 'calendar'>,
  on: LocalDate,
): TimesDone | undefined {
  const days = daysThatCount(frequency, epochDayOf(on));
  if (!days) return undefined;
  let done = 0;
  for (let day = days.first; day <= days.last; day++) if (isYes(entryOn(calendar, dateOf(day)), goal)) done++;
  return { done, wanted: days.times, in: days.in, days: days.last - days.first + 1 };
}

/** Whether it is done as often as wanted, and the person wants no reminders then. */
export function isMet(
  habit: Pick<State, 'goal' | 'frequency' | 'calendar' | 'remindsWhenMet'>,
  on: LocalDate,
): boolean {
  const times = habit.remindsWhenMet ? undefined : timesDone(habit, on);
  return times !== undefined && times.done >= times.wanted;
}

function isYes(entry: Entry | undefined, goal: Goal): boolean {
  if (entry === undefined || entry === 'skip') return false;
  if (goal.kind === 'yesNo') return entry >= 1;
  return goal.direction === 'atLeast' ? entry >= goal.target : entry <= goal.target;
}

function daysThatCount(
  frequency: Frequency,
  day: EpochDay,
): { times: number; in: TimesDone['in']; first: EpochDay; last: EpochDay } | undefined {
  switch (frequency.kind) {
    case 'daily':
    case 'weekdays':
      return undefined;
    case 'timesInDays':
      return { times: frequency.times, in: 'days', first: day - frequency.days + 1, last: day };
    case 'timesPerWeek': {
      const monday = day - weekdayOf(day) + 1;
      return { times: frequency.times, in: 'week', first: monday, last: monday + 6 };
    }
    case 'timesPerMonth': {
      const first = day - Number(dateOf(day).slice(8)) + 1;
      return { times: frequency.times, in: 'month', first, last: first + monthLength(day) - 1 };
    }
  }
}
