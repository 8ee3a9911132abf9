import { bulkRows, putRows, removeRows, type Shape } from '../engine/bulk-write.ts';
import type { Queryable } from '../engine/projection.ts';
import type { EntryChange } from './entry-changes.ts';

/**
 * Appends what was done to days. Run it before {@link writeEntries}, which overwrites what days held before, and after the
 * versions of people, which say in which zone they were.
 */
export async function appendEntryChanges(db: Queryable, changes: readonly EntryChange[]): Promise<void> {
  if (changes.length === 0) return;
  const { from, values } = bulkRows(changes, {
    user_id: ['bigint', (c) => c.userId],
    habit_id: ['text', (c) => c.habitId],
    on_date: ['date', (c) => c.on],
    sequence: ['bigint', (c) => c.sequence],
    action: ['text', (c) => c.action],
    happened_at: ['timestamptz', (c) => c.at],
    held_before: ['text', (c) => c.before?.holds],
    value_before: ['double precision', (c) => c.before?.value],
    holds: ['text', (c) => c.after?.holds],
    value: ['double precision', (c) => c.after?.value],
    correlation_id: ['text', (c) => c.correlationId],
  });
  await db.query(
    `INSERT INTO fact_entry_changes
       (user_id, habit_id, on_date, sequence, action, happened_at, timezone, held_before, value_before, holds, value,
        correlation_id)
     SELECT c.user_id, c.habit_id, c.on_date, c.sequence, c.action, c.happened_at, zone.timezone,
       coalesce(c.held_before, stored.holds),
       CASE WHEN c.held_before IS NULL THEN stored.value ELSE c.value_before END,
       coalesce(c.holds, stored.holds), CASE WHEN c.holds IS NULL THEN stored.value ELSE c.value END,
       c.correlation_id
     FROM ${from}
     LEFT JOIN fact_check_ins f USING (user_id, habit_id, on_date)
     CROSS JOIN LATERAL (
       SELECT f.value, CASE WHEN f.user_id IS NULL THEN 'nothing' WHEN f.skipped THEN 'skip' ELSE 'value' END AS holds
     ) stored
     LEFT JOIN LATERAL (
       SELECT v.timezone FROM dim_user_versions v
       WHERE v.user_id = c.user_id AND v.sequence < c.sequence ORDER BY v.sequence DESC LIMIT 1
     ) zone ON true`,
    values,
  );
}

const KEY: Shape<EntryChange> = {
  user_id: ['bigint', (c) => c.userId],
  habit_id: ['text', (c) => c.habitId],
  on_date: ['date', (c) => c.on],
};

const ENTRY: Shape<EntryChange> = {
  ...KEY,
  skipped: ['boolean', (c) => c.after?.holds === 'skip'],
  value: ['double precision', (c) => c.after?.value],
  imported: ['boolean', (c) => c.action === 'import'],
  answered_at: ['timestamptz', (c) => c.at],
  correlation_id: ['text', (c) => c.correlationId],
};

/** The entry that each day has in the end. */
export async function writeEntries(db: Queryable, changes: readonly EntryChange[]): Promise<void> {
  const last = new Map<string, EntryChange>();
  for (const change of changes) {
    if (!STATED.has(change.action)) continue;
    last.set(`${change.userId}/${change.habitId}/${change.on}`, change);
  }
  const all = [...last.values()];
  await removeRows(
    db,
    'fact_check_ins',
    all.filter(({ action }) => action === 'clear'),
    KEY,
  );
  const table = { name: 'fact_check_ins', key: Object.keys(KEY), shape: ENTRY };
  await putRows(
    db,
    table,
    all.filter(({ action }) => action !== 'clear'),
  );
}

/** What says what a day holds; the others leave it as it is. */
const STATED: ReadonlySet<EntryChange['action']> = new Set(['check_in', 'skip', 'clear', 'import']);
