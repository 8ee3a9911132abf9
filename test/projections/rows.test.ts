import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { partitionOf } from '#contracts/ids.ts';
import type { Projection, Queryable } from '#projections/engine/projection.ts';
import { loadProjections } from '#projections/engine/registry.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres.ts';
import { deliveryHistory, history, recorded } from './histories.ts';
import { rowsWritten } from './written-rows.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const rowsAfter = (projection: Projection, write: (db: Queryable) => Promise<void>) =>
  rowsWritten(database.pool, projection, { write });

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

const projections = await loadProjections();

test.each(projections.filter(({ sources }) => sources.EVENTS))(
  '$name: rows do not depend on where batches end',
  async (projection) => {
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

test.each(projections.filter(({ sources }) => sources.DELIVERIES))(
  '$name: what deliveries make does not depend on where batches end, nor on when events are projected',
  async (projection) => {
    const { EVENTS = async () => {}, DELIVERIES } = projection.sources;
    if (!DELIVERIES) throw new Error('no deliveries');
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
