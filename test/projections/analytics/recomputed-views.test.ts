import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeDeliveries } from '#projections/analytics/write-deliveries.ts';
import { writeEvents } from '#projections/analytics/write-events.ts';
import { loadProjectionNamed } from '#projections/engine/registry.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres.ts';
import { rowsWritten } from '../written-rows.ts';
import { type Lived, lived } from './lived.ts';
import { recomputed } from './recomputed.ts';
import { recomputedFacts } from './recomputed-facts.ts';
import { dimensions, versionsOf } from './recomputed-versions.ts';
import { toldByTheDomain } from './told-people.ts';

type Row = Record<string, unknown>;

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const projection = await loadProjectionNamed('analytics');
const INSTANT = /^\d{4}-\d\d-\d\dT/;

function plain(value: unknown): unknown {
  if (typeof value === 'string' && INSTANT.test(value)) return Date.parse(value);
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(12)) : value;
}

/** The columns that are compared, instants as numbers, in the sequence of their text. */
function comparable(rows: readonly Row[], like: Row | undefined): string[] {
  const names = Object.keys(like ?? {});
  return rows
    .map((row) => JSON.stringify(Object.fromEntries(names.map((name) => [name, plain(row[name])]))))
    .sort();
}

/** @param size of batches of events. */
async function expectViewsOf({ events, deliveries }: Lived, size: number): Promise<void> {
  const found = await rowsWritten(database.pool, projection, {
    withViews: true,
    write: async (db) => {
      for (let from = 0; from < events.length; from += size)
        await writeEvents(events.slice(from, from + size), db);
      await writeDeliveries(deliveries, db);
    },
  });
  const nowMs = Math.max(...events.map(({ at }) => Date.parse(at)));
  const versions = versionsOf(events);
  const expected: Record<string, Row[]> = {
    ...dimensions(versions),
    ...recomputedFacts(events, deliveries, versions),
    ...recomputed(events, deliveries, { nowMs, versions }),
    ...toldByTheDomain(events, nowMs),
  };
  // Every table and view that is published, so that a new one needs its own.
  expect(Object.keys(expected).sort()).toEqual(Object.keys(found).sort());
  for (const [view, rows] of Object.entries(expected)) {
    const likeThese = comparable(found[view] ?? [], rows[0]);
    expect({ view, rows: likeThese }).toEqual({ view, rows: comparable(rows, rows[0]) });
  }
}

test('for any lives: each view says what the messages, and the domain of the bot, say', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 1, max: 400 }), async (seed, size) =>
      expectViewsOf(lived(seed, 6, 70), size),
    ),
    { numRuns: 6, interruptAfterTimeLimit: 60_000 },
  );
});

test('where nobody ever says yes, some days are skipped all the same', async () => {
  const { events, deliveries } = lived(1, 12, 70);
  const skipping = events.filter(({ type }) => type !== 'HabitCheckedIn' && type !== 'EntriesImported');
  expect(skipping.some(({ type }) => type === 'HabitSkipped')).toBe(true);
  await expectViewsOf({ events: skipping, deliveries }, 400);
});
