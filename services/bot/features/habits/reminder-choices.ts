import type { WindowMinutes } from '#contracts/habit-events.ts';
import type { LocalTime } from '#contracts/time.ts';

/** Times that many people want, offered as buttons. */
export const COMMON_TIMES: readonly LocalTime[] = [
  '07:00',
  '08:00',
  '09:00',
  '12:00',
  '15:00',
  '18:00',
  '20:00',
  '21:00',
  '22:00',
];

/** How flexible a reminder can be made, in minutes before and after its time; 0 is not at all. */
export const WINDOWS: readonly number[] = [0, 15, 30, 60];

/** A reminder at its exact time has no window. */
export function within(minutes: number): { windowMinutes?: WindowMinutes } {
  return minutes === 0 ? {} : { windowMinutes: minutes };
}
