import type { BroadcastId } from '#contracts/ids.ts';
import type { DeliveryOutcome } from '#contracts/messages.ts';
import type { LocalDate } from '#contracts/time.ts';
import type { Queryable } from '../engine/projection.ts';

/** Deliveries by outcome. An outcome that none had is absent. */
export type OutcomeCounts = Readonly<Partial<Record<DeliveryOutcome, number>>>;

/** Occurrences of reminders whose outcome was recorded on a date, in UTC. */
export function outcomesOn(db: Queryable, on: LocalDate): Promise<OutcomeCounts> {
  return counts(db, 'SELECT outcome, count FROM admin.days WHERE on_date = $1', on);
}

/** Recipients of a broadcast. */
export function outcomesOfBroadcast(db: Queryable, id: BroadcastId): Promise<OutcomeCounts> {
  return counts(db, 'SELECT outcome, count FROM admin.broadcasts WHERE broadcast_id = $1', id);
}

async function counts(db: Queryable, statement: string, of: string): Promise<OutcomeCounts> {
  const { rows } = await db.query<{ outcome: DeliveryOutcome; count: string }>(statement, [of]);
  return Object.fromEntries(rows.map(({ outcome, count }) => [outcome, Number(count)]));
}
