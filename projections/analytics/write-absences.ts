import { bulkRows, insertRows } from '../engine/bulk-write.ts';
import type { Queryable } from '../engine/projection.ts';
import type { Cancellation, SnoozeFact, VacationFact } from './event-changes.ts';

export async function writeSnoozes(facts: readonly SnoozeFact[], db: Queryable): Promise<void> {
  await insertRows(db, 'fact_snoozes', facts, {
    sequence: ['bigint', (fact) => fact.sequence],
    user_id: ['bigint', (fact) => fact.userId],
    habit_id: ['text', (fact) => fact.habitId],
    on_date: ['date', (fact) => fact.on],
    snoozed_at: ['timestamptz', (fact) => fact.snoozedAt],
    until_at: ['timestamptz', (fact) => fact.untilAt],
  });
}

export async function writeVacations(facts: readonly VacationFact[], db: Queryable): Promise<void> {
  await insertRows(db, 'fact_vacations', facts, {
    sequence: ['bigint', (fact) => fact.sequence],
    user_id: ['bigint', (fact) => fact.userId],
    planned_at: ['timestamptz', (fact) => fact.plannedAt],
    from_date: ['date', (fact) => fact.from],
    to_date: ['date', (fact) => fact.to],
  });
}

/** The earliest date counts, so it does not matter which of several is written first. */
export async function cancelVacations(cancellations: readonly Cancellation[], db: Queryable): Promise<void> {
  if (cancellations.length === 0) return;
  const { from, values } = bulkRows(cancellations, {
    sequence: ['bigint', (each) => each.sequence],
    user_id: ['bigint', (each) => each.userId],
    cancelled_on: ['date', (each) => each.on],
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
