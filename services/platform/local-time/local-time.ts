import { dateOf, epochDayOf, weekdayOf } from '#contracts/civil-date.ts';
import {
  type LocalDate,
  type LocalTime,
  localTimeOf,
  minuteOfDay,
  TimeZone,
  type Weekdays,
} from '#contracts/time.ts';
import { currentName } from './timezone-names.ts';
import { LONGEST_SHIFT, latestShift, offsetAt } from './zone-offsets.ts';

/*
 * All arithmetic between instants and local times. One rule connects them, that of Temporal's `compatible`: a local
 * time that the clocks skip happens as much later as they skip, and one that they show twice happens the first time.
 */

/** Local minutes of one date, both ends included. `weekday` is ISO, 1 is Monday. */
export type BeginningMinutes = { on: LocalDate; weekday: number; fromMinute: number; toMinute: number };

const MS_PER_MINUTE = 60_000;
const MINUTES_PER_DAY = 1440;

/**
 * The local minutes of a zone that begin at an instant. Every minute of every date begins at exactly one instant, also
 * the minutes of an hour, or of a whole date, that the clocks skip. So it is one as a rule; none while the clocks show
 * an hour for the second time; and two as long after a gap as the gap was long: 02:30, skipped from 02:00 to 03:00,
 * begins together with 03:30.
 * @throws {RangeError} for a zone that does not exist.
 */
export function localMinutesBeginning(epochMinute: number, timezone: string): BeginningMinutes[] {
  const { at, before, after } = latestShift(epochMinute, timezone);
  const own = epochMinute + after;
  if (epochMinute - at >= LONGEST_SHIFT) return [minuteOf(own)];
  if (own < at + before) return [];
  const skipped = epochMinute + before;
  return skipped < at + after ? [minuteOf(own), minuteOf(skipped)] : [minuteOf(own)];
}

function minuteOf(localMinute: number): BeginningMinutes {
  const day = Math.floor(localMinute / MINUTES_PER_DAY);
  const minute = localMinute - day * MINUTES_PER_DAY;
  return { on: dateOf(day), weekday: weekdayOf(day), fromMinute: minute, toMinute: minute };
}

/**
 * When a local time happens, in epoch milliseconds.
 * @throws {RangeError} for a zone that does not exist.
 */
export function instantOf(on: LocalDate, at: LocalTime, timezone: string): number {
  const local = epochDayOf(on) * MINUTES_PER_DAY + minuteOfDay(at);
  const before = offsetAt(local - MINUTES_PER_DAY, timezone);
  const after = offsetAt(local + MINUTES_PER_DAY, timezone);
  const onlyLater =
    offsetAt(local - before, timezone) !== before && offsetAt(local - after, timezone) === after;
  return (local - (onlyLater ? after : before)) * MS_PER_MINUTE;
}

/** The date on the wall. A time of day before `dayStartsAt` still belongs to the date before. */
export function localDateAt(
  instantMs: number,
  timezone: string,
  dayStartsAt: LocalTime = '00:00',
): LocalDate {
  return dateOf(
    Math.floor((localMinuteAt(instantMs, timezone) - minuteOfDay(dayStartsAt)) / MINUTES_PER_DAY),
  );
}

/** The time on the wall. */
export function localTimeAt(instantMs: number, timezone: string): LocalTime {
  const local = localMinuteAt(instantMs, timezone);
  return localTimeOf(local - Math.floor(local / MINUTES_PER_DAY) * MINUTES_PER_DAY);
}

function localMinuteAt(instantMs: number, timezone: string): number {
  const minute = Math.floor(instantMs / MS_PER_MINUTE);
  return minute + offsetAt(minute, timezone);
}

/** How people write a zone's distance from UTC at an instant: `UTC+05:45`. */
export function offsetLabel(timezone: string, instantMs: number): string {
  const offset = offsetAt(Math.floor(instantMs / MS_PER_MINUTE), timezone);
  return `UTC${offset < 0 ? '-' : '+'}${localTimeOf(Math.abs(offset))}`;
}

/**
 * The first occurrence of a reminder that happens after an instant. `on` is the date it is for, even if the clocks skip
 * it. `place` is when it comes, in minutes since midnight of `on` and up to three days, where that is not at `at`.
 */
export function nextOccurrence(
  { at, weekdays, place = minuteOfDay(at) }: { at: LocalTime; weekdays: Weekdays; place?: number },
  timezone: string,
  afterMs: number,
): { on: LocalDate; instantMs: number } {
  const daysLater = Math.floor(place / MINUTES_PER_DAY);
  const time = localTimeOf(place % MINUTES_PER_DAY);
  // A skipped date still happens, a day late: so the search begins a day early.
  const first = epochDayOf(localDateAt(afterMs, timezone)) - 1 - daysLater;
  for (let day = first; day <= first + 10 + daysLater; day++) {
    if (!weekdays.includes(weekdayOf(day))) continue;
    const instantMs = instantOf(dateOf(day + daysLater), time, timezone);
    if (instantMs > afterMs) return { on: dateOf(day), instantMs };
  }
  throw new RangeError(`a reminder at ${at} needs a weekday`);
}

/**
 * The one name of a zone that is stored: `europe/kiev` and `Europe/Kyiv` both give `Europe/Kyiv`.
 * @returns undefined for names that this Node does not know and for fixed offsets such as `+03:00`.
 */
export function canonicalTimezone(name: string): string | undefined {
  if (!TimeZone.safeParse(name).success) return undefined;
  try {
    return currentName(new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone);
  } catch {
    return undefined;
  }
}
