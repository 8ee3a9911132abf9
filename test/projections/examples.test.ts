import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Projection, Queryable, SourceName } from '#projections/engine/projection.ts';
import { loadProjections } from '#projections/engine/registry.ts';
import { type LogMessage, sourceOf } from '#projections/engine/source.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres.ts';
import { type Example, examplesOf, logsOf } from './examples.ts';
import { rowsWritten, type WrittenRows } from './written-rows.ts';

/*
 * What each projection's `examples.json` says comes of which messages: of all in one batch, of one at a time, and whichever stream is
 * further.
 */

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

type Batches = [stream: SourceName, messages: LogMessage[]][];

const WAYS: Record<string, (logs: Record<SourceName, LogMessage[]>) => Batches> = {
  'in one batch': ({ EVENTS, DELIVERIES }) => [
    ['EVENTS', EVENTS],
    ['DELIVERIES', DELIVERIES],
  ],
  'one at a time, deliveries first': ({ EVENTS, DELIVERIES }) => [
    ...DELIVERIES.map((each): Batches[0] => ['DELIVERIES', [each]]),
    ...EVENTS.map((each): Batches[0] => ['EVENTS', [each]]),
  ],
};

async function write(projection: Projection, batches: Batches, db: Queryable): Promise<void> {
  for (const [stream, messages] of batches) {
    if (messages.length === 0) continue;
    const batch = sourceOf(projection, stream)();
    batch.add(messages);
    expect([...batch.unreadable, ...(await batch.write(db))].map(({ error }) => String(error))).toEqual([]);
  }
}

/** The rows of the relations expected, each with the columns that are expected of some row. */
function asExpected(rows: WrittenRows, { rows: expected }: Example) {
  return Object.entries(expected).map(([relation, wanted]) => {
    const columns = new Set(wanted.flatMap((row) => Object.keys(row)));
    const found = rows[relation] ?? [];
    const some = (list: Record<string, unknown>[]) =>
      list.map((row) => JSON.stringify([...columns].sort().map((column) => [column, row[column]]))).sort();
    return { relation, isThere: relation in rows, found: some(found), wanted: some(wanted) };
  });
}

const PROJECTIONS = join(import.meta.dirname, '../../projections');
const ENGINE = join(PROJECTIONS, 'engine');
/** Those there are, and the one that a new one begins as. */
const all = [
  ...(await loadProjections()).map((projection) => ({ projection, directory: PROJECTIONS })),
  ...(await loadProjections(ENGINE)).map((projection) => ({ projection, directory: ENGINE })),
];

describe.each(all)('$projection.name', ({ projection, directory }) => {
  const folder = pathToFileURL(`${directory}/${projection.name}/`);

  test('each example comes true, whatever the batches are', async () => {
    for (const example of await examplesOf(folder)) {
      const logs = logsOf(example);
      for (const [way, batches] of Object.entries(WAYS)) {
        const rows = await rowsWritten(database.pool, projection, {
          write: (db) => write(projection, batches(logs), db),
          withViews: true,
        });
        for (const { relation, isThere, found, wanted } of asExpected(rows, example)) {
          const where = `${example.title}: ${relation}, ${way}`;
          expect(isThere, `${where}: no such table or view`).toBe(true);
          expect(found, where).toEqual(wanted);
        }
      }
    }
  });
});
