import { columns } from '../columns.ts';
import type { Queryable } from '../projection.ts';
import type { Cancelling, SnoozeFact, VacationFact } from './event-changes.ts';

export async function writeSnoozes(facts: readonly SnoozeFact[], db: Queryable): Promise<void> {
  if (facts.length === 0) return;
  await db.query(
    `INSERT INTO fact_snoozes (sequence, user_id, habit_id, on_date, snoozed_at, until_at)
     SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::date[], $5::timestamptz[], $6::timestamptz[])`,
    columns(
      facts,
      (fact) => fact.sequence,
      (fact) => fact.userId,
      (fact) => fact.habitId,
      (fact) => fact.on,
      (fact) => fact.snoozedAt,
      (fact) => fact.untilAt,
    ),
  );
}

export async function writeVacations(facts: readonly VacationFact[], db: Queryable): Promise<void> {
  if (facts.length === 0) return;
  await db.query(
    `INSERT INTO fact_vacations (sequence, user_id, planned_at, from_date, to_date)
     SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::timestamptz[], $4::date[], $5::date[])`,
    columns(
      facts,
      (fact) => fact.sequence,
      (fact) => fact.userId,
      (fact) => fact.plannedAt,
      (fact) => fact.from,
      (fact) => fact.to,
    ),
  );
}

/** The earliest date counts, so it does not matter which of several is written first. */
export async function cancelVacations(cancellings: readonly Cancelling[], db: Queryable): Promise<void> {
  if (cancellings.length === 0) return;
  await db.query(
    `UPDATE fact_vacations v SET cancelled_on = least(v.cancelled_on, first.cancelled_on)
     FROM (
       SELECT planned.sequence, min(c.cancelled_on) AS cancelled_on
       FROM unnest($1::bigint[], $2::bigint[], $3::date[]) AS c (sequence, user_id, cancelled_on)
       JOIN fact_vacations planned
         ON planned.user_id = c.user_id AND planned.sequence < c.sequence AND planned.to_date >= c.cancelled_on
       GROUP BY planned.sequence
     ) AS first
     WHERE v.sequence = first.sequence`,
    columns(
      cancellings,
      (each) => each.sequence,
      (each) => each.userId,
      (each) => each.on,
    ),
  );
}
