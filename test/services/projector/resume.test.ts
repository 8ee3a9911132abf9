import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { type Postgres, startPostgres } from '#deploy/local/postgres.ts';
import { provision } from '#deploy/provision/provision.ts';
import type { Projection } from '#projections/engine/projection.ts';
import { loadProjections } from '#projections/engine/registry.ts';
import { type Databases, prepareProjections } from '#projections/engine/versions.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import { openDatabase } from '#services/platform/process/database.ts';
import { createLog } from '#services/platform/process/log.ts';
import { type RebuildPorts, rebuild } from '#services/projector/rebuild.ts';
import { verify } from '#services/projector/verify.ts';
import { startTestNats, type TestNats } from '#test/support/nats.ts';
import { testFolder } from '#test/support/run-folder.ts';
import { sampleEvents } from '../../projections/histories.ts';
import { appendTo } from './fixture.ts';

/* A rebuild that is interrupted, at whatever place, and goes on. */

vi.setConfig({ testTimeout: 120_000 });

const log = createLog('test', 'silent');
let server: TestNats;
let nats: Awaited<ReturnType<TestNats['connection']>>;
let folder = '';
let dataDir = '';
let postgres: Postgres;
let databases: Databases;
let counts: Projection;
let end = 0;

beforeAll(async () => {
  folder = await testFolder('projections');
  dataDir = await testFolder('postgres');
  server = await startTestNats();
  nats = await server.connection();
  await provision(nats, { shardCount: 1 });
  postgres = await startPostgres({ dataDir, port: 0, ephemeral: true });
  const pool = openDatabase({ url: postgres.url, name: 'test', max: 4, log });
  databases = { schedules: pool, analytics: pool };
  await writeProjection('count(*)');
  counts = await load();
  await prepareProjections(databases, [counts]);
  const events = sampleEvents(1, { histories: 150 });
  await appendTo(nats, events);
  end = events.length;
}, 240_000);
afterAll(async () => {
  await databases?.schedules.end();
  await postgres?.stop();
  await server?.stop();
});

/** As if the live projection had projected all of it. */
beforeEach(async () => {
  await databases.schedules.query(`UPDATE projections.checkpoints SET sequence = $1`, [end]);
});

async function writeProjection(added: string): Promise<void> {
  await mkdir(join(folder, 'counts'), { recursive: true });
  const tables = 'CREATE TABLE people (user_id bigint PRIMARY KEY, events int NOT NULL);';
  await writeFile(join(folder, 'counts', 'tables.sql'), tables);
  const code = `
    const write = (batch, db) => db.query(
      \`INSERT INTO people AS p SELECT id, ${added} FROM unnest($1::bigint[]) AS id GROUP BY id
       ON CONFLICT (user_id) DO UPDATE SET events = p.events + excluded.events\`,
      [batch.map(({ userId }) => userId)],
    );
    export const projection = { database: 'schedules', sources: { EVENTS: write } };`;
  await writeFile(join(folder, 'counts', 'projection.ts'), code);
}

async function load(): Promise<Projection> {
  const [projection] = await loadProjections(folder);
  return projection ?? expect.unreachable();
}

type Told = { kept: number[]; away: string[] };

/** Rebuilds; `atFirstBatch` is called after the first batch of each try. */
async function rebuildWith(told: Told, ports: Partial<RebuildPorts>, atFirstBatch: () => unknown) {
  let isFirst = true;
  return rebuild(counts, {
    ...{ nats, clock: systemClock, log, databases, batchSize: 1_000 },
    onBegin: (_, kept) => told.kept.push(kept),
    onAway: (why) => told.away.push(why),
    onProgress(done, total) {
      expect(total).toBe(end);
      if (isFirst && done < end) void atFirstBatch();
      isFirst = false;
    },
    ...ports,
  });
}

async function expectEqual(): Promise<void> {
  const { rows } = await databases.schedules.query('SELECT sum(events)::int AS events FROM counts.people');
  expect(rows).toEqual([{ events: end }]);
  expect((await verify(counts, { nats, clock: systemClock, databases })).equal).toBe(true);
}

/** A rebuild that is ended after its first batch. */
async function interrupted(): Promise<void> {
  const stopping = new AbortController();
  const told: Told = { kept: [], away: [] };
  const stopped = rebuildWith(told, { signal: stopping.signal }, () => stopping.abort());
  await expect(stopped).rejects.toThrow('abort');
  expect(told.kept).toEqual([0]);
}

test('it is ended between two batches, and the next one goes on from there', async () => {
  await interrupted();
  const told: Told = { kept: [], away: [] };
  const { positions } = await rebuildWith(told, {}, () => {});
  expect(told.kept).toEqual([expect.toSatisfy((kept: number) => kept >= 1_000 && kept < end)]);
  expect(positions).toEqual({ EVENTS: end });
  await expectEqual();
});

test('with other code, or another log, it begins again', async () => {
  await interrupted();
  await writeProjection('count(*) + 0');
  const told: Told = { kept: [], away: [] };
  await rebuildWith(told, {}, () => {});
  await interrupted();
  await databases.schedules.query(`UPDATE projections.building SET log_id = 'another'`);
  await rebuildWith(told, {}, () => {});
  expect(told.kept).toEqual([0, 0]);
  await expectEqual();
});

test('Postgres is killed in the middle: it waits, says so once, and goes on', async () => {
  const { port } = postgres;
  const told: Told = { kept: [], away: [] };
  let killed: Promise<void> | undefined;
  const onAway = async (why: string) => {
    told.away.push(why);
    if (told.away.length > 1) return;
    // Connections end before the server has: until then its data is in use.
    await killed;
    postgres = await startPostgres({ dataDir, port, ephemeral: true });
  };
  await rebuildWith(told, { onAway }, () => {
    killed = postgres.kill();
  });
  expect(told.away.length).toBeGreaterThan(0);
  expect(told.kept[0]).toBe(0);
  expect(told.kept.length).toBeGreaterThan(1);
  await expectEqual();
});

test('NATS is killed in the middle: it waits and goes on', async () => {
  const told: Told = { kept: [], away: [] };
  const onAway = async (why: string) => {
    told.away.push(why);
    if (told.away.length === 1) await server.restart();
  };
  await rebuildWith(told, { onAway }, () => server.kill());
  expect(told.away.length).toBeGreaterThan(0);
  expect(told.kept).toEqual([0, expect.toSatisfy((kept: number) => kept >= 1_000)]);
  await expectEqual();
});
