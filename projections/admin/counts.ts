import { columns } from '../engine/columns.ts';
import type { Queryable } from '../engine/projection.ts';

/** A table that counts by two columns. */
export type CountTable = {
  name: string;
  by: readonly [column: string, type: 'date' | 'text' | 'timestamptz'];
  of: readonly [column: string, type: 'text' | 'integer'];
};

type Count = { by: string; of: string; count: number };

/** Counts of a batch. */
export type Counts = { add(by: string, of: string, count: number): void; all(): Count[] };

export function openCounts(): Counts {
  const counts = new Map<string, Count>();
  return {
    add(by, of, count) {
      const key = `${by}/${of}`;
      counts.set(key, { by, of, count: count + (counts.get(key)?.count ?? 0) });
    },
    all: () => [...counts.values()],
  };
}

/** Adds to what the table has. Sums do not depend on where batches end. */
export async function addCounts(db: Queryable, { name, by, of }: CountTable, counts: Counts): Promise<void> {
  const rows = counts.all();
  if (rows.length === 0) return;
  await db.query(
    `INSERT INTO ${name} AS t (${by[0]}, ${of[0]}, count)
     SELECT * FROM unnest($1::${by[1]}[], $2::${of[1]}[], $3::bigint[])
     ON CONFLICT (${by[0]}, ${of[0]}) DO UPDATE SET count = t.count + excluded.count`,
    columns(
      rows,
      (row) => row.by,
      (row) => row.of,
      (row) => row.count,
    ),
  );
}
