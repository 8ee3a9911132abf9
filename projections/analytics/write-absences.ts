import { bulkRows, insertRows } from '../engine/bulk-write.ts';
import type { Queryable } from '../engine/projection.ts';
import type { Changes } from './event-changes.ts';

type Some<K extends keyof Changes> = Readonly<Changes[K]>;

export async function writeSnoozes(db: Queryable, snoozes: Some<'snoozes'>): Promise<void> {
  await insertRows(db, 'fact_snoozes', snoozes, {
    sequence: ['bigint', (event) => event.sequence],
    user_id: ['bigint', (event) => event.userId],
    habit_id: ['text', (event) => event.aggregateId],
    on_date: ['date', (event) => event.data.on],
    snoozed_at: ['timestamptz', (event) => event.at],
    until_at: ['timestamptz', (event) => event.data.untilAt],
  });
}

export async function writeVacations(db: Queryable, vacations: Some<'vacations'>): Promise<void> {
  await insertRows(db, 'fact_vacations', vacations, {
    sequence: ['bigint', (event) => event.sequence],
    user_id: ['bigint', (event) => event.userId],
    planned_at: ['timestamptz', (event) => event.at],
    from_date: ['date', (event) => event.data.from],
    to_date: ['date', (event) => event.data.to],
  });
}

/** The earliest date counts, so it does not matter which of several is written first. */
export async function cancelVacations(db: Queryable, cancellations: Some<'cancellations'>): Promise<void> {
  if (cancellations.length === 0) return;
  const { from, values } = bulkRows(cancellations, {
    sequence: ['bigint', (event) => event.sequence],
    user_id: ['bigint', (event) => event.userId],
    cancelled_on: ['date', (event) => event.data.on],
  });
  await db.query(
    `UPDATE fact_vacations v SET cancelled_on = least(v.cancelled_on, first.cancelled_on)
     FROM (
       SELECT planned.sequence, min(c.cancelled_on) AS cancelled_on
       FROM ${from}
       JOIN fact_vacations planned
         ON planned.user_id = c.user_id AND planned.sequence < c.sequence AND planned.to_date >= c.cancelled_on
       GROUP BY planned.sequence
     ) AS first
     WHERE v.sequence = first.sequence`,
    values,
  );
}

export async function writePauses(db: Queryable, pauses: Some<'pauses'>): Promise<void> {
  await insertRows(db, 'fact_pauses', pauses, {
    sequence: ['bigint', (event) => event.sequence],
    user_id: ['bigint', (event) => event.userId],
    habit_id: ['text', (event) => event.aggregateId],
    paused_at: ['timestamptz', (event) => event.at],
    from_date: ['date', (event) => event.data.on],
    until_date: ['date', (event) => event.data.until],
  });
}

/** The earliest date counts, as of {@link cancelVacations}. */
export async function endPauses(db: Queryable, resumptions: Some<'resumptions'>): Promise<void> {
  if (resumptions.length === 0) return;
  const { from, values } = bulkRows(resumptions, {
    sequence: ['bigint', (event) => event.sequence],
    user_id: ['bigint', (event) => event.userId],
    habit_id: ['text', (event) => event.aggregateId],
    resumed_on: ['date', (event) => event.data.on],
  });
  await db.query(
    `UPDATE fact_pauses p SET resumed_on = least(p.resumed_on, first.resumed_on)
     FROM (
       SELECT last.sequence, min(c.resumed_on) AS resumed_on
       FROM ${from}
       CROSS JOIN LATERAL (
         SELECT max(begun.sequence) AS sequence FROM fact_pauses begun
         WHERE begun.user_id = c.user_id AND begun.habit_id = c.habit_id AND begun.sequence < c.sequence
       ) last
       GROUP BY last.sequence
     ) AS first
     WHERE p.sequence = first.sequence`,
    values,
  );
}
