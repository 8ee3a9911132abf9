import type { Frequency, WindowMinutes } from '#contracts/habit-events.ts';
import { EVERY_DAY, type Weekdays } from '#contracts/time.ts';
import type { Reminder } from '../domain/habit.ts';
import type { Draft } from './dialog.ts';

/** @returns undefined as long as the draft does not say how often. */
export function frequencyOf({ often, weekdays, timesAWeek }: Draft): Frequency | undefined {
  if (often === 'daily') return { kind: 'daily' };
  if (often === 'weekdays' && weekdays.length > 0) return { kind: 'weekdays', weekdays };
  if (often === 'timesAWeek' && timesAWeek) return { kind: 'timesInDays', times: timesAWeek, days: 7 };
  return undefined;
}

/** Days on which a reminder makes sense: those the habit is for. */
export function weekdaysOf(frequency: Frequency): Weekdays {
  return frequency.kind === 'weekdays' ? frequency.weekdays : EVERY_DAY;
}

export function remindersOf({ times, within: minutes = 0 }: Draft, frequency: Frequency): Reminder[] {
  return times.map((at) => ({ at, weekdays: weekdaysOf(frequency), ...within(minutes) }));
}

/** How flexible a reminder can be made, in minutes before and after its time; 0 is not at all. */
export const WINDOWS: readonly number[] = [0, 15, 30, 60];

/** A reminder at its exact time has no window. */
export function within(minutes: number): { windowMinutes?: WindowMinutes } {
  return minutes === 0 ? {} : { windowMinutes: minutes };
}
