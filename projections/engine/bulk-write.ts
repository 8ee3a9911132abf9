import { type Cell, columns } from './columns.ts';
import type { Queryable } from './projection.ts';

/** For each column its Postgres type, and the function that takes its value from a row. */
export type Shape<R> = Readonly<Record<string, readonly [type: string, of: (row: R) => Cell]>>;

/** A table, the columns that tell its rows apart, and how rows become columns. */
export type TargetTable<R> = { name: string; key: readonly string[]; shape: Shape<R> };

/** Rows as the table `c` of one statement: `SELECT ... FROM ${from}` with `values` as the statement's only parameters. */
export type BulkRows = { names: string[]; from: string; values: string[] };

export function bulkRows<R>(rows: Iterable<R>, shape: Shape<R>): BulkRows {
  const names = Object.keys(shape);
  const all = Object.values(shape);
  const arrays = all.map(([type], i) => `$${i + 1}::${type}[]`);
  return {
    names,
    from: `unnest(${arrays}) AS c (${names})`,
    values: columns(rows, ...all.map(([, of]) => of)),
  };
}

/** Inserts rows whose keys the table does not have. */
export async function insertRows<R>(
  db: Queryable,
  table: string,
  rows: readonly R[],
  shape: Shape<R>,
): Promise<void> {
  if (rows.length === 0) return;
  const { names, from, values } = bulkRows(rows, shape);
  await db.query(`INSERT INTO ${table} (${names}) SELECT * FROM ${from}`, values);
}

/** Inserts rows, or replaces those with the same key. Each key may be in `rows` once only: Postgres refuses a second. */
export async function putRows<R>(db: Queryable, table: TargetTable<R>, rows: readonly R[]): Promise<void> {
  if (rows.length === 0) return;
  const { name, key, shape } = table;
  const { names, from, values } = bulkRows(rows, shape);
  await db.query(
    `INSERT INTO ${name} (${names}) SELECT * FROM ${from}
     ON CONFLICT (${key}) DO UPDATE SET ${replaced(names.filter((each) => !key.includes(each)))}`,
    values,
  );
}

/** The assignments of `ON CONFLICT ... DO UPDATE SET` that replace the stored values by the inserted ones. */
export function replaced(names: readonly string[]): string {
  return names.map((name) => `${name} = excluded.${name}`).join(', ');
}

/** Removes the rows that have these values. */
export async function removeRows<R>(
  db: Queryable,
  table: string,
  rows: readonly R[],
  shape: Shape<R>,
): Promise<void> {
  if (rows.length === 0) return;
  const { names, from, values } = bulkRows(rows, shape);
  const same = names.map((name) => `t.${name} = c.${name}`).join(' AND ');
  await db.query(`DELETE FROM ${table} t USING ${from} WHERE ${same}`, values);
}
