import type { Pool } from 'pg';
import { dateOf, epochDayOf, weekdayOf } from '#contracts/civil-date.ts';
import type { HabitId, UserId } from '#contracts/ids.ts';
import type { Occurrence } from '#contracts/messages.ts';
import {
  beginOfMinuteMs,
  type EpochMinute,
  epochMinuteAt,
  type LocalDate,
  localTimeOf,
} from '#contracts/time.ts';
import { instantOf, localDateAt } from '#services/platform/local-time/local-time.ts';

/** A person as the schedules have them; undefined for one whom they do not know. */
export type Account = { timezone: string | null; blocked: boolean; stopped: boolean; asked: boolean };

/** When one reminder was due last, and is due next, whatever the days hold. */
export type DueTimes = { occurrence: Occurrence; active: boolean; last?: Due; next?: Due };
export type Due = { minute: EpochMinute; occurrence: Occurrence };

const DAY = 1440;
const [DAYS_BACK, DAYS_AHEAD] = [2, 8];

type ReminderRow = {
  habit_id: HabitId;
  local_minute: number;
  weekdays: number;
  due_minute_of_date: number;
  timezone: string | null;
  active: boolean;
};
type SnoozeRow = { habit_id: HabitId; on_date: LocalDate; local_minute: number; due_minute: EpochMinute };

export async function accountOf(database: Pool, userId: UserId): Promise<Account | undefined> {
  const { rows } = await database.query<Account>(
    'SELECT timezone, blocked, stopped, asked FROM schedules.accounts WHERE user_id = $1',
    [userId],
  );
  return rows[0];
}

export async function dueTimesOf(database: Pool, userId: UserId, nowMs: number): Promise<DueTimes[]> {
  const reminders = await database.query<ReminderRow>(
    `SELECT habit_id, local_minute, weekdays, due_place AS due_minute_of_date, timezone, active FROM schedules.reminders
     WHERE user_id = $1 ORDER BY habit_id, local_minute`,
    [userId],
  );
  const snoozes = await database.query<SnoozeRow>(
    'SELECT habit_id, on_date::text, local_minute, due_minute FROM schedules.snoozes WHERE user_id = $1',
    [userId],
  );
  return [
    ...reminders.rows.map((row) => dueTimesOfReminder(row, nowMs)),
    ...snoozes.rows.map((row) => dueTimesOfSnooze(row, nowMs)),
  ];
}

function dueTimesOfReminder(row: ReminderRow, nowMs: number): DueTimes {
  const { habit_id: habitId, local_minute, weekdays, due_minute_of_date: dueAt, timezone, active } = row;
  const at = localTimeOf(local_minute);
  const today = epochDayOf(localDateAt(nowMs, timezone ?? 'UTC'));
  const all: Due[] = [];
  for (let day = today - DAYS_BACK; timezone !== null && day <= today + DAYS_AHEAD; day++) {
    if (((weekdays >> (weekdayOf(day) - 1)) & 1) === 0) continue;
    const dueOn = dateOf(day + Math.floor(dueAt / DAY));
    const minute = epochMinuteAt(instantOf(dueOn, localTimeOf(dueAt % DAY), timezone));
    all.push({ minute, occurrence: { habitId, on: dateOf(day), at } });
  }
  return around(all, { occurrence: { habitId, on: dateOf(today), at }, active }, nowMs);
}

function dueTimesOfSnooze(
  { habit_id, on_date, local_minute, due_minute }: SnoozeRow,
  nowMs: number,
): DueTimes {
  const at = localTimeOf(local_minute);
  const occurrence: Occurrence = { habitId: habit_id, on: on_date, at, snoozed: true };
  return around([{ minute: due_minute, occurrence }], { occurrence, active: true }, nowMs);
}

function around(all: readonly Due[], own: Pick<DueTimes, 'occurrence' | 'active'>, nowMs: number): DueTimes {
  const last = all.findLast(({ minute }) => beginOfMinuteMs(minute) <= nowMs);
  const next = all.find(({ minute }) => beginOfMinuteMs(minute) > nowMs);
  return { ...own, ...(last && { last }), ...(next && { next }) };
}
