import { columns } from '../engine/columns.ts';
import type { RecordedDelivery } from '../engine/delivery.ts';
import type { Queryable } from '../engine/projection.ts';

type Count = { of: string; outcome: string; count: number };

/** Adds the outcomes of a batch to the counts. Sums do not depend on where batches end. */
export async function countDeliveries(batch: readonly RecordedDelivery[], db: Queryable): Promise<void> {
  const days = new Map<string, Count>();
  const broadcasts = new Map<string, Count>();
  for (const { broadcastId, outcome, at, occurrences } of batch) {
    if (broadcastId === undefined) add(days, at.slice(0, 10), outcome, occurrences.length);
    else add(broadcasts, broadcastId, outcome, 1);
  }
  await write(db, DAYS, [...days.values()]);
  await write(db, BROADCASTS, [...broadcasts.values()]);
}

function add(counts: Map<string, Count>, of: string, outcome: string, count: number): void {
  const key = `${of}/${outcome}`;
  counts.set(key, { of, outcome, count: count + (counts.get(key)?.count ?? 0) });
}

/** A table of counts by outcome and by one more column, `key`. */
type CountTable = { name: string; key: string; type: 'date' | 'text' };

const DAYS: CountTable = { name: 'days', key: 'on_date', type: 'date' };
const BROADCASTS: CountTable = { name: 'broadcasts', key: 'broadcast_id', type: 'text' };

async function write(db: Queryable, { name, key, type }: CountTable, counts: Count[]): Promise<void> {
  if (counts.length === 0) return;
  await db.query(
    `INSERT INTO ${name} AS t (${key}, outcome, count)
     SELECT * FROM unnest($1::${type}[], $2::text[], $3::bigint[])
     ON CONFLICT (${key}, outcome) DO UPDATE SET count = t.count + excluded.count`,
    columns(
      counts,
      ({ of }) => of,
      ({ outcome }) => outcome,
      ({ count }) => count,
    ),
  );
}
