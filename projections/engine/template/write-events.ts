import type { RecordedEvent } from '#contracts/events.ts';
import { bulkRows } from '#projections/engine/bulk-write.ts';
import type { Queryable } from '#projections/engine/projection.ts';

type Count = { userId: string; on: string; count: number };

/** Adds the entries of a batch to those there are, in one statement. */
export async function writeEvents(batch: readonly RecordedEvent[], db: Queryable): Promise<void> {
  const counts = new Map<string, Count>();
  for (const event of batch) {
    if (event.type !== 'HabitCheckedIn' && event.type !== 'HabitSkipped') continue;
    const { userId } = event;
    const { on } = event.data;
    const key = `${userId} ${on}`;
    counts.set(key, { userId, on, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  if (counts.size === 0) return;
  const { names, from, values } = bulkRows(counts.values(), {
    user_id: ['bigint', ({ userId }) => userId],
    on_date: ['date', ({ on }) => on],
    entries: ['integer', ({ count }) => count],
  });
  await db.query(
    `INSERT INTO entries AS t (${names}) SELECT ${names} FROM ${from}
     ON CONFLICT (user_id, on_date) DO UPDATE SET entries = t.entries + excluded.entries`,
    values,
  );
}
