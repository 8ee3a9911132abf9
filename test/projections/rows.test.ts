import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { partitionOf } from '#contracts/ids.ts';
import { inTransaction, useSchema } from '#projections/engine/checkpoints.ts';
import type { Projection, Queryable } from '#projections/engine/projection.ts';
import { relationsOf } from '#projections/engine/published-views.ts';
import { loadProjectionNamed } from '#projections/engine/registry.ts';
import { createVersion } from '#projections/engine/versions.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres.ts';
import { deliveryHistory, history, recorded } from './histories.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** Rows of every table after writing `batches` in order, as Postgres's own text, sorted. */
async function rowsAfter(projection: Projection, write: (db: Queryable) => Promise<void>): Promise<object> {
  const rolledBack = new Error('enough');
  let rows: object = {};
  await inTransaction(database.pool, async (db) => {
    await createVersion(db, projection, 9);
    await useSchema(db, `${projection.name}_v9`);
    await write(db);
    rows = Object.fromEntries(await dump(db, `${projection.name}_v9`));
    throw rolledBack;
  }).catch((error: unknown) => {
    if (error !== rolledBack) throw error;
  });
  return rows;
}

async function dump(db: Queryable, schema: string): Promise<[string, string[]][]> {
  const tables = (await relationsOf(db, schema)).filter((relation) => relation.isTable);
  const found: [string, string[]][] = [];
  for (const { name } of tables) {
    const { rows } = await db.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t ORDER BY 1`);
    found.push([name, rows.map(({ row }) => row)]);
  }
  return found;
}

/** Cuts a list after each index that is a multiple of one of `sizes`, taken in turn. */
function cut<T>(list: readonly T[], sizes: readonly number[]): T[][] {
  const batches: T[][] = [];
  for (let from = 0, i = 0; from < list.length; i++) {
    const size = sizes[i % sizes.length] ?? 1;
    batches.push(list.slice(from, from + size));
    from += size;
  }
  return batches;
}

const sizes = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 5 });

test.each(['schedules', 'analytics', 'admin'])(
  '%s: rows do not depend on where batches end',
  async (name) => {
    const projection = await loadProjectionNamed(name);
    const write = projection.sources.EVENTS;
    if (!write) throw new Error('no events');
    await fc.assert(
      fc.asyncProperty(history(), sizes, async (made, cuts) => {
        const events = made.map((each, i) => recorded(each, i + 1));
        const whole = await rowsAfter(projection, (db) => write(events, db));
        const inParts = await rowsAfter(projection, async (db) => {
          for (const batch of cut(events, cuts)) await write(batch, db);
        });
        expect(inParts).toEqual(whole);
      }),
      { numRuns: 40, interruptAfterTimeLimit: 20_000 },
    );
  },
);

test.each(['analytics', 'admin'])(
  '%s: what deliveries make does not depend on where batches end, nor on when events are projected',
  async (name) => {
    const projection = await loadProjectionNamed(name);
    const { EVENTS, DELIVERIES } = projection.sources;
    if (!EVENTS || !DELIVERIES) throw new Error('a source is missing');
    const histories = [deliveryHistory(), history(), sizes] as const;
    await fc.assert(
      fc.asyncProperty(...histories, async (madeDeliveries, madeEvents, cuts) => {
        const deliveries = madeDeliveries.map((each, i) => ({
          ...each,
          sequence: i + 1,
          partition: partitionOf(each.userId),
          storedAtMs: Date.parse(each.at),
        }));
        const events = madeEvents.map((each, i) => recorded(each, i + 1));
        const whole = await rowsAfter(projection, async (db) => {
          await DELIVERIES(deliveries, db);
          await EVENTS(events, db);
        });
        const inParts = await rowsAfter(projection, async (db) => {
          await EVENTS(events, db);
          for (const batch of cut(deliveries, cuts)) await DELIVERIES(batch, db);
        });
        expect(inParts).toEqual(whole);
      }),
      { numRuns: 40, interruptAfterTimeLimit: 20_000 },
    );
  },
);
