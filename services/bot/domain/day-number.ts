import type { LocalDate, Weekday } from '#contracts/time.ts';

const DAY_MS = 86_400_000;

/** Whole days since 1970-01-01, so that the calendar can be counted in. No zone is involved: a date has none. */
export function dayNumber(on: LocalDate): number {
  return Date.parse(on) / DAY_MS;
}

/** The inverse of {@link dayNumber}. */
export function dateOfDay(day: number): LocalDate {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** Day 0 was a Thursday, ISO weekday 4. */
export function weekdayOfDay(day: number): Weekday {
  return ((((day + 3) % 7) + 7) % 7) + 1;
}

/** Days of the month that a day lies in. */
export function monthLength(day: number): number {
  const date = new Date(day * DAY_MS);
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
}
