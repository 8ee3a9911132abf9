import { DIGEST } from '#contracts/ids.ts';
import type { Occurrence } from '#contracts/messages.ts';
import { bulkRows, replaced } from '../engine/bulk-write.ts';
import type { RecordedDelivery } from '../engine/delivery.ts';
import type { Queryable } from '../engine/projection.ts';

type ReminderFact = RecordedDelivery & { occurrence: Occurrence };

/**
 * The outcome of each reminder in a batch. Delivered stays delivered, and the outcome of a second copy says nothing about
 * the first; otherwise a later outcome replaces an earlier one.
 */
function reminderFactsOf(batch: readonly RecordedDelivery[]): ReminderFact[] {
  const facts = new Map<string, ReminderFact>();
  for (const delivery of batch) {
    for (const occurrence of delivery.occurrences) {
      // The weekly digest reminds of nothing.
      if (occurrence.habitId === DIGEST) continue;
      const { habitId, on, at, snoozed = false } = occurrence;
      const key = `${delivery.userId}/${habitId}/${on}/${at}/${delivery.minute}/${snoozed}`;
      const before = facts.get(key);
      if (!before || replaces(delivery, before)) facts.set(key, { ...delivery, occurrence });
    }
  }
  return [...facts.values()];
}

/** {@link isReplaced} says the same in SQL: the rule is associative, so it does not matter where batches end. */
function replaces(later: RecordedDelivery, before: RecordedDelivery): boolean {
  const isSecondCopy = later.outcome === 'suppressed' && later.reason === 'alreadyReminded';
  return before.outcome !== 'delivered' && !isSecondCopy;
}

const isReplaced = `f.outcome <> 'delivered'
  AND (excluded.outcome, excluded.reason) IS DISTINCT FROM ('suppressed', 'alreadyReminded')`;

export async function writeDeliveries(batch: readonly RecordedDelivery[], db: Queryable): Promise<void> {
  await writeReminders(db, reminderFactsOf(batch));
  await writeBroadcasts(db, broadcastFactsOf(batch));
}

async function writeReminders(db: Queryable, facts: readonly ReminderFact[]): Promise<void> {
  if (facts.length === 0) return;
  const { from, values } = bulkRows(facts, {
    user_id: ['bigint', (fact) => fact.userId],
    habit_id: ['text', (fact) => fact.occurrence.habitId],
    on_date: ['date', (fact) => fact.occurrence.on],
    at: ['time', (fact) => fact.occurrence.at],
    minute: ['bigint', (fact) => fact.minute],
    snoozed: ['boolean', (fact) => fact.occurrence.snoozed === true],
    outcome: ['text', (fact) => fact.outcome],
    reason: ['text', (fact) => fact.reason],
    tier: ['text', (fact) => fact.tier],
    lateness_ms: ['bigint', (fact) => fact.latenessMs],
    settled_at: ['timestamptz', (fact) => fact.at],
  });
  await db.query(
    `INSERT INTO fact_reminders AS f
       (user_id, habit_id, on_date, at, due_at, snoozed, outcome, reason, tier, lateness_ms, settled_at)
     SELECT user_id, habit_id, on_date, at, to_timestamp(minute * 60), snoozed, outcome, reason, tier, lateness_ms,
       settled_at
     FROM ${from}
     ON CONFLICT (user_id, habit_id, on_date, at, due_at, snoozed) DO UPDATE
     SET ${replaced(['outcome', 'reason', 'tier', 'lateness_ms', 'settled_at'])}
     WHERE ${isReplaced}`,
    values,
  );
}

type BroadcastFact = RecordedDelivery & { broadcastId: string };

function broadcastFactsOf(batch: readonly RecordedDelivery[]): BroadcastFact[] {
  const facts = new Map<string, BroadcastFact>();
  for (const delivery of batch) {
    const { broadcastId, userId } = delivery;
    if (broadcastId === undefined) continue;
    const key = `${broadcastId}/${userId}`;
    const before = facts.get(key);
    if (!before || replaces(delivery, before)) facts.set(key, { ...delivery, broadcastId });
  }
  return [...facts.values()];
}

async function writeBroadcasts(db: Queryable, facts: readonly BroadcastFact[]): Promise<void> {
  if (facts.length === 0) return;
  const { from, values } = bulkRows(facts, {
    broadcast_id: ['text', (fact) => fact.broadcastId],
    user_id: ['bigint', (fact) => fact.userId],
    minute: ['bigint', (fact) => fact.minute],
    outcome: ['text', (fact) => fact.outcome],
    reason: ['text', (fact) => fact.reason],
    lateness_ms: ['bigint', (fact) => fact.latenessMs],
    settled_at: ['timestamptz', (fact) => fact.at],
  });
  await db.query(
    `INSERT INTO fact_broadcasts AS f
       (broadcast_id, user_id, requested_at, outcome, reason, lateness_ms, settled_at)
     SELECT broadcast_id, user_id, to_timestamp(minute * 60), outcome, reason, lateness_ms, settled_at FROM ${from}
     ON CONFLICT (broadcast_id, user_id) DO UPDATE
     SET ${replaced(['requested_at', 'outcome', 'reason', 'lateness_ms', 'settled_at'])} WHERE ${isReplaced}`,
    values,
  );
}
