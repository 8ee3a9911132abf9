import type { Pool, PoolClient } from 'pg';
import type { HabitId, UserId } from '#contracts/ids.ts';
import { type EpochMinute, localTimeOf } from '#contracts/time.ts';
import { columns } from '../engine/columns.ts';
import { connectionOf, rollBack } from '../engine/connection.ts';
import type { Queryable } from '../engine/projection.ts';
import { met, pausedOn, settled } from './settled.ts';

/** Local minutes of one zone that begin at one instant: `fromMinute` to `toMinute` of date `on`, both included. */
export type ZoneMinutes = {
  timezone: string;
  on: string;
  /** ISO weekday of `on`: 1 is Monday. */
  weekday: number;
  fromMinute: number;
  toMinute: number;
};

/** An occurrence to remind of. `lastAnsweredAt` is the person's latest check-in or skip, of any habit. */
export type DueRow = {
  userId: UserId;
  habitId: HabitId;
  at: string;
  /** The date it is for: by the person's day start, and the day before for what quiet hours held back overnight. */
  on: string;
  snoozed?: true;
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

/**
 * The date of occurrence `o` of habit `h` is still open and not in a vacation of account `a`. NOT EXISTS would become a
 * join, which may read every entry the habit ever had; a scalar subquery is always looked up by the whole key.
 */
const wanted = (h: string) => `(a.vacations @> o.on_date) IS NOT TRUE
  AND (
    SELECT true FROM schedules.answers n
    WHERE n.user_id = o.user_id AND n.habit_id = o.habit_id AND n.on_date = o.on_date AND ${settled('n', h)}
  ) IS NULL`;

const DECLARE_DUE = `
DECLARE due NO SCROLL CURSOR FOR
SELECT o.user_id, o.habit_id, o.local_minute, o.on_date::text AS on_date, false AS snoozed, a.last_answered_at
FROM (
  SELECT r.user_id, r.habit_id, r.local_minute, r.weekdays, r.open_below, r.met_times, r.met_in, r.met_days,
    r.yes_from, r.yes_to, r.paused_until, m.on_date - r.due_place / 1440 AS on_date,
    (m.weekday + 13 - r.due_place / 1440) % 7 AS weekday
  FROM unnest($2::text[], $3::date[], $4::smallint[], $5::smallint[], $6::smallint[])
    AS m (timezone, on_date, weekday, from_minute, to_minute)
  JOIN schedules.reminders r
    ON r.active AND r.partition = ANY ($1::smallint[]) AND r.timezone = m.timezone COLLATE "C"
    AND r.due_place % 1440::smallint BETWEEN m.from_minute AND m.to_minute
) AS o
LEFT JOIN schedules.accounts a ON a.user_id = o.user_id
WHERE (o.weekdays >> o.weekday) & 1 = 1 AND (o.on_date <= o.paused_until) IS NOT TRUE AND ${wanted('o')} AND NOT ${met('o', 'o')}
UNION ALL
SELECT o.user_id, o.habit_id, o.local_minute, o.on_date::text, true, a.last_answered_at
FROM schedules.snoozes o
JOIN schedules.accounts a ON a.user_id = o.user_id AND NOT (a.blocked OR a.stopped OR a.asked)
JOIN schedules.habits h ON h.user_id = o.user_id AND h.habit_id = o.habit_id
  AND h.goal IS NOT NULL AND NOT ${pausedOn('o', 'h')} AND NOT h.archived
WHERE o.partition = ANY ($1::smallint[]) AND o.due_minute = $7 AND ${wanted('h')}
ORDER BY user_id, habit_id, local_minute, snoozed`;

export type DueQuery = {
  partitions: readonly number[];
  minutes: readonly ZoneMinutes[];
  /** Of snoozed reminders; without it there are none. */
  minute?: EpochMinute | undefined;
};

/**
 * Everything due in `partitions` at the given local minutes, and what was snoozed to `minute`, as one consistent
 * snapshot, ordered by (userId, habitId, at). Left out: people who blocked the bot, stopped reminders, or were asked
 * whether to go on and did not answer; paused and archived habits, other weekdays, vacations, settled dates, and habits
 * that are done as often as wanted (but not what was snoozed, which the person asked for).
 * Chunks hold about `chunkSize` rows; all rows of one person are in the same chunk.
 *
 * Holds one connection in a read-only transaction until it is finished or left (`break`): a cursor computes and sorts
 * what is due once, however many chunks, and neither side ever holds all of it.
 */
export async function* dueReminders(
  pool: Pool,
  { partitions, minutes, minute }: DueQuery,
  chunkSize: number,
): AsyncGenerator<DueRow[]> {
  if (partitions.length === 0 || (minutes.length === 0 && minute === undefined)) return;
  const { client, release } = await connectionOf(pool);
  try {
    await openCursor(client, { partitions, minutes, minute });
    yield* wholePersons(fetchChunks(client, chunkSize));
  } finally {
    // Read-only: there is nothing to commit.
    release(await rollBack(client));
  }
}

/** All rows are wanted, and whatever the statistics say, the index finds them at the cost of what is due. */
const INDEX_ONLY = `
SET LOCAL cursor_tuple_fraction = 1;
SET LOCAL enable_seqscan = off;
SET LOCAL enable_hashjoin = off;
SET LOCAL enable_mergejoin = off;
SET LOCAL jit = off`;

async function openCursor(client: PoolClient, { partitions, minutes, minute }: DueQuery): Promise<void> {
  await client.query('BEGIN READ ONLY');
  await client.query(INDEX_ONLY);
  await client.query(DECLARE_DUE, [
    ...columns(partitions, (partition) => partition),
    ...columns(
      minutes,
      (each) => each.timezone,
      (each) => each.on,
      (each) => each.weekday,
      (each) => each.fromMinute,
      (each) => each.toMinute,
    ),
    minute,
  ]);
}

type StoredRow = {
  user_id: UserId;
  habit_id: HabitId;
  local_minute: number;
  on_date: string;
  snoozed: boolean;
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
      ...(row.snoozed && { snoozed: true }),
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
