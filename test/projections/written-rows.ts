import type { Pool } from 'pg';
import { inTransaction, useSchema } from '#projections/engine/checkpoints.ts';
import type { Projection, Queryable } from '#projections/engine/projection.ts';
import { relationsOf } from '#projections/engine/published-views.ts';
import { createVersion } from '#projections/engine/versions.ts';

/** For each table, and view where they are asked for, its rows as JSON, in the alphabetical sequence of their text. */
export type WrittenRows = Record<string, Record<string, unknown>[]>;

type Asked = { write(db: Queryable): Promise<unknown>; withViews?: boolean };

/** Rows of a projection after `write` into empty tables, which are gone again afterwards. */
export async function rowsWritten(
  pool: Pool,
  projection: Projection,
  { write, withViews = false }: Asked,
): Promise<WrittenRows> {
  const schema = `${projection.name}_v9`;
  const rolledBack = new Error('enough');
  let found: WrittenRows = {};
  await inTransaction(pool, async (db) => {
    await createVersion(db, projection, 9);
    await useSchema(db, schema);
    await write(db);
    found = await rowsIn(db, schema, { withViews });
    throw rolledBack;
  }).catch((error: unknown) => {
    if (error !== rolledBack) throw error;
  });
  return found;
}

/** Rows of the tables of a schema, and of its views where they are asked for. */
export async function rowsIn(
  db: Queryable,
  schema: string,
  { withViews = false }: { withViews?: boolean } = {},
): Promise<WrittenRows> {
  const found: WrittenRows = {};
  for (const { name, isTable } of await relationsOf(db, schema)) {
    if (!isTable && !withViews) continue;
    const { rows } = await db.query<{ row: Record<string, unknown> }>(
      `SELECT to_jsonb(t) AS row FROM ${schema}."${name}" t ORDER BY t::text COLLATE "C"`,
    );
    found[name] = rows.map(({ row }) => row);
  }
  return found;
}
