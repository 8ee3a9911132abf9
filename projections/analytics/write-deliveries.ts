import type { Occurrence } from '#contracts/messages.ts';
import { columns } from '../columns.ts';
import type { RecordedDelivery } from '../delivery.ts';
import type { Queryable } from '../projection.ts';

export type ReminderFact = RecordedDelivery & { occurrence: Occurrence };

/**
 * How each reminder of a batch ended. Delivered stays delivered, and the second copy of a reminder says nothing about
 * the first; otherwise a later outcome replaces an earlier one.
 */
export function remindersOf(batch: readonly RecordedDelivery[]): ReminderFact[] {
  const facts = new Map<string, ReminderFact>();
  for (const delivery of batch) {
    for (const occurrence of delivery.occurrences) {
      const { habitId, on, at, snoozed = false } = occurrence;
      const key = `${delivery.userId}/${habitId}/${on}/${at}/${delivery.minute}/${snoozed}`;
      const before = facts.get(key);
      if (!before || replaces(delivery, before)) facts.set(key, { ...delivery, occurrence });
    }
  }
  return [...facts.values()];
}

/** The same rule stands in the statement below: it is associative, so it does not matter where batches end. */
function replaces(later: RecordedDelivery, before: RecordedDelivery): boolean {
  const isSecondCopy = later.outcome === 'suppressed' && later.reason === 'alreadyReminded';
  return before.outcome !== 'delivered' && !isSecondCopy;
}

export async function writeDeliveries(batch: readonly RecordedDelivery[], db: Queryable): Promise<void> {
  await db.query(
    `INSERT INTO fact_reminders AS f
       (user_id, habit_id, on_date, at, due_at, snoozed, outcome, reason, tier, lateness_ms, settled_at)
     SELECT user_id, habit_id, on_date, at, to_timestamp(minute * 60), snoozed, outcome, reason, tier, lateness_ms,
       settled_at
     FROM unnest($1::bigint[], $2::text[], $3::date[], $4::time[], $5::bigint[], $6::boolean[], $7::text[],
       $8::text[], $9::text[], $10::bigint[], $11::timestamptz[])
       AS c (user_id, habit_id, on_date, at, minute, snoozed, outcome, reason, tier, lateness_ms, settled_at)
     ON CONFLICT (user_id, habit_id, on_date, at, due_at, snoozed) DO UPDATE SET outcome = excluded.outcome,
       reason = excluded.reason, tier = excluded.tier, lateness_ms = excluded.lateness_ms,
       settled_at = excluded.settled_at
     WHERE f.outcome <> 'delivered'
       AND (excluded.outcome, excluded.reason) IS DISTINCT FROM ('suppressed', 'alreadyReminded')`,
    columns(
      remindersOf(batch),
      (fact) => fact.userId,
      (fact) => fact.occurrence.habitId,
      (fact) => fact.occurrence.on,
      (fact) => fact.occurrence.at,
      (fact) => fact.minute,
      (fact) => fact.occurrence.snoozed === true,
      (fact) => fact.outcome,
      (fact) => fact.reason,
      (fact) => fact.tier,
      (fact) => fact.latenessMs,
      (fact) => fact.at,
    ),
  );
}
