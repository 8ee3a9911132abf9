import { fnv1a32 } from '#contracts/ids.ts';
import type { LocalTime } from '#contracts/time.ts';

/** What a person's clock and habits do to the times of all their reminders. Minutes since local midnight. */
export type Rhythm = { dayStarts: number; quiet: { from: number; to: number } | null };

const DAY = 1440;

/**
 * When a reminder comes, in minutes since midnight of the date it is for: from {@link DAY} on it is the date after.
 *
 * - A time before the day starts belongs to the date before: 01:00 is minute 1500 of it.
 * - A flexible one is moved by its offset, but not out of its date.
 * - One that falls into quiet hours comes when they end, so that it neither disturbs nor is lost. If its own time is
 *   before them, and only its offset moves it into them, it comes in the last minute before them.
 */
export function dueMinute(localMinute: number, flexibleBy: number, { dayStarts, quiet }: Rhythm): number {
  const own = localMinute < dayStarts ? localMinute + DAY : localMinute;
  const flexed = Math.max(dayStarts, Math.min(dayStarts + DAY - 1, own + flexibleBy));
  if (quiet === null || !isQuiet(flexed % DAY, quiet)) return flexed;
  const late = flexibleBy > 0 && !isQuiet(localMinute, quiet);
  return late
    ? flexed - minutesFrom(quiet.from, flexed % DAY) - 1
    : flexed + minutesFrom(flexed % DAY, quiet.to);
}

/** Whether a minute of the day lies in quiet hours. */
export function isQuiet(minute: number, { from, to }: { from: number; to: number }): boolean {
  return from < to ? minute >= from && minute < to : minute >= from || minute < to;
}

const minutesFrom = (from: number, to: number): number => (to - from + DAY) % DAY;

/**
 * By how many minutes a flexible reminder comes later (earlier when below 0): the same on every day, and spread evenly
 * over people, so that not all of a city is reminded in one minute. Habits of one person at one time stay together,
 * and come in one message.
 */
export function flexibleBy(userId: string, at: LocalTime, windowMinutes: number): number {
  if (windowMinutes === 0) return 0;
  return (fnv1a32(`${userId}/${at}`) % (2 * windowMinutes + 1)) - windowMinutes;
}
