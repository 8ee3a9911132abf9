import type { ReminderDue } from '#contracts/messages.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import type { Work } from '#services/sender/delivery/work.ts';
import { reminderWork } from '#services/sender/reminders/reminder-work.ts';
import { asHabitId, asMinute, asUserId } from '../../../support/ids.ts';

/** The reminder of person 7 at minute 100, of one habit at these times. What is wanted of it is not asked. */
export function reminderOf(...times: string[]): Work {
  return workOf('abcdefghijklm', ...times);
}

/** The same for another habit. */
export function workOf(habit: string, ...times: string[]): Work {
  const habitId = asHabitId(habit);
  const due: ReminderDue = {
    userId: asUserId('7'),
    minute: asMinute(100),
    tier: 'engaged',
    expiresAt: '2026-11-25T10:00:00.000Z',
    due: (times.length > 0 ? times : ['08:00']).map((at) => ({ habitId, on: '2026-11-25', at })),
  };
  const unasked = () => Promise.reject(new Error('not asked'));
  const ports = {
    readFacts: unasked,
    readStreak: unasked,
    readOrder: unasked,
    readWeek: unasked,
    mayAsk: unasked,
  };
  return reminderWork({ ...ports, clock: systemClock }, due);
}
