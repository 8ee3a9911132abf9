import type { Frequency, Goal, Group } from '#contracts/habit-events.ts';
import { inDayOrder, inOrder } from '#contracts/habit-order.ts';
import type { Entry, Pause } from '#contracts/history.ts';
import type { HabitId, UserId } from '#contracts/ids.ts';
import type { TrackedDays } from '#contracts/streak.ts';
import { type DateRange, type LocalDate, localTimeOf } from '#contracts/time.ts';
import { columns } from '../engine/columns.ts';
import type { Queryable } from '../engine/projection.ts';

/** A habit up to the date `on`. */
export type TrackedRequest = { userId: UserId; habitId: HabitId; on: LocalDate };

/** What a streak is computed from. `hasOlder`: it has entries from before those that are here. */
export type TrackedHabit = TrackedDays & { vacations: readonly DateRange[]; hasOlder: boolean };

/**
 * Habits with their entries of the last `days` days, in the order of the requests; undefined for one that is not defined. One
 * statement, however many.
 */
export async function trackedHabits(
  db: Queryable,
  requests: readonly TrackedRequest[],
  days: number,
): Promise<(TrackedHabit | undefined)[]> {
  const asked = columns(
    requests,
    (each) => each.userId,
    (each) => each.habitId,
    (each) => each.on,
  );
  const { rows } = await db.query<TrackedRow>(TRACKED, [...asked, days]);
  return rows.map(({ goal, frequency, pauses, vacations, dated, amounts, has_older: hasOlder }) => {
    if (!goal || !frequency) return undefined;
    const entries = (dated ?? []).map((day, i): [number, Entry] => [day, amounts?.[i] ?? 'skip']);
    const rests = { pauses: pauses ?? [], vacations: vacations ?? [] };
    return { goal, frequency, dated: entries, ...rests, hasOlder };
  });
}

/** A closed day that holds nothing has no entry. A pause that goes on has no last date, unless it is known. */
const TRACKED = `
SELECT h.goal, h.frequency, e.dated, e.amounts,
  (SELECT json_agg(json_build_object('from', lower(r)::text, 'to', (upper(r) - 1)::text)) FROM unnest(a.vacations) AS r)
    AS vacations,
  (SELECT json_agg(json_build_object('from', lower(r)::text, 'to', (upper(r) - 1)::text))
    FROM unnest(coalesce(h.pauses, '{}') + CASE WHEN h.paused AND h.paused_from <= coalesce(h.paused_until, c.on_date + 1)
      THEN datemultirange(daterange(h.paused_from, coalesce(h.paused_until, c.on_date + 1), '[]')) ELSE '{}' END) AS r
  ) AS pauses,
  (SELECT true FROM schedules.answers o WHERE o.user_id = c.user_id AND o.habit_id = c.habit_id
    AND o.on_date <= c.on_date - $4::integer LIMIT 1) IS TRUE AS has_older
FROM unnest($1::bigint[], $2::text[], $3::date[]) WITH ORDINALITY AS c (user_id, habit_id, on_date, place)
LEFT JOIN schedules.habits h USING (user_id, habit_id)
LEFT JOIN schedules.accounts a USING (user_id)
LEFT JOIN LATERAL (
  SELECT array_agg(n.on_date - DATE '1970-01-01' ORDER BY n.on_date) AS dated, array_agg(n.value ORDER BY n.on_date) AS amounts
  FROM schedules.answers n
  WHERE n.user_id = c.user_id AND n.habit_id = c.habit_id AND n.on_date > c.on_date - $4::integer AND n.on_date <= c.on_date
    AND NOT (n.closed AND n.value IS NULL)
) AS e ON true
ORDER BY c.place`;

type TrackedRow = {
  goal: Goal | null;
  frequency: Frequency | null;
  pauses: Pause[] | null;
  vacations: DateRange[] | null;
  dated: number[] | null;
  amounts: (number | null)[] | null;
  has_older: boolean;
};

/** The ids of each person's habits in the order in which lists of a day show them. One statement, however many. */
export async function habitsInDayOrder(db: Queryable, userIds: readonly UserId[]): Promise<HabitId[][]> {
  const { rows } = await db.query<OrderRow>(
    ORDERED,
    columns(userIds, (userId) => userId),
  );
  return rows.map(({ habit_order: order, habits }) => {
    const chosen = order ?? [];
    const placed = (habits ?? []).map(({ habitId, name, group, first }) => {
      return {
        habitId,
        state: { name, group, reminders: first === null ? [] : [{ at: localTimeOf(first) }] },
      };
    });
    return inDayOrder(inOrder(placed, chosen), chosen).map(({ habitId }) => habitId);
  });
}

const ORDERED = `
SELECT a.habit_order, (
  SELECT json_agg(json_build_object('habitId', h.habit_id, 'name', h.name, 'group', h.listed_under, 'first', (
    SELECT min(r.local_minute) FROM schedules.reminders r WHERE r.user_id = h.user_id AND r.habit_id = h.habit_id
  ))) FROM schedules.habits h WHERE h.user_id = c.user_id AND h.name IS NOT NULL
) AS habits
FROM unnest($1::bigint[]) WITH ORDINALITY AS c (user_id, place)
LEFT JOIN schedules.accounts a USING (user_id)
ORDER BY c.place`;

type OrderRow = {
  habit_order: HabitId[] | null;
  habits: { habitId: HabitId; name: string; group: Group | null; first: number | null }[] | null;
};
