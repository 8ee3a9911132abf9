import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Queryable } from '#projections/engine/projection.ts';
import { prepareProjections } from '#projections/engine/versions.ts';
import { isUnavailable, Poison } from '#services/platform/jetstream/errors.ts';
import { batched } from '#services/sender/batched.ts';
import { factsReader } from '#services/sender/reminders/facts.ts';
import { asHabitId, asMinute, asUserId } from '#test/support/ids.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres.ts';

const ASKED = 24;
/** What `date` of Postgres refuses: no schema lets it through today. */
const REFUSED = '0000-01-01';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await prepareProjections({ schedules: database.pool, analytics: database.pool });
});
afterAll(() => database.drop());

/** The database, and how many statements it was asked. */
function counting(): { db: Queryable; statements(): number } {
  let statements = 0;
  const query = ((...about: Parameters<Queryable['query']>) => {
    statements++;
    return database.pool.query(...about);
  }) as Queryable['query']; // one of its overloads, whichever was called
  return { db: { query }, statements: () => statements };
}

const request = (userId: number, on: string) => ({
  userId: asUserId(userId),
  minute: asMinute(29_000_000),
  occurrences: [{ habitId: asHabitId('aaaaaaaaaaaaa'), on, at: '08:00' }],
});

describe('facts of many reminders that are read at once', () => {
  test.each([1, 3, ASKED])(
    '%i of 24 that Postgres refuses are poison, and all others are read',
    async (bad) => {
      const { db, statements } = counting();
      const readFacts = factsReader(db, async () => {});
      const isBad = (i: number) => i % Math.floor(ASKED / bad) === 0;
      const asked = Array.from({ length: ASKED }, (_, i) =>
        request(1 + i, isBad(i) ? REFUSED : '2026-11-25'),
      );
      const answers = await Promise.allSettled(asked.map(readFacts));
      for (const [i, answer] of answers.entries()) {
        if (isBad(i)) expect(answer).toMatchObject({ status: 'rejected', reason: expect.any(Poison) });
        else expect(answer).toMatchObject({ status: 'fulfilled', value: { userId: String(1 + i) } });
      }
      // Each refused one is halved out of the batch: log2 24 is under 5.
      expect(statements()).toBeLessThanOrEqual(1 + 2 * 5 * bad);
    },
  );

  test('that cannot be read now fail together, as unavailable, and the next are read', async () => {
    let away = true;
    const read = batched(async (questions: number[]) => {
      if (away) throw Object.assign(new Error('terminating connection'), { code: '57P01' });
      return questions.map((each) => each * 2);
    }, 10);
    const answers = await Promise.allSettled([1, 2, 3].map(read));
    for (const answer of answers)
      expect(answer.status === 'rejected' && isUnavailable(answer.reason)).toBe(true);
    away = false;
    expect(await Promise.all([1, 2, 3].map(read))).toEqual([2, 4, 6]);
  });
});
