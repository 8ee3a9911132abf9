import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseEvent } from '#contracts/events.ts';
import type { HistoryMessage } from '#deploy/history/person/diary.ts';
import { historyOf } from '#deploy/history/person/person.ts';
import type { Projection, Queryable, SourceName } from '#projections/engine/projection.ts';
import { loadProjectionNamed, loadProjections } from '#projections/engine/registry.ts';
import { sourceOf } from '#projections/engine/source.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres.ts';
import { type DomainRows, foldedByDomain, foldedBySchedules } from '../../projections/domain-rows.ts';
import { rowsWritten } from '../../projections/written-rows.ts';

const settings = { seed: 11, days: 60, untilMs: Date.parse('2026-11-28T00:00:00Z') };
const PEOPLE = 60;

let database: TestDatabase;
let messages: HistoryMessage[];
beforeAll(async () => {
  database = await createTestDatabase();
  messages = Array.from({ length: PEOPLE }, (_, index) => historyOf(index, settings))
    .flat()
    .toSorted((a, b) => a.atMs - b.atMs);
});
afterAll(() => database.drop());

/** Everything through a projection, as a rebuild would do it. @returns why messages were left out. */
async function write(projection: Projection, db: Queryable): Promise<string[]> {
  const rejected: string[] = [];
  for (const stream of Object.keys(projection.sources) as SourceName[]) {
    const batch = sourceOf(projection, stream)();
    const own = messages.filter((message) => message.stream === stream);
    batch.add(
      own.map(({ subject, body, atMs }, i) => {
        return { subject, sequence: i + 1, data: Buffer.from(body), storedAtMs: atMs };
      }),
    );
    for (const { error } of [...batch.unreadable, ...(await batch.write(db))]) rejected.push(String(error));
  }
  return rejected;
}

test.each(await loadProjections())('$name takes every message', async (projection) => {
  let rejected: string[] | undefined;
  await rowsWritten(database.pool, projection, {
    write: async (db) => {
      rejected = await write(projection, db);
    },
  });
  expect(rejected).toEqual([]);
});

test('schedules knows of each person what the domain knows', async () => {
  const projection = await loadProjectionNamed('schedules');
  const events = messages
    .filter(({ stream }) => stream === 'EVENTS')
    .map(({ subject, body }, i) => parseEvent(subject, JSON.parse(body), i + 1));
  const userIds = [...new Set(events.map(({ userId }) => userId))];
  let found: DomainRows | undefined;
  await rowsWritten(database.pool, projection, {
    write: async (db) => {
      await write(projection, db);
      found = await foldedBySchedules(db, 'schedules_v9', userIds);
    },
  });
  expect(found).toEqual(foldedByDomain(events));
});
