import type { RecordedEvent } from '#contracts/events.ts';
import { minuteOfDay } from '#contracts/time.ts';
import { columns, json } from '../columns.ts';
import type { Queryable } from '../projection.ts';
import {
  type AccountChange,
  type AnswerChange,
  changesOf,
  type HabitChange,
  type ReminderChange,
  type SnoozeChange,
} from './changes.ts';

/** Writes a batch of events into the tables of schedules: at most nine statements, however many events. */
export async function writeEvents(batch: readonly RecordedEvent[], db: Queryable): Promise<void> {
  const { accounts, habits, reminders, snoozes, answers } = changesOf(batch);
  const moved = [...accounts.values()].filter(movesReminders);
  const heardFrom = await owingAnAnswer(accounts, db);
  await writeAccounts([...accounts.values()], db);
  await writeHabits([...habits.values()], db);
  await refreshReminders([...moved, ...heardFrom, ...habits.values()], db);
  await writeReminders([...reminders.values()], db);
  await writeSnoozes([...snoozes.values()], db);
  await writeAnswers([...answers.values()], db);
}

const movesReminders = ({
  timezone,
  blocked,
  dayStarts,
  quiet,
  stopped,
  askedAtMs,
}: AccountChange): boolean =>
  [timezone, blocked, dayStarts, quiet, stopped, askedAtMs].some((each) => each !== undefined);

/** Of those about to be written: who was asked whether to go on. A sign of life makes their reminders active again. */
async function owingAnAnswer(
  accounts: ReadonlyMap<string, AccountChange>,
  db: Queryable,
): Promise<{ userId: string }[]> {
  if (accounts.size === 0) return [];
  const { rows } = await db.query<{ userId: string }>(
    'SELECT user_id AS "userId" FROM accounts WHERE asked AND user_id = ANY ($1::bigint[])',
    columns(accounts.keys(), (userId) => userId),
  );
  return rows;
}

const NEW_ACCOUNT = `
SELECT user_id, c.partition, coalesce(c.locale, a.locale) AS locale, coalesce(c.timezone, a.timezone) AS timezone,
  coalesce(c.blocked, a.blocked, false) AS blocked,
  greatest(to_timestamp(c.answered_at_ms / 1000.0), a.last_answered_at) AS last_answered_at,
  greatest(to_timestamp(c.active_at_ms / 1000.0), a.last_active_at) AS last_active_at,
  coalesce(c.day_starts, a.day_starts, 0) AS day_starts,
  CASE WHEN c.quiet_given THEN c.quiet_from ELSE a.quiet_from END AS quiet_from,
  CASE WHEN c.quiet_given THEN c.quiet_to ELSE a.quiet_to END AS quiet_to,
  coalesce(c.vacation_from, a.vacation_from) AS vacation_from,
  least(coalesce(c.vacation_to, a.vacation_to), c.vacation_cancelled_on - 1) AS vacation_to,
  coalesce(c.stopped, a.stopped, false) AS stopped,
  CASE
    -- Whoever was heard from between the question and its event has answered.
    WHEN c.asked_at_ms IS NOT NULL THEN coalesce(to_timestamp(c.asked_at_ms / 1000.0)
      >= greatest(to_timestamp(c.active_at_ms / 1000.0), a.last_active_at), true)
    WHEN c.active_at_ms IS NOT NULL THEN false
    ELSE coalesce(a.asked, false)
  END AS asked
FROM unnest($1::bigint[], $2::smallint[], $3::text[], $4::text[], $5::boolean[], $6::bigint[], $7::bigint[],
  $8::smallint[], $9::boolean[], $10::smallint[], $11::smallint[], $12::date[], $13::date[], $14::date[],
  $15::boolean[], $16::bigint[])
  AS c (user_id, partition, locale, timezone, blocked, answered_at_ms, active_at_ms, day_starts, quiet_given,
    quiet_from, quiet_to, vacation_from, vacation_to, vacation_cancelled_on, stopped, asked_at_ms)
LEFT JOIN accounts a USING (user_id)`;

