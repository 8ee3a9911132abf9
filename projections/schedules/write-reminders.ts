import { bulkRows, removeRows, replaced, type Shape } from '../engine/bulk-write.ts';
import { columns } from '../engine/columns.ts';
import type { Queryable } from '../engine/projection.ts';
import type { ReminderChange } from './changes.ts';

/** Columns of a reminder that are copied from its account `a` and habit `h`, either of which may be absent. */
const COPIED = [
  ...['timezone', 'active', 'day_starts', 'quiet_from', 'quiet_to'],
  ...['paused_until', 'open_below', 'met_times', 'met_in', 'met_days', 'yes_from', 'yes_to'],
];
const COPIES = `a.timezone, coalesce(h.goal IS NOT NULL AND NOT (h.paused AND h.paused_until IS NULL) AND NOT h.archived
    AND (a.blocked OR a.stopped OR a.asked) IS NOT TRUE, false) AS active,
  coalesce(a.day_starts, 0) AS day_starts, a.quiet_from, a.quiet_to,
  h.paused_until, h.open_below, h.met_times, h.met_in, h.met_days, h.yes_from, h.yes_to`;

/** Copies accounts and habits into their stored reminders again. */
export async function refreshReminders(changed: { userId: string }[], db: Queryable): Promise<void> {
  if (changed.length === 0) return;
  await db.query(
    `UPDATE reminders r SET ${COPIED.map((column) => `${column} = now_is.${column}`)}
     FROM (
       SELECT s.user_id, s.habit_id, s.local_minute, ${COPIES}
       FROM unnest($1::bigint[]) AS touched (user_id)
       JOIN reminders s USING (user_id)
       LEFT JOIN accounts a USING (user_id)
       LEFT JOIN habits h USING (user_id, habit_id)
     ) AS now_is
     WHERE (r.user_id, r.habit_id, r.local_minute) = (now_is.user_id, now_is.habit_id, now_is.local_minute)
       AND (${COPIED.map((column) => `r.${column}`)}) IS DISTINCT FROM (${COPIED.map((column) => `now_is.${column}`)})`,
    columns(new Set(changed.map(({ userId }) => userId)), (userId) => userId),
  );
}

const KEY: Shape<ReminderChange> = {
  user_id: ['bigint', (c) => c.userId],
  habit_id: ['text', (c) => c.habitId],
  local_minute: ['smallint', (c) => c.localMinute],
};

/** Accounts and habits must have been written before. */
export async function writeReminders(changed: ReminderChange[], db: Queryable): Promise<void> {
  const removed = changed.filter((reminder) => reminder.weekdays === null);
  const scheduled = changed.filter((reminder) => reminder.weekdays !== null);
  await removeRows(db, 'reminders', removed, KEY);
  if (scheduled.length === 0) return;
  const { from, values } = bulkRows(scheduled, {
    ...KEY,
    weekdays: ['smallint', (c) => c.weekdays],
    flexible_by: ['smallint', (c) => c.flexibleBy],
    partition: ['smallint', (c) => c.partition],
  });
  await db.query(
    `INSERT INTO reminders (user_id, habit_id, local_minute, weekdays, flexible_by, partition, ${COPIED})
     SELECT user_id, habit_id, c.local_minute, c.weekdays, c.flexible_by, c.partition, ${COPIES}
     FROM ${from}
     LEFT JOIN accounts a USING (user_id)
     LEFT JOIN habits h USING (user_id, habit_id)
     ON CONFLICT (user_id, habit_id, local_minute) DO UPDATE
     SET ${replaced(['weekdays', 'flexible_by', ...COPIED])}`,
    values,
  );
}
