import type { LocalDate } from '#contracts/time.ts';
import type { Queryable } from '../engine/projection.ts';

/** What happened on a day (UTC): people who came, people who did something, check-ins. */
export type ActivityOn = { on: LocalDate; new: number; active: number; checkIns: number };

/** Days from one to another, both included, oldest first, also those on which nothing happened. */
export async function activityBetween(db: Queryable, from: LocalDate, to: LocalDate): Promise<ActivityOn[]> {
  const { rows } = await db.query<{ on: LocalDate; new: string; active: string; checkIns: string }>(
    `SELECT day::date::text AS on,
       coalesce(sum(count) FILTER (WHERE what = 'new'), 0) AS new,
       coalesce(sum(count) FILTER (WHERE what = 'active'), 0) AS active,
       coalesce(sum(count) FILTER (WHERE what = 'checkIns'), 0) AS "checkIns"
     FROM generate_series($1::date, $2::date, interval '1 day') AS day
     LEFT JOIN admin.activity ON on_date = day::date GROUP BY day ORDER BY day`,
    [from, to],
  );
  return rows.map((row) => ({
    on: row.on,
    new: Number(row.new),
    active: Number(row.active),
    checkIns: Number(row.checkIns),
  }));
}
