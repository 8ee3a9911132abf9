import { bulkRows, replaced, type Shape } from '../engine/bulk-write.ts';
import { json } from '../engine/columns.ts';
import type { Queryable } from '../engine/projection.ts';
import type { HabitChange } from './changes.ts';
import { multirange } from './rests.ts';

const CHANGE: Shape<HabitChange> = {
  user_id: ['bigint', (c) => c.userId],
  habit_id: ['text', (c) => c.habitId],
  name: ['text', (c) => c.name],
  emoji: ['text', (c) => c.emoji],
  goal: ['jsonb', (c) => json(c.goal)],
  frequency: ['jsonb', (c) => json(c.frequency)],
  remind_when_met: ['boolean', (c) => c.remindWhenMet],
  group_given: ['boolean', (c) => c.group !== undefined],
  listed_under: ['jsonb', (c) => json(c.group ?? undefined)],
  pauses_given: ['boolean', (c) => c.pauses !== undefined],
  resumed_on: ['date', (c) => c.pauses?.resumedOn],
  pauses: ['datemultirange', (c) => multirange(c.pauses?.over ?? [])],
  paused: ['boolean', (c) => c.pauses && c.pauses.last !== null],
  paused_from: ['date', (c) => c.pauses?.last?.from],
  paused_until: ['date', (c) => c.pauses?.last?.to],
  archived: ['boolean', (c) => c.archived],
};

/** The last date of a stored pause that the batch ends. */
const ENDED = 'least(c.resumed_on - 1, h.paused_until)';

const NEW_HABIT = `SELECT user_id, habit_id, coalesce(c.name, h.name) AS name, coalesce(c.emoji, h.emoji) AS emoji,
  coalesce(c.goal, h.goal) AS goal, coalesce(c.frequency, h.frequency) AS frequency,
  coalesce(c.remind_when_met, h.remind_when_met, false) AS remind_when_met,
  CASE WHEN c.group_given THEN c.listed_under ELSE h.listed_under END AS listed_under,
  coalesce(c.paused, h.paused, false) AS paused,
  CASE WHEN c.pauses_given THEN c.paused_from ELSE h.paused_from END AS paused_from,
  CASE WHEN c.pauses_given THEN c.paused_until ELSE h.paused_until END AS paused_until,
  nullif(coalesce(h.pauses, '{}') + c.pauses
    + CASE WHEN c.pauses_given AND ${ENDED} >= h.paused_from
        THEN datemultirange(daterange(h.paused_from, ${ENDED}, '[]')) ELSE '{}' END, '{}') AS pauses,
  coalesce(c.archived, h.archived, false) AS archived`;

const HABIT_COLUMNS = [
  ...['name', 'emoji', 'goal', 'frequency', 'remind_when_met', 'listed_under'],
  ...['paused', 'paused_from', 'paused_until', 'pauses', 'archived'],
];

export async function writeHabits(changed: HabitChange[], db: Queryable): Promise<void> {
  if (changed.length === 0) return;
  const { from, values } = bulkRows(changed, CHANGE);
  await db.query(
    `INSERT INTO habits (user_id, habit_id, ${HABIT_COLUMNS})
     ${NEW_HABIT} FROM ${from} LEFT JOIN habits h USING (user_id, habit_id)
     ON CONFLICT (user_id, habit_id) DO UPDATE SET ${replaced(HABIT_COLUMNS)}`,
    values,
  );
}
