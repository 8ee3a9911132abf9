import type { Pool, PoolClient } from 'pg';
import { localTimeOf } from '#contracts/time.ts';
import { columns } from '../columns.ts';
import type { Queryable } from '../projection.ts';

/** Local minutes of one zone that begin at one instant: `fromMinute` to `toMinute` of date `on`, both included. */
export type DueMinute = {
  timezone: string;
  on: string;
  /** ISO weekday of `on`: 1 is Monday. */
  weekday: number;
  fromMinute: number;
  toMinute: number;
};

/** An occurrence to remind of. `lastAnsweredAt` is the person's latest check-in or skip, of any habit. */
export type DueRow = {
  userId: string;
  habitId: string;
  at: string;
  on: string;
  lastAnsweredAt: string | null;
};

/** Zones of all accounts, sorted. Costs an index probe for each, not a scan. */
export async function zonesInUse(db: Queryable): Promise<string[]> {
  const { rows } = await db.query<{ timezone: string }>(
    `WITH RECURSIVE zones AS (
       (SELECT min(timezone) AS timezone FROM schedules.accounts)
       UNION ALL
       SELECT (SELECT min(a.timezone) FROM schedules.accounts a WHERE a.timezone > zones.timezone)
       FROM zones WHERE zones.timezone IS NOT NULL
     )
     SELECT timezone FROM zones WHERE timezone IS NOT NULL`,
  );
  return rows.map((row) => row.timezone);
}

const DECLARE_DUE = `
DECLARE due NO SCROLL CURSOR FOR
SELECT r.user_id, r.habit_id, r.local_minute, m.on_date::text AS on_date, a.last_answered_at
FROM unnest($1::smallint[]) AS p (partition)
CROSS JOIN unnest($2::text[], $3::date[], $4::smallint[], $5::smallint[], $6::smallint[])
  AS m (timezone, on_date, weekday, from_minute, to_minute)
JOIN schedules.reminders r
  ON r.active AND r.partition = p.partition AND r.timezone = m.timezone COLLATE "C"
  AND r.local_minute BETWEEN m.from_minute AND m.to_minute
LEFT JOIN schedules.accounts a ON a.user_id = r.user_id
WHERE (r.weekdays >> (m.weekday - 1)) & 1 = 1
  AND NOT EXISTS (
    SELECT FROM schedules.answers n
    WHERE n.user_id = r.user_id AND n.habit_id = r.habit_id AND n.on_date = m.on_date
  )
ORDER BY r.user_id, r.habit_id, r.local_minute`;

/**
 * Everything due in `partitions` at the given minutes, as one consistent snapshot, ordered by (userId, habitId, at).
 * Left out: blocked accounts, paused and archived habits, other weekdays, days answered already. Chunks hold about
 * `chunkSize` rows; all rows of one person are in the same chunk.
 *
 * Holds one connection in a read-only transaction until it is finished or left (`break`): a cursor computes and sorts
 * what is due once, however many chunks, and neither side ever holds all of it.
 */
export async function* dueReminders(
  pool: Pool,
  partitions: readonly number[],
  minutes: readonly DueMinute[],
  chunkSize: number,
): AsyncGenerator<DueRow[]> {
  if (partitions.length === 0 || minutes.length === 0) return;
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await openCursor(client, partitions, minutes);
    yield* wholePersons(fetchChunks(client, chunkSize));
  } finally {
    // Read-only: there is nothing to commit.
    await client.query('ROLLBACK').catch((error: Error) => {
      broken = error;
    });
    client.release(broken);
  }
}

async function openCursor(
  client: PoolClient,
  partitions: readonly number[],
  minutes: readonly DueMinute[],
): Promise<void> {
  await client.query('BEGIN READ ONLY');
  // All rows are wanted, and whatever the statistics say, the index finds them at the cost of what is due.
  await client.query(
    'SET LOCAL cursor_tuple_fraction = 1; SET LOCAL enable_seqscan = off; SET LOCAL jit = off',
  );
  await client.query(DECLARE_DUE, [
    ...columns(partitions, (partition) => partition),
    ...columns(
      minutes,
      (minute) => minute.timezone,
      (minute) => minute.on,
      (minute) => minute.weekday,
      (minute) => minute.fromMinute,
      (minute) => minute.toMinute,
    ),
  ]);
}

type StoredRow = {
  user_id: string;
  habit_id: string;
  local_minute: number;
  on_date: string;
  last_answered_at: Date | null;
};

async function* fetchChunks(client: PoolClient, chunkSize: number): AsyncGenerator<DueRow[]> {
  for (;;) {
    const { rows } = await client.query<StoredRow>(`FETCH ${Math.max(1, Math.trunc(chunkSize))} FROM due`);
    if (rows.length === 0) return;
    yield rows.map((row) => ({
      userId: row.user_id,
      habitId: row.habit_id,
      at: localTimeOf(row.local_minute),
      on: row.on_date,
      lastAnsweredAt: row.last_answered_at?.toISOString() ?? null,
    }));
  }
}

/** Holds the last person of each chunk back until it is known that no more rows of theirs follow. */
async function* wholePersons(chunks: AsyncIterable<DueRow[]>): AsyncGenerator<DueRow[]> {
  let held: DueRow[] = [];
  for await (const chunk of chunks) {
    const rows = [...held, ...chunk];
    const last = rows.at(-1);
    const cut = rows.findIndex((row) => row.userId === last?.userId);
    held = rows.slice(cut);
    if (cut > 0) yield rows.slice(0, cut);
  }
  if (held.length > 0) yield held;
}
