import type { Frequency } from '#contracts/habit-events.ts';
import { EVERY_DAY, type Weekdays } from '#contracts/time.ts';
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
