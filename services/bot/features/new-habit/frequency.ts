import type { Frequency } from '#contracts/habit-events.ts';
import type { Draft } from '../../conversation/dialog.ts';
import type { Reminder } from '../../domain/habit-state.ts';
import { weekdaysOf, within } from '../habits/reminder-choices.ts';

/** @returns undefined as long as the draft does not say how often. */
export function frequencyOf({ often, weekdays, timesAWeek }: Draft): Frequency | undefined {
  if (often === 'daily') return { kind: 'daily' };
  if (often === 'weekdays' && weekdays.length > 0) return { kind: 'weekdays', weekdays };
  if (often === 'timesAWeek' && timesAWeek) return { kind: 'timesInDays', times: timesAWeek, days: 7 };
  return undefined;
}

export function remindersOf({ times, within: minutes = 0 }: Draft, frequency: Frequency): Reminder[] {
  return times.map((at) => ({ at, weekdays: weekdaysOf(frequency), ...within(minutes) }));
}
