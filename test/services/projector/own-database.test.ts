import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Postgres, startPostgres } from '#deploy/local/postgres.ts';
import { provision } from '#deploy/provision/provision.ts';
import { projectedUpTo } from '#projections/engine/checkpoints.ts';
import type { DatabaseName } from '#projections/engine/projection.ts';
import { loadProjections, projectionConsumers } from '#projections/engine/registry.ts';
import { type Databases, prepareProjections } from '#projections/engine/versions.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import { openDatabase } from '#services/platform/process/database.ts';
import type { Running } from '#services/platform/process/lifecycle.ts';
import { createLog } from '#services/platform/process/log.ts';
import { openReadiness, problemLine } from '#services/platform/process/readiness.ts';
import { SettingsProblem } from '#services/platform/process/settings.ts';
import { lastSequence } from '#services/projector/read-log.ts';
import { start } from '#services/projector/start.ts';
import { eventually } from '#test/support/eventually.ts';
import { startTestNats, type TestNats } from '#test/support/nats.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres.ts';
import { testFolder } from '#test/support/run-folder.ts';
import { type LogEntry, sampleEvents } from '../../projections/histories.ts';
import { appendTo } from './fixture.ts';

/* The analytics on a Postgres of their own, and projections that a running projector finds. */

vi.setConfig({ testTimeout: 120_000 });

const log = createLog('test', 'silent');
let server: TestNats;
let nats: Awaited<ReturnType<TestNats['connection']>>;
let folder = '';
let dataDir = '';
let schedules: TestDatabase;
let other: Postgres;
let databases: Databases;

const running: Running[] = [];

beforeAll(async () => {
  folder = await testFolder('projections');
  dataDir = await testFolder('analytics');
  await addProjection('near', 'schedules');
  await addProjection('far', 'analytics');
  server = await startTestNats();
  nats = await server.connection();
  schedules = await createTestDatabase();
  other = await startPostgres({ dataDir, port: 0, ephemeral: true });
  const analytics = openDatabase({ url: other.url, name: 'analytics', max: 4, log });
  databases = { schedules: schedules.pool, analytics };
  await provisionAll();
}, 120_000);
afterAll(async () => {
  await Promise.all(running.map((each) => each.stop()));
  await databases?.analytics.end();
  await other?.stop();
  await schedules?.drop();
  await server?.stop();
});

/** Counts events by person. */
async function addProjection(name: string, database: DatabaseName, off = ''): Promise<void> {
  await mkdir(join(folder, name), { recursive: true });
  const tables = 'CREATE TABLE people (user_id bigint PRIMARY KEY, events int NOT NULL);';
  await writeFile(join(folder, name, 'tables.sql'), tables);
  const code = `
    const write = (batch, db) => db.query(
      \`INSERT INTO people AS p SELECT id, count(*) FROM unnest($1::bigint[]) AS id GROUP BY id
       ON CONFLICT (user_id) DO UPDATE SET events = p.events + excluded.events\`,
      [batch.map(({ userId }) => userId)],
    );
    export const projection = { database: '${database}', sources: { EVENTS: write }, ${off} };`;
  await writeFile(join(folder, name, 'projection.ts'), code);
}

async function provisionAll(): Promise<void> {
  const all = await loadProjections(folder);
  await provision(nats, { shardCount: 1, consumers: await projectionConsumers(all) });
  await prepareProjections(databases, all);
}

/** A projector, and what it says of its readiness. */
async function startProjector(projections?: string[]) {
  const readiness = openReadiness(systemClock);
  const ports = { nats, clock: systemClock, log, readiness, ...databases };
  const projector = await start({ projectorBatchSize: 100, projections }, ports, folder);
  running.push(projector);
  return { ...projector, problems: async () => (await readiness.problems()).map(problemLine) };
}

async function untilLevel(database: DatabaseName, name: string): Promise<void> {
  const end = await lastSequence(nats, 'EVENTS');
  await eventually(
    async () => expect((await projectedUpTo(databases[database], name, 'EVENTS')).sequence, name).toBe(end),
    { timeoutMs: 60_000 },
  );
}

const append = (entries: LogEntry[]) => appendTo(nats, entries);

test('the Postgres of the analytics away: the others are fed, and it is said; when it is back, all of them', async () => {
  const { port } = other;
  await other.stop();
  await append(sampleEvents(1, { size: 10 }));
  const projector = await startProjector();
  await untilLevel('schedules', 'near');
  await eventually(async () =>
    expect(await projector.problems()).toEqual([
      expect.stringMatching(/^Postgres of the analytics: does not answer/),
      expect.stringMatching(/^projections: far its database does not answer/),
    ]),
  );
  other = await startPostgres({ dataDir, port, ephemeral: true });
  await untilLevel('analytics', 'far');
  await eventually(async () => expect(await projector.problems()).toEqual([]), { timeoutMs: 30_000 });
  await projector.stop();
});

test('a folder that appears while it runs is taken up as soon as it is provisioned', async () => {
  const projector = await startProjector();
  await addProjection('young', 'analytics');
  await append(sampleEvents(2, { size: 10 }));
  await untilLevel('analytics', 'far');
  await provisionAll();
  await untilLevel('analytics', 'young');
  await eventually(async () => expect(await projector.problems()).toEqual([]), { timeoutMs: 30_000 });
  await projector.stop();
});

test('a process runs the projections that it is told to, also one that is off by default', async () => {
  await addProjection('raw', 'schedules', `default: 'off'`);
  await provisionAll();
  await append(sampleEvents(3, { size: 10 }));
  const usual = await startProjector();
  await untilLevel('schedules', 'near');
  await usual.stop();
  expect((await projectedUpTo(databases.schedules, 'raw', 'EVENTS')).sequence).toBe(0);

  await append(sampleEvents(4, { size: 10 }));
  const before = (await projectedUpTo(databases.schedules, 'near', 'EVENTS')).sequence;
  const chosen = await startProjector(['raw']);
  await untilLevel('schedules', 'raw');
  await chosen.stop();
  expect((await projectedUpTo(databases.schedules, 'near', 'EVENTS')).sequence).toBe(before);
  await expect(startProjector(['raw', 'rwa'])).rejects.toThrow(SettingsProblem);
});
