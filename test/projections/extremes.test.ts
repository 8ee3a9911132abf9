import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accountEvents } from '#contracts/account-events.ts';
import { EventId, EventMetadata, type EventType, eventCatalogue } from '#contracts/events.ts';
import { ACCOUNT, UserId } from '#contracts/ids.ts';
import { Delivery, ReminderDue } from '#contracts/messages.ts';
import { deliverySubject, eventSubject } from '#contracts/subjects.ts';
import { inTransaction, useSchema } from '#projections/engine/checkpoints.ts';
import { sourceNames } from '#projections/engine/projection.ts';
import { loadProjections } from '#projections/engine/registry.ts';
import { type LogMessage, sourceOf } from '#projections/engine/source.ts';
import { createVersion, prepareProjections } from '#projections/engine/versions.ts';
import { recipients } from '#projections/schedules/recipients.ts';
import { sendFacts } from '#projections/schedules/send-facts.ts';
import { extremesOf, PEOPLE } from '#test/contracts/extremes.ts';
import { asHabitId, asUserId } from '#test/support/ids.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres.ts';

const HABIT = asHabitId('aaaaaaaaaaaaa');
const SEED = 20261127;
const OF_EACH_TYPE = 250;
const DELIVERIES = 300;
const REMINDERS = 300;

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await prepareProjections({ schedules: database.pool, analytics: database.pool });
});
afterAll(() => database.drop());

const sample = <T>(values: fc.Arbitrary<T>, numRuns: number) => fc.sample(values, { numRuns, seed: SEED });

/** A person for each message, so that none takes the place of another in a batch; the first have ids at the edges. */
const personOf = (i: number) => PEOPLE[i] ?? asUserId(1_000_000 + i);

/** Events of every type in the catalogue, as bodies that the schemas let through. */
function events(): LogMessage[] {
  const types = Object.keys(eventCatalogue) as EventType[];
  const bodies = types.flatMap((type) => {
    const { version, data } = eventCatalogue[type];
    const parts = fc.record({
      id: extremesOf(EventId),
      about: extremesOf(EventMetadata),
      data: extremesOf(data),
    });
    const made = sample(parts, OF_EACH_TYPE);
    return made.map((each) => ({ id: each.id, type, version, ...each.about, data: each.data }));
  });
  return bodies.map((body, i) => {
    const aggregateId = body.type in accountEvents ? ACCOUNT : HABIT;
    return messageOf(eventSubject(personOf(i), aggregateId), body, i);
  });
}

function deliveries(): LogMessage[] {
  return sample(extremesOf(Delivery), DELIVERIES).map((made, i) => {
    const body = { ...made, userId: personOf(i) };
    return messageOf(deliverySubject(body.outcome, body.userId), body, i);
  });
}

function messageOf(subject: string, body: unknown, i: number): LogMessage {
  return { subject, sequence: i + 1, data: Buffer.from(JSON.stringify(body)), storedAtMs: 0 };
}

test('whatever the schemas of events and deliveries let through, every projection takes: 0 refused', async () => {
  const logs = { EVENTS: events(), DELIVERIES: deliveries() };
  let written = 0;
  const refused: string[] = [];
  for (const projection of await loadProjections())
    for (const stream of sourceNames(projection)) {
      const log = logs[stream];
      const found = await inTransaction(database.pool, async (db) => {
        await createVersion(db, projection, 9);
        await useSchema(db, `${projection.name}_v9`);
        const batch = sourceOf(projection, stream)();
        batch.add(log);
        const rejected = [...batch.unreadable, ...(await batch.write(db))];
        await db.query(`DROP SCHEMA ${projection.name}_v9 CASCADE`);
        return rejected;
      });
      refused.push(
        ...found.map(({ sequence, error }) => `${projection.name}: ${log[sequence - 1]?.data} ${error}`),
      );
      written += log.length;
    }
  process.stderr.write(`seed ${SEED}: ${written} messages written, ${refused.length} refused\n`);
  expect(refused).toEqual([]);
});

test('whatever the schema of a reminder lets through, its facts are read: 0 refused', async () => {
  const due = sample(extremesOf(ReminderDue), REMINDERS);
  const requests = due.map(({ userId, minute, due: occurrences }) => ({ userId, minute, occurrences }));
  const facts = await sendFacts(database.pool, requests);
  expect(facts.map(({ occurrences }) => occurrences.length)).toEqual(due.map((each) => each.due.length));
  const userIds = sample(extremesOf(UserId), 100);
  expect(await recipients(database.pool, userIds)).toHaveLength(userIds.length);
});
