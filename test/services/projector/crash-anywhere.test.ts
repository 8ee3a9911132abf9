import { jetstreamManager } from '@nats-io/jetstream';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { provision } from '#deploy/provision/provision.ts';
import { checkpointsOf, versionSchema } from '#projections/engine/checkpoints.ts';
import { dropProjection } from '#projections/engine/leftovers.ts';
import {
  type Projection,
  type Queryable,
  type SourceName,
  sourceNames,
} from '#projections/engine/projection.ts';
import { projectionConsumers, usualProjections } from '#projections/engine/registry.ts';
import { type LogMessage, sourceOf } from '#projections/engine/source.ts';
import { prepareProjections } from '#projections/engine/versions.ts';
import { startFeed } from '#services/projector/feed.ts';
import { lastSequence, readLog } from '#services/projector/read-log.ts';
import { rebuild } from '#services/projector/rebuild.ts';
import { eventually } from '#test/support/eventually.ts';
import {
  deliveryEntry,
  deliveryHistory,
  eventEntry,
  history,
  type LogEntry,
} from '../../projections/histories.ts';
import { rowsIn, rowsWritten, type WrittenRows } from '../../projections/written-rows.ts';
import { openFixture, type ProjectorFixture, versionSchemas } from './fixture.ts';
import { type MortalDatabase, openMortalDatabase, ProcessDied } from './mortal-database.ts';

/*
 * Any log, projected and rebuilt in any batches by processes that die at any statement, or lose their connection there: the
 * rows are those of the same log written in one go, into empty tables, without checkpoints, feeds and versions.
 */

vi.setConfig({ testTimeout: 400_000 });

/** Each message counts here: one that was taken twice, or never, cannot hide behind rows that it leaves the same. */
const taken: Projection = {
  name: 'taken',
  database: 'schedules',
  tables: `CREATE TABLE of_events (user_id bigint PRIMARY KEY, messages bigint, sequences numeric);
    CREATE TABLE of_deliveries (LIKE of_events INCLUDING ALL);`,
  views: '',
  sources: { EVENTS: countInto('of_events'), DELIVERIES: countInto('of_deliveries') },
};

function countInto(table: string) {
  return async (batch: readonly { userId: string; sequence: number }[], db: Queryable) => {
    await db.query(
      `INSERT INTO ${table} AS t
         SELECT id, count(*), sum(sequence) FROM unnest($1::bigint[], $2::bigint[]) AS c (id, sequence) GROUP BY id
       ON CONFLICT (user_id) DO UPDATE
         SET messages = t.messages + excluded.messages, sequences = t.sequences + excluded.sequences`,
      [batch.map(({ userId }) => userId), batch.map(({ sequence }) => sequence)],
    );
  };
}

let fixture: ProjectorFixture;
let mortal: MortalDatabase;
const projections = [taken, ...(await usualProjections())];
const consumers = await projectionConsumers(projections);
beforeAll(async () => {
  fixture = await openFixture(projections);
  mortal = openMortalDatabase(fixture.database);
});
afterAll(async () => {
  await mortal?.end();
  await fixture?.close();
});

const crash = fc.record({
  afterStatements: fc.integer({ min: 1, max: 40 }),
  of: fc.constantFrom('process' as const, 'connection' as const),
  when: fc.constantFrom('before' as const, 'after' as const),
});
const crashes = fc.array(crash, { minLength: 1, maxLength: 3 });
const batchSize = fc.integer({ min: 1, max: 40 });
const lived = fc.record({
  events: history(40),
  deliveries: deliveryHistory(20),
  name: fc.constantFrom(...projections.map(({ name }) => name)),
  live: fc.record({ batchSize, crashes }),
  rebuilding: fc.record({ batchSize, crashes }),
});

test('whatever happened, however it is cut, wherever it crashes: live rows and rebuilt rows are those of the log', async () => {
  await fc.assert(
    fc.asyncProperty(lived, async ({ events, deliveries, name, live, rebuilding }) => {
      const projection = projections.find((each) => each.name === name) ?? expect.unreachable();
      await begin(projection, [...events.map((each) => eventEntry(each)), ...deliveries.map(deliveryEntry)]);
      const expected = await writtenInOneGo(projection);
      mortal.plan(live.crashes);
      for (const stream of sourceNames(projection)) await projectLive(projection, stream, live.batchSize);
      expect(await rowsInUse(projection)).toEqual(expected);
      mortal.plan(rebuilding.crashes);
      await rebuildMortally(projection, rebuilding.batchSize);
      mortal.plan([]);
      expect(await rowsInUse(projection)).toEqual(expected);
      expect(await versionsOf(projection)).toHaveLength(1);
    }),
    { numRuns: 30, interruptAfterTimeLimit: 120_000 },
  );
  expect(mortal.happened).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ of: 'process' }),
      expect.objectContaining({ of: 'connection' }),
    ]),
  );
});

async function versionsOf({ name }: Projection): Promise<string[]> {
  const schemas = await versionSchemas(fixture.database.pool);
  return schemas.filter((schema) => schema.startsWith(`${name}_v`));
}

/** An empty log and empty tables, and then these messages. */
async function begin(projection: Projection, entries: readonly LogEntry[]): Promise<void> {
  const { streams } = await jetstreamManager(fixture.nats);
  for (const stream of ['EVENTS', 'DELIVERIES']) await streams.delete(stream);
  await provision(fixture.nats, { shardCount: 1, consumers });
  await dropProjection(fixture.database.pool, projection.name);
  await prepareProjections(fixture.databases, [projection]);
  await fixture.append(entries);
}

async function messagesOf(stream: SourceName): Promise<LogMessage[]> {
  const found: LogMessage[] = [];
  const upTo = await lastSequence(fixture.nats, stream);
  for await (const { messages } of readLog(fixture.nats, stream, { after: 0, upTo }, 1_000))
    found.push(...messages);
  return found;
}

function writtenInOneGo(projection: Projection): Promise<WrittenRows> {
  const write = async (db: Queryable) => {
    for (const stream of sourceNames(projection)) {
      const batch = sourceOf(projection, stream)();
      batch.add(await messagesOf(stream));
      await batch.write(db);
    }
  };
  return rowsWritten(fixture.database.pool, projection, { write });
}

const inUse = (projection: Projection) => checkpointsOf(fixture.database.pool, projection.name);

async function rowsInUse(projection: Projection): Promise<WrittenRows> {
  const [checkpoint] = await inUse(projection);
  return rowsIn(fixture.database.pool, versionSchema(projection.name, checkpoint?.version ?? 0));
}

/** One process after the other, until the projection is level with the stream. */
async function projectLive(projection: Projection, stream: SourceName, size: number): Promise<void> {
  const end = await lastSequence(fixture.nats, stream);
  const isLevel = async () =>
    (await inUse(projection)).some((each) => each.stream === stream && each.sequence === end);
  while (!(await isLevel())) {
    const options = { projection, stream, database: mortal.pool, batchSize: size };
    const feed = startFeed(fixture.ports, options);
    await eventually(async () => expect(mortal.isDead() || (await isLevel())).toBe(true));
    await feed.stop();
    mortal.revive();
  }
}

/** One process after the other, until one of them has done it. */
async function rebuildMortally(projection: Projection, size: number): Promise<void> {
  const databases = { schedules: mortal.pool, analytics: mortal.pool };
  for (;;) {
    try {
      await rebuild(projection, { ...fixture.ports, databases, batchSize: size });
      return;
    } catch (error) {
      if (!(error instanceof ProcessDied)) throw error;
      mortal.revive();
    }
  }
}
