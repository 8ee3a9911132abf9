import { z } from 'zod';

/**
 * Instant in UTC, ISO 8601 with `Z`, that lies in an {@link EpochMinute}. Fields that hold one end in `At`. At most
 * nanoseconds are written: Postgres reads no instant of more than 128 characters.
 */
export const Instant = z.iso
  .datetime()
  .max(30)
  .refine((at) => at >= '1970' && at < '6053', 'an instant from 1970 to 6052')
  .meta({ title: 'instant' });
export type Instant = z.infer<typeof Instant>;

/**
 * Calendar date without a zone, `2026-11-25`. Fields that hold one are `on` or end in `On`. From the year 1 to 9999: no
 * calendar has the year 0, and Postgres refuses it.
 */
export const LocalDate = z.iso
  .date()
  .refine((on) => on >= '0001', 'a date from the year 1 on')
  .meta({ title: 'local date' });
export type LocalDate = z.infer<typeof LocalDate>;

/** Wall-clock minute without a zone, `08:00`. */
export const LocalTime = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day as HH:MM')
  .meta({ title: 'local time' });
export type LocalTime = z.infer<typeof LocalTime>;

/** Local dates from one to another, both included. */
export const DateRange = z
  .object({
    from: LocalDate.describe('The first day.'),
    to: LocalDate.describe('The last day, included.'),
  })
  .refine(({ from, to }) => from <= to, 'a range that does not end before it begins');
export type DateRange = z.infer<typeof DateRange>;

/** Hours of every day, from `from` up to but without `to`; over midnight when `to` is the earlier one. */
export const DailyHours = z
  .object({
    from: LocalTime.describe('When they begin, included.'),
    to: LocalTime.describe('When they end, not included. Earlier than `from`: on the next day.'),
  })
  .refine(({ from, to }) => from !== to, 'hours that begin and end at different times');
export type DailyHours = z.infer<typeof DailyHours>;

/** When a person's day begins: until then it is still the date before. */
export const DayStart = z
  .string()
  .regex(/^(0[0-5]:[0-5]\d|06:00)$/, 'a time of day from 00:00 to 06:00')
  .meta({ title: 'local time' });
export type DayStart = z.infer<typeof DayStart>;

/** ISO weekday: 1 is Monday, 7 is Sunday. */
export const Weekday = z.int().min(1).max(7).meta({ title: 'weekday', 'x-unit': 'ISO weekday, 1 is Monday' });
export type Weekday = z.infer<typeof Weekday>;

/** One to seven different weekdays in rising order. */
export const Weekdays = z
  .array(Weekday)
  .min(1)
  .max(7)
  .refine((days) => days.every((day, i) => i === 0 || day > (days[i - 1] ?? 0)), 'weekdays in rising order')
  .meta({ title: 'weekdays', 'x-unit': 'ISO weekdays in rising order, 1 is Monday' });
export type Weekdays = z.infer<typeof Weekdays>;

export const EVERY_DAY: Weekdays = [1, 2, 3, 4, 5, 6, 7];

/** Name of an IANA zone. Only the form is checked here; whether it exists is checked where it is chosen. */
export const TimeZone = z
  .string()
  .max(64)
  .regex(/^[A-Za-z][A-Za-z0-9_+\-/]*$/, 'an IANA time zone name')
  .meta({ title: 'IANA zone' });
export type TimeZone = z.infer<typeof TimeZone>;

/** Whole minutes since 1970-01-01T00:00Z, as far as an `integer` of Postgres goes: up to January 6053. */
export const EpochMinute = z
  .int()
  .nonnegative()
  .max(2_147_483_647)
  .brand<'EpochMinute'>()
  .meta({ title: 'epoch minute', 'x-unit': 'minutes since 1970-01-01T00:00Z' });
export type EpochMinute = z.infer<typeof EpochMinute>;

const MS_PER_MINUTE = 60_000;

/** The minute that an instant (epoch ms, not before 1970) lies in. */
export function epochMinuteAt(instantMs: number): EpochMinute {
  return Math.floor(instantMs / MS_PER_MINUTE) as EpochMinute; // the one place where a number becomes one
}

/** When a minute begins, epoch ms. */
export function beginOfMinuteMs(minute: EpochMinute): number {
  return minute * MS_PER_MINUTE;
}

/** The minute `count` minutes later, or earlier where `count` is negative. */
export function minutesAfter(minute: EpochMinute, count: number): EpochMinute {
  return epochMinuteAt((minute + count) * MS_PER_MINUTE);
}

/** Minutes since local midnight, 0 to 1439. */
export function minuteOfDay(time: LocalTime): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
}

/** The inverse of {@link minuteOfDay}. */
export function localTimeOf(minute: number): LocalTime {
  const two = (n: number) => String(n).padStart(2, '0');
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}
