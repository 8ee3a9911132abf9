import { createHash } from 'node:crypto';
import { jetstreamManager } from '@nats-io/jetstream';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { checkpointOf } from '#projections/engine/checkpoints.ts';
import { type Projection, RebuildNeeded, sourceNames } from '#projections/engine/projection.ts';
import { prepareProjections } from '#projections/engine/versions.ts';
import { startFeed } from '#services/projector/feed.ts';
import { rebuild } from '#services/projector/rebuild.ts';
import { sampleEvents } from '../../projections/histories.ts';
import { openFixture, type ProjectorFixture } from './fixture.ts';

/* When a changed tables.sql needs a rebuild, with installations that were made before comments stopped to count. */

vi.setConfig({ testTimeout: 90_000 });

let fixture: ProjectorFixture;
let analytics: Projection;
let seed = 1;

beforeAll(async () => {
  fixture = await openFixture();
  analytics = fixture.projections.find(({ name }) => name === 'analytics') ?? expect.unreachable();
});
afterAll(() => fixture.close());

/** As a version before wrote it, which is how such a version still reads it. */
const literal = ({ tables, ...rest }: Projection): string => {
  const text = [tables, ...sourceNames({ ...rest })].join('\n');
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
};

/** An installation made by a version before: its checkpoints are there, and no definitions. */
beforeEach(async () => {
  const { pool } = fixture.database;
  await pool.query('DROP TABLE projections.definitions');
  await pool.query(`UPDATE projections.checkpoints SET fingerprint = $1 WHERE projection = 'analytics'`, [
    literal(analytics),
  ]);
});

const changed = (tables: string): Projection => ({ ...analytics, tables });
const prepare = (projection: Projection) => prepareProjections(fixture.databases, [projection]);
const stored = async () => {
  const { rows } = await fixture.database.pool.query<{ fingerprint: string }>(
    `SELECT DISTINCT fingerprint FROM projections.checkpoints WHERE projection = 'analytics'`,
  );
  return rows.map(({ fingerprint }) => fingerprint);
};

/** Stores some events and projects them by this definition alone. */
async function project(projection: Projection): Promise<void> {
  const { pool } = fixture.database;
  const feeds = sourceNames(projection).map((stream) =>
    startFeed(fixture.ports, { projection, stream, database: pool, batchSize: 50 }),
  );
  await fixture.append(sampleEvents(seed++, { size: 10 }));
  const { streams } = await jetstreamManager(fixture.nats);
  const { state } = await streams.info('EVENTS');
  await expect
    .poll(async () => (await checkpointOf(pool, projection, 'EVENTS')).sequence, { timeout: 30_000 })
    .toBe(state.last_seq);
  await Promise.all(feeds.map((feed) => feed.stop()));
}

test('the new way to tell definitions apart forces no rebuild on an installation from before', async () => {
  expect(await prepare(analytics)).toEqual([]);
  await project(analytics);
  expect(await stored(), 'the version from before goes on beside this one').toEqual([literal(analytics)]);
});

test('changed comments and white space need no rebuild, neither forwards nor back', async () => {
  await prepare(analytics);
  const other = changed(`-- A new comment.\n${analytics.tables.replaceAll('\n', '\n /* a; -- b */\t\n')}`);
  expect(literal(other)).not.toBe(literal(analytics));
  expect(await prepare(other)).toEqual([]);
  await project(other);
  await project(analytics);
  expect(await stored()).toEqual([literal(analytics)]);
});

test('any other change needs a rebuild: it is said by provisioning and refused by the projector', async () => {
  await prepare(analytics);
  const other = changed(`${analytics.tables}\nCREATE TABLE more (id int);`);
  expect(await prepare(other)).toEqual(['projection analytics: tables.sql or sources changed: rebuild it']);
  await expect(checkpointOf(fixture.database.pool, other, 'EVENTS')).rejects.toThrow(RebuildNeeded);

  await rebuild(other, fixture.ports);
  await project(other);
  await expect(checkpointOf(fixture.database.pool, analytics, 'EVENTS')).rejects.toThrow(RebuildNeeded);
  await project(changed(`${other.tables} -- and a comment`));
  await rebuild(analytics, fixture.ports);
});

test('tables rebuilt by a version from before are not taken for what was there before them', async () => {
  const other = changed(`${analytics.tables}\nCREATE TABLE more (id int);`);
  await prepare(analytics);
  await prepare(other);
  // It writes its own fingerprint and knows no definitions.
  await fixture.database.pool.query(
    `UPDATE projections.checkpoints SET fingerprint = $1 WHERE projection = 'analytics'`,
    [literal(changed('CREATE TABLE older (id int);'))],
  );
  for (const each of [analytics, other])
    await expect(checkpointOf(fixture.database.pool, each, 'EVENTS')).rejects.toThrow(RebuildNeeded);
});
