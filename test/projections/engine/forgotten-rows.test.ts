import { afterAll, beforeAll, expect, test } from 'vitest';
import { inTransaction } from '#projections/engine/checkpoints.ts';
import type { Projection } from '#projections/engine/projection.ts';
import { loadProjections } from '#projections/engine/registry.ts';
import { createVersion } from '#projections/engine/versions.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** Columns of the tables without a `user_id`, as `<table>.<column>`, by whether they are in the key and numbers. */
async function columnsWithoutUser(projection: Projection) {
  return inTransaction(database.pool, async (db) => {
    await createVersion(db, projection, 9);
    const { rows } = await db.query<{ name: string; in_key: boolean; is_number: boolean }>(
      `SELECT c.relname || '.' || a.attname AS name, a.attnum = ANY (coalesce(i.indkey, '')) AS in_key,
         t.typcategory = 'N' AS is_number
       FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
       JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
       WHERE c.relnamespace = to_regnamespace($1)::oid AND c.relkind = 'r' AND NOT EXISTS (
         SELECT FROM pg_attribute u WHERE u.attrelid = c.oid AND u.attname = 'user_id')`,
      [`${projection.name}_v9`],
    );
    return rows;
  });
}

test.each(await loadProjections())(
  '$name: a person can be taken out of every table, by a user_id or as a part of sums by a key',
  async (projection) => {
    const columns = await columnsWithoutUser(projection);
    expect(columns.filter(({ in_key, is_number }) => !in_key && !is_number)).toEqual([]);
    const tables = new Set(columns.map(({ name }) => name.split('.')[0]));
    const keyed = new Set(columns.filter(({ in_key }) => in_key).map(({ name }) => name.split('.')[0]));
    expect(keyed).toEqual(tables);
  },
);
