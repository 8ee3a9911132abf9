import { DIGEST } from '#contracts/ids.ts';
import type { ReminderDue, Tier } from '#contracts/messages.ts';
import { beginOfMinuteMs, type EpochMinute } from '#contracts/time.ts';
import type { DueRow } from '#projections/schedules/due.ts';

const DAY_MS = 86_400_000;

/** Answered within so many days. */
const ENGAGED_DAYS = 3;
const REGULAR_DAYS = 14;

/**
 * Who answered lately is reminded first when there is a queue: within 3 days engaged, within 14 regular, else dormant.
 * Who never answered is regular, because most of them are new.
 */
export function tierOf(lastAnsweredAt: string | null, nowMs: number): Tier {
  if (lastAnsweredAt === null) return 'regular';
  const days = (nowMs - Date.parse(lastAnsweredAt)) / DAY_MS;
  if (days <= ENGAGED_DAYS) return 'engaged';
  return days <= REGULAR_DAYS ? 'regular' : 'dormant';
}

/**
 * One reminder for each person, with all that is due for them, in the order of `rows`. The rows of one person must be
 * next to each other. All depends on the minute, nothing on when it is computed. A weekly digest by itself goes behind the
 * reminders of all other people.
 */
export function remindersOf(rows: readonly DueRow[], minute: EpochMinute, deadlineMs: number): ReminderDue[] {
  const beginsMs = beginOfMinuteMs(minute);
  const expiresAt = new Date(beginsMs + deadlineMs).toISOString();
  const reminders: ReminderDue[] = [];
  let last: ReminderDue | undefined;
  for (const { userId, habitId, on, at, snoozed, lastAnsweredAt } of rows) {
    if (userId !== last?.userId) {
      last = { userId, minute, tier: 'dormant', expiresAt, due: [] };
      reminders.push(last);
    }
    if (habitId !== DIGEST) last.tier = tierOf(lastAnsweredAt, beginsMs);
    last.due.push({ habitId, on, at, ...(snoozed && { snoozed }) });
  }
  return reminders;
}
