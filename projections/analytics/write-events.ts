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

/** Only HabitDefined sets these, all of them at once. */
const DEFINITION: Shape<HabitChange> = {
  defined_at: ['timestamptz', (c) => c.definedAt],
  goal: ['text', (c) => c.goal?.kind],
  direction: ['text', (c) => (c.goal?.kind === 'numeric' ? c.goal.direction : null)],
  target: ['double precision', (c) => (c.goal?.kind === 'numeric' ? c.goal.target : null)],
  frequency: ['text', (c) => c.frequency?.kind],
  weekdays: ['text', (c) => (c.frequency?.kind === 'weekdays' ? `{${c.frequency.weekdays}}` : null)],
  times: ['smallint', (c) => (c.frequency?.kind === 'timesInDays' ? c.frequency.times : null)],
  days: ['smallint', (c) => (c.frequency?.kind === 'timesInDays' ? c.frequency.days : null)],
};
const DEFINED = Object.keys(DEFINITION);
/** `unnest` would flatten arrays of arrays, so that weekdays travel as text. */
const castOf = (column: string) => (column === 'weekdays' ? '::smallint[]' : '');

async function writeHabits(changed: HabitChange[], db: Queryable): Promise<void> {
  if (changed.length === 0) return;
  const { from, values } = bulkRows(changed, {
    user_id: ['bigint', (c) => c.userId],
    habit_id: ['text', (c) => c.habitId],
    ...DEFINITION,
    paused: ['boolean', (c) => c.paused],
    archived: ['boolean', (c) => c.archived],
  });
  const definition = DEFINED.map(
    (name) => `CASE WHEN c.defined_at IS NULL THEN h.${name} ELSE c.${name}${castOf(name)} END`,
  );
  await db.query(
    `INSERT INTO dim_habits (user_id, habit_id, ${DEFINED}, paused, archived)
     SELECT user_id, habit_id, ${definition}, coalesce(c.paused, h.paused, false),
       coalesce(c.archived, h.archived, false)
     FROM ${from} LEFT JOIN dim_habits h USING (user_id, habit_id)
     ON CONFLICT (user_id, habit_id) DO UPDATE SET ${replaced([...DEFINED, 'paused', 'archived'])}`,
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
    answered_at: ['timestamptz', (c) => c.answeredAt],
    correlation_id: ['text', (c) => c.correlationId],
  };
  await putRows(db, { name: 'fact_check_ins', key: Object.keys(ENTRY_KEY), shape }, kept);
}
