import type { LocalDate, Weekday } from './time.ts';

/*
 * The one calendar arithmetic: dates as days that can be counted. No zone is involved, a date has none.
 */

/** Days since 1970-01-01 in the proleptic Gregorian calendar. */
export type EpochDay = number;

const MS_PER_DAY = 86_400_000;
/** The same few days are asked for again and again, so the last ones are remembered, both ways. */
const REMEMBERED = 1024;
const known = new Map<EpochDay, LocalDate>();
const knownDays = new Map<LocalDate, EpochDay>();

export function epochDayOf(on: LocalDate): EpochDay {
  const remembered = knownDays.get(on);
  if (remembered !== undefined) return remembered;
  const day = Math.floor(Date.parse(`${on}T00:00:00Z`) / MS_PER_DAY);
  if (knownDays.size >= REMEMBERED) knownDays.clear();
  knownDays.set(on, day);
  return day;
}

export function dateOf(day: EpochDay): LocalDate {
  const remembered = known.get(day);
  if (remembered !== undefined) return remembered;
  const on = new Date(day * MS_PER_DAY).toISOString().slice(0, 10);
  if (known.size >= REMEMBERED) known.clear();
  known.set(day, on);
  return on;
}

/** ISO weekday, 1 is Monday. 1970-01-01 was a Thursday. */
export function weekdayOf(day: EpochDay): Weekday {
  return ((((day + 3) % 7) + 7) % 7) + 1;
}

/** Days of the month that a day lies in. */
export function monthLength(day: EpochDay): number {
  const date = new Date(day * MS_PER_DAY);
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
}
