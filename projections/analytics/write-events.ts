import type { RecordedEvent } from '#contracts/events.ts';
import { bulkRows, putRows, removeRows, replaced, type Shape } from '../engine/bulk-write.ts';
import type { Queryable } from '../engine/projection.ts';
import { changesOf, type EntryChange, type HabitChange, type UserChange } from './event-changes.ts';
import { cancelVacations, writeSnoozes, writeVacations } from './write-absences.ts';

/** Writes a batch of events into dimensions and facts: at most seven statements, however many events. */
export async function writeEvents(batch: readonly RecordedEvent[], db: Queryable): Promise<void> {
  const { users, habits, entries, snoozes, vacations, cancellations } = changesOf(batch);
  await writeUsers([...users.values()], db);
  await writeHabits([...habits.values()], db);
  await writeEntries([...entries.values()], db);
  await writeSnoozes(snoozes, db);
  await writeVacations(vacations, db);
  await cancelVacations(cancellations, db);
}

async function writeUsers(changed: UserChange[], db: Queryable): Promise<void> {
  if (changed.length === 0) return;
  const { names, from, values } = bulkRows(changed, {
    user_id: ['bigint', (c) => c.userId],
    registered_at: ['timestamptz', (c) => c.registeredAt],
    locale: ['text', (c) => c.locale],
    timezone: ['text', (c) => c.timezone],
    blocked: ['boolean', (c) => c.blocked],
    day_starts_at: ['time', (c) => c.dayStartsAt],
    stopped: ['boolean', (c) => c.stopped],
  });
  await db.query(
    `INSERT INTO dim_users (${names})
     SELECT user_id, coalesce(c.registered_at, u.registered_at), coalesce(c.locale, u.locale),
       coalesce(c.timezone, u.timezone), coalesce(c.blocked, u.blocked, false),
       coalesce(c.day_starts_at, u.day_starts_at, '00:00'), coalesce(c.stopped, u.stopped, false)
     FROM ${from} LEFT JOIN dim_users u USING (user_id)
     ON CONFLICT (user_id) DO UPDATE SET ${replaced(names.slice(1))}`,
    values,
  );
}

/** What is set together: columns of a goal, and those of a frequency. */
const GOAL: Shape<HabitChange> = {
  goal: ['text', (c) => c.goal?.kind],
  direction: ['text', (c) => (c.goal?.kind === 'numeric' ? c.goal.direction : null)],
  target: ['double precision', (c) => (c.goal?.kind === 'numeric' ? c.goal.target : null)],
};
const FREQUENCY: Shape<HabitChange> = {
  frequency: ['text', (c) => c.frequency?.kind],
  weekdays: ['text', (c) => (c.frequency?.kind === 'weekdays' ? `{${c.frequency.weekdays}}` : null)],
  times: ['smallint', (c) => (c.frequency && 'times' in c.frequency ? c.frequency.times : null)],
  days: ['smallint', (c) => (c.frequency?.kind === 'timesInDays' ? c.frequency.days : null)],
};
/** `unnest` would flatten arrays of arrays, so that weekdays travel as text. */
const castOf = (column: string) => (column === 'weekdays' ? '::smallint[]' : '');

async function writeHabits(changed: HabitChange[], db: Queryable): Promise<void> {
  if (changed.length === 0) return;
  const { from, values } = bulkRows(changed, {
    user_id: ['bigint', (c) => c.userId],
    habit_id: ['text', (c) => c.habitId],
    defined_at: ['timestamptz', (c) => c.definedAt],
    ...GOAL,
    ...FREQUENCY,
    paused: ['boolean', (c) => c.paused],
    paused_until: ['date', (c) => c.pausedUntil],
    archived: ['boolean', (c) => c.archived],
    deleted: ['boolean', (c) => c.deleted],
  });
  const newest = (shape: Shape<HabitChange>, isSet: string) =>
    Object.keys(shape).map(
      (name) => `CASE WHEN c.${isSet} IS NULL THEN h.${name} ELSE c.${name}${castOf(name)} END`,
    );
  const definition = [...newest(GOAL, 'goal'), ...newest(FREQUENCY, 'frequency')];
  const defined = [...Object.keys(GOAL), ...Object.keys(FREQUENCY)];
  await db.query(
    `INSERT INTO dim_habits (user_id, habit_id, defined_at, ${defined}, paused, paused_until, archived, deleted)
     SELECT user_id, habit_id, coalesce(c.defined_at, h.defined_at), ${definition},
       coalesce(c.paused, h.paused, false), CASE WHEN c.paused IS NULL THEN h.paused_until ELSE c.paused_until END,
       coalesce(c.archived, h.archived, false),
       coalesce(c.deleted, h.deleted, false)
     FROM ${from} LEFT JOIN dim_habits h USING (user_id, habit_id)
     ON CONFLICT (user_id, habit_id) DO UPDATE SET ${replaced(['defined_at', ...defined, 'paused', 'paused_until', 'archived', 'deleted'])}`,
    values,
  );
}

const ENTRY_KEY: Shape<EntryChange> = {
  user_id: ['bigint', (c) => c.userId],
  habit_id: ['text', (c) => c.habitId],
  on_date: ['date', (c) => c.on],
};

async function writeEntries(changed: EntryChange[], db: Queryable): Promise<void> {
  const cleared = changed.filter(({ entry }) => entry === 'cleared');
  const kept = changed.filter(({ entry }) => entry !== 'cleared');
  await removeRows(db, 'fact_check_ins', cleared, ENTRY_KEY);
  const shape: Shape<EntryChange> = {
    ...ENTRY_KEY,
    skipped: ['boolean', (c) => c.entry === 'skip'],
    value: ['double precision', (c) => c.value],
    imported: ['boolean', (c) => c.imported],
    answered_at: ['timestamptz', (c) => c.answeredAt],
    correlation_id: ['text', (c) => c.correlationId],
  };
  await putRows(db, { name: 'fact_check_ins', key: Object.keys(ENTRY_KEY), shape }, kept);
}
