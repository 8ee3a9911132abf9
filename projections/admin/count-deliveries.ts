import type { RecordedDelivery } from '../engine/delivery.ts';
import type { Queryable } from '../engine/projection.ts';
import { addCounts, type CountTable, openCounts } from './counts.ts';
import { latenessBound } from './lateness.ts';

const DAYS: CountTable = { name: 'days', by: ['on_date', 'date'], of: ['outcome', 'text'] };
const BROADCASTS: CountTable = { name: 'broadcasts', by: ['broadcast_id', 'text'], of: ['outcome', 'text'] };
const LATENESS: CountTable = {
  name: 'lateness',
  by: ['on_hour', 'timestamptz'],
  of: ['at_most_ms', 'integer'],
};

/** Adds the outcomes of a batch to the counts. */
export async function countDeliveries(batch: readonly RecordedDelivery[], db: Queryable): Promise<void> {
  const days = openCounts();
  const broadcasts = openCounts();
  const lateness = openCounts();
  for (const { broadcastId, outcome, at, occurrences, latenessMs } of batch) {
    if (broadcastId !== undefined) {
      broadcasts.add(broadcastId, outcome, 1);
      continue;
    }
    days.add(at.slice(0, 10), outcome, occurrences.length);
    if (outcome === 'delivered') lateness.add(hourOf(at), String(latenessBound(latenessMs)), 1);
  }
  await addCounts(db, DAYS, days);
  await addCounts(db, BROADCASTS, broadcasts);
  await addCounts(db, LATENESS, lateness);
}

/** The hour (UTC) in which an instant lies. */
const hourOf = (at: string): string => `${new Date(at).toISOString().slice(0, 13)}:00:00Z`;