const ACCOUNT_COLUMNS = [
  'locale',
  'timezone',
  'blocked',
  'last_answered_at',
  'last_active_at',
  'day_starts',
  'quiet_from',
  'quiet_to',
  'vacation_from',
  'vacation_to',
  'stopped',
  'asked',
];

async function writeAccounts(changed: AccountChange[], db: Queryable): Promise<void> {
  if (changed.length === 0) return;
  await db.query(
    `INSERT INTO accounts (user_id, partition, ${ACCOUNT_COLUMNS}) ${NEW_ACCOUNT}
     ON CONFLICT (user_id) DO UPDATE SET ${ACCOUNT_COLUMNS.map((column) => `${column} = excluded.${column}`)}`,
    columns(
      changed,
      (c) => c.userId,
      (c) => c.partition,
      (c) => c.locale,
      (c) => c.timezone,
      (c) => c.blocked,
      (c) => c.answeredAtMs,
      (c) => c.activeAtMs,
      (c) => c.dayStarts,
      (c) => c.quiet !== undefined,
      (c) => c.quiet && minuteOfDay(c.quiet.from),
      (c) => c.quiet && minuteOfDay(c.quiet.to),
      (c) => c.vacation?.from,
      (c) => c.vacation?.to,
      (c) => c.vacationCancelledOn,
      (c) => c.stopped,
      (c) => c.askedAtMs,
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

/** What a reminder has from its account `a` and habit `h`, either of which may be absent. */
const COPIED = ['timezone', 'active', 'day_starts', 'quiet_from', 'quiet_to'];
const COPIES = `a.timezone, coalesce(h.goal IS NOT NULL AND NOT h.paused AND NOT h.archived
    AND (a.blocked OR a.stopped OR a.asked) IS NOT TRUE, false) AS active,
  coalesce(a.day_starts, 0) AS day_starts, a.quiet_from, a.quiet_to`;

/** Brings stored reminders in line with their accounts and habits. */
async function refreshReminders(changed: { userId: string }[], db: Queryable): Promise<void> {
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
    `INSERT INTO reminders (user_id, habit_id, local_minute, weekdays, flexible_by, partition, ${COPIED})
     SELECT user_id, habit_id, c.local_minute, c.weekdays, c.flexible_by, c.partition, ${COPIES}
     FROM unnest($1::bigint[], $2::text[], $3::smallint[], $4::smallint[], $5::smallint[], $6::smallint[])
       AS c (user_id, habit_id, local_minute, weekdays, flexible_by, partition)
     LEFT JOIN accounts a USING (user_id)
     LEFT JOIN habits h USING (user_id, habit_id)
     ON CONFLICT (user_id, habit_id, local_minute) DO UPDATE
     SET ${['weekdays', 'flexible_by', ...COPIED].map((column) => `${column} = excluded.${column}`)}`,
    columns(
      scheduled,
      (c) => c.userId,
      (c) => c.habitId,
      (c) => c.localMinute,
      (c) => c.weekdays,
      (c) => c.flexibleBy,
      (c) => c.partition,
    ),
  );
}

async function writeSnoozes(changed: SnoozeChange[], db: Queryable): Promise<void> {
  if (changed.length === 0) return;
  await db.query(
    `INSERT INTO snoozes (user_id, habit_id, on_date, local_minute, due_minute, partition)
     SELECT * FROM unnest($1::bigint[], $2::text[], $3::date[], $4::smallint[], $5::integer[], $6::smallint[])
     ON CONFLICT (user_id, habit_id) DO UPDATE SET on_date = excluded.on_date,
       local_minute = excluded.local_minute, due_minute = excluded.due_minute`,
    columns(
      changed,
      (c) => c.userId,
      (c) => c.habitId,
      (c) => c.on,
      (c) => c.localMinute,
      (c) => c.dueMinute,
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
