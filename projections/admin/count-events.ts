import type { RecordedEvent } from '#contracts/events.ts';
import { isOwnDoing } from '#contracts/own-doing.ts';
import { putRows, type TargetTable } from '../engine/bulk-write.ts';
import { columns } from '../engine/columns.ts';
import type { Queryable } from '../engine/projection.ts';
import { addCounts, type CountTable, openCounts } from './counts.ts';

const ACTIVITY: CountTable = { name: 'activity', by: ['on_date', 'date'], of: ['what', 'text'] };

type LastActive = { userId: string; on: string };

const PEOPLE: TargetTable<LastActive> = {
  name: 'people',
  key: ['user_id'],
  shape: { user_id: ['bigint', (row) => row.userId], last_active_on: ['date', (row) => row.on] },
};

/**
 * Counts who came and who did something, by day (UTC). A person is active once a day: counted when they do something on a later
 * day than the last one that is known of them, so the log's order decides, and one row a person is enough.
 */
export async function countEvents(batch: readonly RecordedEvent[], db: Queryable): Promise<void> {
  const own = batch.filter(isOwnDoing);
  if (own.length === 0) return;
  const activity = openCounts();
  const lastOn = await lastActiveOn(own, db);
  const moved = new Set<string>();
  for (const { userId, type, at } of own) {
    const on = at.slice(0, 10);
    if (type === 'AccountRegistered') activity.add(on, 'new', 1);
    if (type === 'HabitCheckedIn') activity.add(on, 'checkIns', 1);
    if (on <= (lastOn.get(userId) ?? '')) continue;
    activity.add(on, 'active', 1);
    lastOn.set(userId, on);
    moved.add(userId);
  }
  const rows = [...moved].map((userId) => ({ userId, on: lastOn.get(userId) ?? '' }));
  await putRows(db, PEOPLE, rows);
  await addCounts(db, ACTIVITY, activity);
}

async function lastActiveOn(events: readonly RecordedEvent[], db: Queryable): Promise<Map<string, string>> {
  const ids = new Set(events.map(({ userId }) => userId));
  const { rows } = await db.query<{ user_id: string; on_date: string }>(
    'SELECT user_id, last_active_on::text AS on_date FROM people WHERE user_id = ANY ($1::bigint[])',
    columns(ids, (userId) => userId),
  );
  return new Map(rows.map(({ user_id, on_date }) => [user_id, on_date]));
}
