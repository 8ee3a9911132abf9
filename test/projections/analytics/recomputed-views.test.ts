import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeDeliveries } from '#projections/analytics/write-deliveries.ts';
import { writeEvents } from '#projections/analytics/write-events.ts';
import { loadProjectionNamed } from '#projections/engine/registry.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres.ts';
import { rowsWritten } from '../written-rows.ts';
import { lived } from './lived.ts';
import { recomputed } from './recomputed.ts';
import { toldByTheDomain } from './told-people.ts';

type Row = Record<string, unknown>;

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const projection = await loadProjectionNamed('analytics');
/** The columns that are compared, instants as numbers, in the sequence of their text. */
function comparable(rows: readonly Row[], like: Row | undefined): string[] {
  const names = Object.keys(like ?? {});
  const plain = (name: string, value: unknown) =>
    name.endsWith('_at') && typeof value === 'string' ? Date.parse(value) : value;
  return rows
    .map((row) => JSON.stringify(Object.fromEntries(names.map((name) => [name, plain(name, row[name])]))))
    .sort();
}

test('for any lives: each view says what the messages, and the domain of the bot, say', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 1e6 }),
      fc.integer({ min: 1, max: 400 }),
      async (seed, size) => {
        const { events, deliveries, nowMs } = lived(seed, 6, 70);
        const found = await rowsWritten(database.pool, projection, {
          withViews: true,
          write: async (db) => {
            for (let from = 0; from < events.length; from += size)
              await writeEvents(events.slice(from, from + size), db);
            await writeDeliveries(deliveries, db);
          },
        });
        const expected = { ...recomputed(events, deliveries, nowMs), ...toldByTheDomain(events, nowMs) };
        for (const [view, rows] of Object.entries(expected)) {
          const likeThese = comparable(found[view] ?? [], rows[0]);
          expect({ view, rows: likeThese }).toEqual({ view, rows: comparable(rows, rows[0]) });
        }
      },
    ),
    { numRuns: 6, interruptAfterTimeLimit: 60_000 },
  );
});
