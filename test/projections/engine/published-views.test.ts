import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inTransaction } from '#projections/engine/checkpoints.ts';
import type { Projection } from '#projections/engine/projection.ts';
import { refuseLostDependents, ViewsInUse } from '#projections/engine/published-views.ts';
import {
  createVersion,
  dropOtherVersions,
  prepareProjections,
  publishVersion,
} from '#projections/engine/versions.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres.ts';

/*
 * What others hold on to in published views, through any change of columns: their rights, and what they built.
 */

const ROLE = `test_reader_${randomUUID().replaceAll('-', '')}`;
let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.pool.query(`CREATE ROLE ${ROLE}`);
});
afterAll(async () => {
  await database.pool.query(`DROP OWNED BY ${ROLE}; DROP ROLE ${ROLE}`);
  await database.drop();
});

type Columns = Record<string, 'integer' | 'text'>;
const NAMES = ['a', 'b', 'c', 'd', 'Odd name'];
const columns: fc.Arbitrary<Columns> = fc
  .tuple(
    fc.shuffledSubarray(NAMES, { minLength: 1 }),
    fc.array(fc.constantFrom('integer' as const, 'text' as const), { minLength: 5, maxLength: 5 }),
  )
  .map(([names, types]) => Object.fromEntries(names.map((name, i) => [name, types[i] ?? 'text'])));

function projectionOf(name: string, { table, view }: { table: Columns; view: Columns }): Projection {
  const list = (made: Columns, each: (column: string, type: string) => string) =>
    Object.entries(made).map(([column, type]) => each(`"${column}"`, type));
  const first = list(view, (column) => column)[0];
  return {
    name,
    database: 'analytics',
    sources: { EVENTS: async () => {} },
    tables: `CREATE TABLE things (${list(table, (column, type) => `${column} ${type}`)});
      COMMENT ON TABLE things IS '${Object.keys(table).join()}, it''s said';`,
    views: `CREATE VIEW answers AS SELECT ${list(view, (column, type) => `NULL::${type} AS ${column}`)};
      COMMENT ON COLUMN answers.${first} IS 'of ${name}';`,
  };
}

/** Rights and comments on the published views, as Postgres keeps them. */
async function heldOf(name: string) {
  const { rows } = await database.pool.query<{
    relation: string;
    column: string | null;
    acl: string;
    said: string;
  }>(
    `SELECT c.relname AS relation, NULL AS column, c.relacl::text AS acl, obj_description(c.oid, 'pg_class') AS said
     FROM pg_class c WHERE c.relnamespace = $1::regnamespace AND relkind = 'v'
     UNION ALL
     SELECT c.relname, attname, attacl::text, col_description(c.oid, attnum) FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
     WHERE c.relnamespace = $1::regnamespace AND relkind = 'v' AND attnum > 0`,
    [name],
  );
  return rows;
}

const shape = fc.record({ table: columns, view: columns });

/** Whether the published columns all go on to be there. */
const keeps = (before: Columns, after: Columns) =>
  Object.entries(before).every(([name, type]) => after[name] === type);

test('any change of columns keeps the rights on views and what others built on them, or is refused before the work', async () => {
  const { pool } = database;
  const seen = { kept: 0, replaced: 0, refused: 0 };
  let run = 0;
  await fc.assert(
    fc.asyncProperty(shape, shape, fc.boolean(), fc.boolean(), async (before, after, isUsed, onlyViews) => {
      const name = `change${++run}`;
      const next = onlyViews ? { ...before, view: after.view } : after;
      const databases = { schedules: pool, analytics: pool };
      await prepareProjections(databases, [projectionOf(name, before)]);
      const [column = 'a'] = Object.keys(before.view);
      await pool.query(`GRANT USAGE ON SCHEMA ${name} TO ${ROLE}; GRANT SELECT ON ${name}.things TO ${ROLE} WITH GRANT OPTION;
        GRANT SELECT ON ${name}.answers TO PUBLIC; GRANT SELECT ("${column}") ON ${name}.answers TO ${ROLE}`);
      if (isUsed)
        await pool.query(
          `CREATE SCHEMA of_${name} CREATE VIEW report AS SELECT "${column}" FROM ${name}.answers`,
        );
      const held = await heldOf(name);
      const change = async () => {
        if (onlyViews) return void (await prepareProjections(databases, [projectionOf(name, next)]));
        await inTransaction(pool, async (db) => {
          await createVersion(db, projectionOf(name, next), 2);
          await refuseLostDependents(db, projectionOf(name, next), 2);
        });
        await inTransaction(pool, async (db) => {
          await publishVersion(db, projectionOf(name, next), 2, new Map());
          await dropOtherVersions(db, name, 2);
        });
      };
      if (isUsed && !keeps(before.view, next.view)) {
        seen.refused++;
        const refused = await change().catch((error: unknown) => error);
        expect(refused).toBeInstanceOf(ViewsInUse);
        expect(String(refused)).toContain(`${name}.answers: rule _RETURN on view of_${name}.report`);
        expect(await heldOf(name)).toEqual(held);
        return;
      }
      await change();
      seen[keeps(before.view, next.view) && keeps(before.table, next.table) ? 'kept' : 'replaced']++;
      if (isUsed) await pool.query(`SELECT * FROM of_${name}.report`);
      const rights = new Map(
        (await heldOf(name)).map(({ relation, column: of, ...rest }) => [`${relation}.${of}`, rest]),
      );
      for (const { relation, column: of, acl } of held) {
        const { [of ?? '']: type } = relation === 'things' ? next.table : next.view;
        if (of === null || type) expect(rights.get(`${relation}.${of}`)?.acl, `${relation}.${of}`).toBe(acl);
      }
      expect(rights.get('things.null')?.said).toBe(`${Object.keys(next.table).join()}, it's said`);
      expect(rights.get(`answers.${Object.keys(next.view)[0]}`)?.said).toBe(`of ${name}`);
    }),
    { numRuns: 60, interruptAfterTimeLimit: 60_000 },
  );
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(0);
});
