import type { RecordedEvent } from '#contracts/events.ts';
import { columns } from '../columns.ts';
import type { Queryable } from '../projection.ts';
import { type CheckInChange, changesOf, type HabitChange, type UserChange } from './event-changes.ts';
import { cancelVacations, writeSnoozes, writeVacations } from './write-absences.ts';

/** Writes a batch of events into dimensions and facts: at most seven statements, however many events. */
export async function writeEvents(batch: readonly RecordedEvent[], db: Queryable): Promise<void> {
  const { users, habits, checkIns, snoozes, vacations, cancellings } = changesOf(batch);
  await writeUsers([...users.values()], db);
  await writeHabits([...habits.values()], db);
  await writeCheckIns([...checkIns.values()], db);
  await writeSnoozes(snoozes, db);
  await writeVacations(vacations, db);
  await cancelVacations(cancellings, db);
}

async function writeUsers(changed: UserChange[], db: Queryable): Promise<void> {
  if (changed.length === 0) return;
  await db.query(
    `INSERT INTO dim_users (user_id, registered_at, locale, timezone, blocked, day_starts_at, stopped)
     SELECT user_id, coalesce(c.registered_at, u.registered_at), coalesce(c.locale, u.locale),
       coalesce(c.timezone, u.timezone), coalesce(c.blocked, u.blocked, false),
       coalesce(c.day_starts_at, u.day_starts_at, '00:00'), coalesce(c.stopped, u.stopped, false)
     FROM unnest($1::bigint[], $2::timestamptz[], $3::text[], $4::text[], $5::boolean[], $6::time[], $7::boolean[])
       AS c (user_id, registered_at, locale, timezone, blocked, day_starts_at, stopped)
     LEFT JOIN dim_users u USING (user_id)
     ON CONFLICT (user_id) DO UPDATE SET registered_at = excluded.registered_at, locale = excluded.locale,
       timezone = excluded.timezone, blocked = excluded.blocked, day_starts_at = excluded.day_starts_at,
       stopped = excluded.stopped`,
    columns(
      changed,
      (c) => c.userId,
      (c) => c.registeredAt,
      (c) => c.locale,
      (c) => c.timezone,
      (c) => c.blocked,
      (c) => c.dayStartsAt,
      (c) => c.stopped,
    ),
  );
}

/** A defined habit sets all of goal and frequency; any other change leaves all of them as they are. */
const DEFINED = ['defined_at', 'goal', 'direction', 'target', 'frequency', 'weekdays', 'times', 'days'];

async function writeHabits(changed: HabitChange[], db: Queryable): Promise<void> {
  if (changed.length === 0) return;
  const definition = DEFINED.map(
    (column) => `CASE WHEN c.defined_at IS NULL THEN h.${column} ELSE c.${column} END`,
  );
  await db.query(
    `INSERT INTO dim_habits (user_id, habit_id, ${DEFINED}, paused, archived)
     SELECT user_id, habit_id, ${definition}, coalesce(c.paused, h.paused, false),
       coalesce(c.archived, h.archived, false)
     FROM (
       SELECT user_id, habit_id, defined_at, goal, direction, target, frequency, weekdays::smallint[] AS weekdays,
         times, days, paused, archived
       FROM unnest($1::bigint[], $2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::double precision[],
         $7::text[], $8::text[], $9::smallint[], $10::smallint[], $11::boolean[], $12::boolean[])
         AS given (user_id, habit_id, defined_at, goal, direction, target, frequency, weekdays, times, days,
           paused, archived)
     ) AS c
     LEFT JOIN dim_habits h USING (user_id, habit_id)
     ON CONFLICT (user_id, habit_id) DO UPDATE SET
       ${DEFINED.map((column) => `${column} = excluded.${column}`)},
       paused = excluded.paused, archived = excluded.archived`,
    columns(
      changed,
      (c) => c.userId,
      (c) => c.habitId,
      (c) => c.definedAt,
      (c) => c.goal?.kind,
      (c) => (c.goal?.kind === 'numeric' ? c.goal.direction : null),
      (c) => (c.goal?.kind === 'numeric' ? c.goal.target : null),
      (c) => c.frequency?.kind,
      (c) => (c.frequency?.kind === 'weekdays' ? `{${c.frequency.weekdays}}` : null),
      (c) => (c.frequency?.kind === 'timesInDays' ? c.frequency.times : null),
      (c) => (c.frequency?.kind === 'timesInDays' ? c.frequency.days : null),
      (c) => c.paused,
      (c) => c.archived,
    ),
  );
}

async function writeCheckIns(changed: CheckInChange[], db: Queryable): Promise<void> {
  const cleared = changed.filter(({ answer }) => answer === 'cleared');
  const given = changed.filter(({ answer }) => answer !== 'cleared');
  if (cleared.length > 0) {
    await db.query(
      `DELETE FROM fact_check_ins f USING unnest($1::bigint[], $2::text[], $3::date[])
         AS c (user_id, habit_id, on_date)
       WHERE (f.user_id, f.habit_id, f.on_date) = (c.user_id, c.habit_id, c.on_date)`,
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
    `INSERT INTO fact_check_ins (user_id, habit_id, on_date, skipped, value, answered_at, correlation_id)
     SELECT * FROM unnest($1::bigint[], $2::text[], $3::date[], $4::boolean[], $5::double precision[],
       $6::timestamptz[], $7::text[])
     ON CONFLICT (user_id, habit_id, on_date) DO UPDATE SET skipped = excluded.skipped,
       value = excluded.value, answered_at = excluded.answered_at, correlation_id = excluded.correlation_id`,
    columns(
      given,
      (c) => c.userId,
      (c) => c.habitId,
      (c) => c.on,
      (c) => c.answer === 'skip',
      (c) => c.value,
      (c) => c.answeredAt,
      (c) => c.correlationId,
    ),
  );
}
