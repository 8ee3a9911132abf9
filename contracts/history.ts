import { type EpochDay, epochDayOf, weekdayOf } from './civil-date.ts';
import type { Frequency, Goal } from './habit-events.ts';
import type { DateRange, LocalDate } from './time.ts';

/** What a day holds: a value (1 and 0 for yes and no), or that it was skipped. */
export type Entry = number | 'skip';

/** Dates, both included, on which a habit rested; `to` is null while it still does. */
export type Pause = { readonly from: LocalDate; readonly to: LocalDate | null };

/** A habit's entries, one place a day from day `first` to today; undefined for a day without one. */
export type History = { readonly first: number; readonly entries: readonly (Entry | undefined)[] };

/**
 * The entries up to `today`, a place for every day. They come oldest first. Later entries, made before flying westwards over the date line, wait
 * for their day. Without any entry the history is today alone.
 */
export function historyUntil(dated: Iterable<readonly [EpochDay, Entry]>, today: EpochDay): History {
  let first = today;
  const entries: (Entry | undefined)[] = [];
  for (const [day, entry] of dated) {
    if (day > today) break;
    if (entries.length === 0) first = day;
    while (first + entries.length < day) entries.push(undefined);
    entries.push(entry);
  }
  while (first + entries.length <= today) entries.push(undefined);
  return { first, entries };
}

/**
 * Tells the days on which nothing was expected: those of vacations and pauses. Without an entry such a day is
 * transparent, like one that a weekday habit leaves out: it neither counts in a streak nor breaks it. A skip counts; if
 * these days did too, half a year of pause would be a streak of half a year. With an entry it is a day like any other.
 */
export function excusedDays(
  vacations: readonly DateRange[],
  pauses: readonly Pause[] = [],
): (day: number) => boolean {
  const ranges = [...vacations, ...pauses].map(({ from, to }) => ({
    first: epochDayOf(from),
    last: to === null ? Number.POSITIVE_INFINITY : epochDayOf(to),
  }));
  return (day) => ranges.some(({ first, last }) => day >= first && day <= last);
}

/**
 * Whether a day is asked for at all. Days that a weekday habit leaves out are transparent, whatever was entered on
 * them: they neither count in a streak nor break it, and the score stays as it was.
 */
export function isAskedFor(day: number, frequency: Frequency): boolean {
  return frequency.kind !== 'weekdays' || frequency.weekdays.includes(weekdayOf(day));
}

/**
 * Loop's "`times` in `days`", to which times a calendar week or month are made alike. Weekday habits are daily ones on the days asked for, and as many times as days, or
 * more, is daily too.
 */
export function repetition(frequency: Frequency): { times: number; days: number } {
  const { times, days } = spanOf(frequency);
  return times >= days ? { times: 1, days: 1 } : { times, days };
}

/** How many days before a day an entry can lie that makes it an automatic yes. */
export function reachOf(frequency: Frequency): number {
  const { days } = repetition(frequency);
  // "Monthly" is as long as its month.
  return days === 1 ? 0 : Math.max(days, LONGEST_MONTH);
}

const LONGEST_MONTH = 31;

/** "`times` in `days`" as Loop writes it: a month is thirty days. */
export function spanOf(frequency: Frequency): { times: number; days: number } {
  switch (frequency.kind) {
    case 'daily':
    case 'weekdays':
      return { times: 1, days: 1 };
    case 'timesInDays':
      return { times: frequency.times, days: frequency.days };
    case 'timesPerWeek':
      return { times: frequency.times, days: 7 };
    case 'timesPerMonth':
      return { times: frequency.times, days: 30 };
  }
}

export const isLimit = (goal: Goal): goal is Extract<Goal, { kind: 'numeric' }> =>
  goal.kind === 'numeric' && goal.direction === 'atMost';
