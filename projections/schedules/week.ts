import type { Goal } from '#contracts/habit-events.ts';
import { DIGEST, type HabitId, type UserId } from '#contracts/ids.ts';
import type { DateRange } from '#contracts/time.ts';
import type { Queryable } from '../engine/projection.ts';
import { habitsInDayOrder } from './tracked.ts';

/** A habit in some days: on how many it was done, and the sum of its amounts (0 for one that is only done or not). */
export type HabitDays = { name: string; goal: Goal; done: number; total: number };

const WEEK = `
SELECT h.habit_id, h.shown_name AS name, h.goal,
  count(*) FILTER (WHERE n.value >= CASE
      WHEN h.goal ->> 'kind' = 'yesNo' THEN 1
      WHEN h.goal ->> 'direction' = 'atLeast' THEN (h.goal ->> 'target')::double precision
      ELSE 0 END
    AND (h.goal ->> 'direction' IS DISTINCT FROM 'atMost' OR n.value <= (h.goal ->> 'target')::double precision)
  ) AS done,
  coalesce(sum(round(n.value::numeric, 3)) FILTER (WHERE h.goal ->> 'kind' = 'numeric'), 0) AS total
FROM schedules.habits h
LEFT JOIN schedules.answers n
  ON n.user_id = h.user_id AND n.habit_id = h.habit_id AND n.on_date BETWEEN $2 AND $3
WHERE h.user_id = $1 AND h.name IS NOT NULL AND h.goal IS NOT NULL AND NOT h.archived AND h.habit_id <> $4
GROUP BY h.habit_id, h.shown_name, h.goal`;

type WeekRow = { habit_id: HabitId; name: string; goal: Goal; done: string; total: string };

/** A person's habits in use as they went in a range of dates, in the order in which lists of a day show them. */
export async function habitsIn(db: Queryable, userId: UserId, { from, to }: DateRange): Promise<HabitDays[]> {
  const [{ rows }, [order = []]] = await Promise.all([
    db.query<WeekRow>(WEEK, [userId, from, to, DIGEST]),
    habitsInDayOrder(db, [userId]),
  ]);
  return rows
    .toSorted((a, b) => order.indexOf(a.habit_id) - order.indexOf(b.habit_id))
    .map(({ name, goal, done, total }) => ({ name, goal, done: Number(done), total: Number(total) }));
}
