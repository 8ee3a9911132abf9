import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseEvent } from '#contracts/events.ts';
import { ACCOUNT, DIGEST } from '#contracts/ids.ts';
import type { HistoryMessage } from '#deploy/history/person/diary.ts';
import { historyOf } from '#deploy/history/person/person.ts';
import type { Projection, Queryable, SourceName } from '#projections/engine/projection.ts';
import { loadProjectionNamed, loadProjections } from '#projections/engine/registry.ts';
import { sourceOf } from '#projections/engine/source.ts';
import * as account from '#services/bot/domain/account.ts';
import * as habit from '#services/bot/domain/habit-state.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres.ts';
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
  const rows = await rowsWritten(database.pool, projection, { write: (db) => write(projection, db) });
  const accounts = new Map<string, account.State>();
  const habits = new Map<string, habit.State>();
  for (const { stream, subject, body } of messages) {
    if (stream !== 'EVENTS') continue;
    const event = parseEvent(subject, JSON.parse(body), 1);
    const key = `${event.userId} ${event.aggregateId}`;
    if (event.aggregateId === ACCOUNT)
      accounts.set(
        event.userId,
        account.evolve(accounts.get(event.userId) ?? account.initialState(), event as never),
      );
    else habits.set(key, habit.evolve(habits.get(key) ?? habit.initialState(), event as never));
  }
  const byKey = (a: unknown[], b: unknown[]) => (String(a[0]) < String(b[0]) ? -1 : 1);
  expect(
    rows.accounts
      ?.map((row) => [String(row.user_id), row.locale, row.timezone, row.blocked, row.stopped])
      .sort(byKey),
  ).toEqual(
    [...accounts].map(([id, a]) => [id, a.locale, a.timezone, a.blocked, a.remindersStopped]).sort(byKey),
  );
  expect(
    rows.habits
      ?.filter(({ habit_id }) => habit_id !== DIGEST)
      .map((row) => [`${row.user_id} ${row.habit_id}`, row.name, row.paused, row.archived])
      .sort(byKey),
  ).toEqual(
    [...habits]
      .filter(([, { deleted }]) => !deleted)
      .map(([key, { name, paused, archived }]) => [key, name, paused, archived])
      .sort(byKey),
  );
});
