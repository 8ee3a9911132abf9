import type { RecordedEvent } from '#contracts/events.ts';
import { columns, json } from '../columns.ts';
import type { Queryable } from '../projection.ts';
import {
  type AccountChange,
  type AnswerChange,
  changesOf,
  type HabitChange,
  type ReminderChange,
} from './changes.ts';

/** Writes a batch of events into the tables of schedules: at most seven statements, however many events. */
export async function writeEvents(batch: readonly RecordedEvent[], db: Queryable): Promise<void> {
  const { accounts, habits, reminders, answers } = changesOf(batch);
  await writeAccounts([...accounts.values()], db);
  await writeHabits([...habits.values()], db);
  await refreshReminders([...accounts.values()].filter(movesReminders), [...habits.values()], db);
  await writeReminders([...reminders.values()], db);
  await writeAnswers([...answers.values()], db);
}

const movesReminders = (account: AccountChange): boolean =>
  account.timezone !== undefined || account.blocked !== undefined;

async function writeAccounts(changed: AccountChange[], db: Queryable): Promise<void> {
  if (changed.length === 0) return;
  await db.query(
    `INSERT INTO accounts (user_id, partition, locale, timezone, blocked, last_answered_at)
     SELECT user_id, c.partition, coalesce(c.locale, a.locale), coalesce(c.timezone, a.timezone),
       coalesce(c.blocked, a.blocked, false), greatest(to_timestamp(c.answered_at_ms / 1000.0), a.last_answered_at)
     FROM unnest($1::bigint[], $2::smallint[], $3::text[], $4::text[], $5::boolean[], $6::bigint[])
       AS c (user_id, partition, locale, timezone, blocked, answered_at_ms)
     LEFT JOIN accounts a USING (user_id)
     ON CONFLICT (user_id) DO UPDATE SET locale = excluded.locale, timezone = excluded.timezone,
       blocked = excluded.blocked, last_answered_at = excluded.last_answered_at`,
    columns(
      changed,
      (c) => c.userId,
      (c) => c.partition,
      (c) => c.locale,
      (c) => c.timezone,
      (c) => c.blocked,
      (c) => c.answeredAtMs,
    ),
  );
}

async function writeHabits(changed: HabitChange[], db: Queryable): Promise<void> {
  if (changed.length === 0) return;
  await db.query(
    `INSERT INTO habits (user_id, habit_id, name, goal, frequency, paused, archived)
     SELECT user_id, habit_id, coalesce(c.name, h.name), coalesce(c.goal, h.goal),
       coalesce(c.frequency, h.frequency), coalesce(c.paused, h.paused, false),
       coalesce(c.archived, h.archived, false)
     FROM unnest($1::bigint[], $2::text[], $3::text[], $4::jsonb[], $5::jsonb[], $6::boolean[], $7::boolean[])
       AS c (user_id, habit_id, name, goal, frequency, paused, archived)
     LEFT JOIN habits h USING (user_id, habit_id)
     ON CONFLICT (user_id, habit_id) DO UPDATE SET name = excluded.name, goal = excluded.goal,
       frequency = excluded.frequency, paused = excluded.paused, archived = excluded.archived`,
    columns(
      changed,
      (c) => c.userId,
      (c) => c.habitId,
      (c) => c.name,
      (c) => json(c.goal),
      (c) => json(c.frequency),
      (c) => c.paused,
      (c) => c.archived,
    ),
  );
}

/** Of a reminder row joined to its account `a` and habit `h`, either of which may be absent. */
const ACTIVE =
  'coalesce(h.goal IS NOT NULL AND NOT h.paused AND NOT h.archived AND a.blocked IS NOT TRUE, false)';

/** Brings zone and activity of stored reminders in line with their accounts and habits. */
async function refreshReminders(
  accounts: AccountChange[],
  habits: HabitChange[],
  db: Queryable,
): Promise<void> {
  if (accounts.length + habits.length === 0) return;
  await db.query(
    `UPDATE reminders r SET timezone = now_is.timezone, active = now_is.active
     FROM (
       SELECT s.user_id, s.habit_id, s.local_minute, a.timezone, ${ACTIVE} AS active
       FROM unnest($1::bigint[]) AS touched (user_id)
       JOIN reminders s USING (user_id)
       LEFT JOIN accounts a USING (user_id)
       LEFT JOIN habits h USING (user_id, habit_id)
     ) AS now_is
     WHERE (r.user_id, r.habit_id, r.local_minute) = (now_is.user_id, now_is.habit_id, now_is.local_minute)
       AND (r.timezone, r.active) IS DISTINCT FROM (now_is.timezone, now_is.active)`,
    columns(new Set([...accounts, ...habits].map(({ userId }) => userId)), (userId) => userId),
  );
}

async function writeReminders(changed: ReminderChange[], db: Queryable): Promise<void> {
  const removed = changed.filter((reminder) => reminder.weekdays === null);
  const scheduled = changed.filter((reminder) => reminder.weekdays !== null);
  if (removed.length > 0) {
    await db.query(
      `DELETE FROM reminders r USING unnest($1::bigint[], $2::text[], $3::smallint[])
         AS c (user_id, habit_id, local_minute)
       WHERE (r.user_id, r.habit_id, r.local_minute) = (c.user_id, c.habit_id, c.local_minute)`,
      columns(
        removed,
        (c) => c.userId,
        (c) => c.habitId,
        (c) => c.localMinute,
      ),
    );
  }
  if (scheduled.length === 0) return;
  await db.query(
    `INSERT INTO reminders (user_id, habit_id, local_minute, weekdays, partition, timezone, active)
     SELECT user_id, habit_id, c.local_minute, c.weekdays, c.partition, a.timezone, ${ACTIVE}
     FROM unnest($1::bigint[], $2::text[], $3::smallint[], $4::smallint[], $5::smallint[])
       AS c (user_id, habit_id, local_minute, weekdays, partition)
     LEFT JOIN accounts a USING (user_id)
     LEFT JOIN habits h USING (user_id, habit_id)
     ON CONFLICT (user_id, habit_id, local_minute) DO UPDATE
     SET weekdays = excluded.weekdays, timezone = excluded.timezone, active = excluded.active`,
    columns(
      scheduled,
      (c) => c.userId,
      (c) => c.habitId,
      (c) => c.localMinute,
      (c) => c.weekdays,
      (c) => c.partition,
    ),
  );
}

async function writeAnswers(changed: AnswerChange[], db: Queryable): Promise<void> {
  const cleared = changed.filter(({ answer }) => answer === 'cleared');
  const given = changed.filter(({ answer }) => answer !== 'cleared');
  if (cleared.length > 0) {
    await db.query(
      `DELETE FROM answers a USING unnest($1::bigint[], $2::text[], $3::date[]) AS c (user_id, habit_id, on_date)
       WHERE (a.user_id, a.habit_id, a.on_date) = (c.user_id, c.habit_id, c.on_date)`,
      columns(
        cleared,
        (c) => c.userId,
        (c) => c.habitId,
        (c) => c.on,
      ),
    );
  }
  if (given.length === 0) return;
  await db.query(
    `INSERT INTO answers (user_id, habit_id, on_date, value)
     SELECT * FROM unnest($1::bigint[], $2::text[], $3::date[], $4::double precision[])
     ON CONFLICT (user_id, habit_id, on_date) DO UPDATE SET value = excluded.value`,
    columns(
      given,
      (c) => c.userId,
      (c) => c.habitId,
      (c) => c.on,
      (c) => c.value,
    ),
  );
}
