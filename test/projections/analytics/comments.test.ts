import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadProjectionNamed } from '#projections/engine/registry.ts';
import { prepareProjections } from '#projections/engine/versions.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres.ts';
import { dbtSources } from './dbt-sources.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  const databases = { schedules: database.pool, analytics: database.pool };
  await prepareProjections(databases, [await loadProjectionNamed('analytics')]);
});
afterAll(() => database.drop());

test('every published view and column says what it means', async () => {
  const { rows } = await database.pool.query(`
    SELECT c.relname, a.attname FROM pg_class c
    LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relnamespace = 'analytics'::regnamespace
      AND (obj_description(c.oid, 'pg_class') IS NULL OR col_description(c.oid, a.attnum) IS NULL)`);
  expect(rows).toEqual([]);
});

test('the dbt sources name the same tables, columns and meanings', async () => {
  const file = '../../../projections/analytics/dbt/sources.yml';
  await expect(await dbtSources(database.pool)).toMatchFileSnapshot(file);
});
