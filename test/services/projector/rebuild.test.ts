import { jetstreamManager } from '@nats-io/jetstream';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { provision } from '#deploy/provision/provision.ts';
import { checkpointOf, inTransaction } from '#projections/engine/checkpoints.ts';
import type { Projection } from '#projections/engine/projection.ts';
import { projectionConsumers } from '#projections/engine/registry.ts';
import {
  claimProjection,
  createVersion,
  ProjectionBusy,
  prepareProjections,
} from '#projections/engine/versions.ts';
import { createLog } from '#services/platform/process/log.ts';
import { rebuild } from '#services/projector/rebuild.ts';
import { verificationLines, verify } from '#services/projector/verify.ts';
import {
  eventEntry,
  sampleDeliveries,
  sampleEvents,
  type UnstoredEvent,
} from '../../projections/histories.ts';
import { asUserId } from '../../support/ids.ts';
import { openFixture, type ProjectorFixture, startTestReplica, versionSchemas } from './fixture.ts';

// Generous, for machines that do much else.
vi.setConfig({ testTimeout: 90_000 });

let fixture: ProjectorFixture;
let schedules: Projection;
let analytics: Projection;

const registered: UnstoredEvent = {
  userId: asUserId('99'),
  aggregateId: 'account',
  at: '2026-11-20T00:00:00.000Z',
  event: { type: 'AccountRegistered', data: { locale: 'ru' } },
};

beforeAll(async () => {
  fixture = await openFixture();
  const found = (name: string) =>
    fixture.projections.find((each) => each.name === name) ?? expect.unreachable();
  schedules = found('schedules');
  analytics = found('analytics');
  const replica = fixture.startReplica();
  await fixture.append([eventEntry(registered), ...sampleEvents(1), ...sampleDeliveries(2)]);
  await fixture.untilLevel();
  await replica.stop();
});
afterAll(() => fixture.close());

let versions: Record<string, number> = {};
beforeEach(async () => {
  const { rows } = await fixture.database.pool.query<{ projection: string; version: number }>(
    'SELECT DISTINCT projection, version FROM projections.checkpoints',
  );
  versions = Object.fromEntries(rows.map((row) => [row.projection, row.version]));
});

test('rebuild and swap while readers read, replicas project and events arrive: never empty, never an error', async () => {
  const replicas = [startTestReplica(fixture), startTestReplica(fixture)];
  let reading = true;
  let reads = 0;
  const reader = async () => {
    for (; reading; reads++) {
      // Both orders of the same tables: a swap that waited for locks in one order would deadlock with the other.
      const [left, right] = reads % 2 === 0 ? ['accounts', 'habits'] : ['habits', 'accounts'];
      const { rows } = await fixture.database.pool.query<{ user_id: string }>(
        `SELECT user_id FROM schedules.${left} FULL JOIN schedules.${right} USING (user_id) WHERE user_id = 99`,
      );
      expect(rows).toHaveLength(1);
    }
  };
  const readers = Promise.all([reader(), reader(), reader()]);
  const arriving = (async () => {
    for (let seed = 10; reading; seed++) {
      await fixture.append(sampleEvents(seed).slice(0, 100));
      await fixture.untilLevel({ acked: false });
    }
  })();
  try {
    for (let round = 1; round <= 2; round++) {
      const { version } = await rebuild(schedules, fixture.ports);
      expect(version).toBe((versions.schedules ?? 0) + round);
      await rebuild(analytics, fixture.ports);
    }
  } finally {
    reading = false;
  }
  await Promise.all([readers, arriving]);
  await fixture.untilLevel({ acked: false });
  await Promise.all(replicas.map((replica) => replica.stop()));
  expect(reads).toBeGreaterThan(50);
  expect((await fixture.verifyAll()).filter(({ equal }) => !equal)).toEqual([]);
  expect(await versionSchemas(fixture.database.pool)).toHaveLength(fixture.projections.length);
});

test('a long reader does not make others wait for the swap, and the swap happens after it', async () => {
  let ended = false;
  let swapWaits = false;
  const long = await fixture.database.pool.connect();
  await long.query('BEGIN; SELECT count(*) FROM schedules.answers');
  const write = (line: string) => {
    swapWaits ||= line.includes('swap waits for readers');
  };
  const ports = { ...fixture.ports, log: createLog('test', 'info', { write }) };
  const rebuilding = rebuild(schedules, ports).finally(() => {
    ended = true;
  });
  while (!swapWaits && !ended) {
    const started = performance.now();
    await fixture.database.pool.query('SELECT count(*) FROM schedules.answers');
    expect(performance.now() - started).toBeLessThan(900);
  }
  expect(ended).toBe(false);
  await long.query('COMMIT');
  long.release();
  await rebuilding;
  expect((await verify(schedules, fixture.ports)).equal).toBe(true);
});

test('a rebuild that died leaves the version in use alone, and the next one removes its remains', async () => {
  const before = versions.schedules ?? 0;
  await inTransaction(fixture.database.pool, (db) => createVersion(db, schedules, before + 1));
  await fixture.database.pool.query(
    `INSERT INTO schedules_v${before + 1}.accounts VALUES (5, 5, 'en', null, false, null)`,
  );
  expect((await verify(schedules, fixture.ports)).equal).toBe(true);
  await rebuild(schedules, fixture.ports);
  expect((await verify(schedules, fixture.ports)).equal).toBe(true);
  expect(
    (await versionSchemas(fixture.database.pool)).filter((name) => name.startsWith('schedules')),
  ).toEqual([`schedules_v${before + 1}`]);
});

test('a rebuild that fails half-way throws, and the version in use stays', async () => {
  const broken: Projection = {
    ...schedules,
    sources: { EVENTS: async () => Promise.reject(new Error('handler is wrong')) },
  };
  await expect(rebuild(broken, fixture.ports)).rejects.toThrow('handler is wrong');
  expect((await verify(schedules, fixture.ports)).equal).toBe(true);
});

test('two rebuilds, or a rebuild and a verification, refuse each other', async () => {
  await inTransaction(fixture.database.pool, async (db) => {
    await claimProjection(db, 'schedules');
    await expect(rebuild(schedules, fixture.ports)).rejects.toThrow(ProjectionBusy);
    await expect(verify(schedules, fixture.ports)).rejects.toThrow(
      'schedules is being rebuilt or verified already',
    );
    await expect(verify(analytics, fixture.ports)).resolves.toMatchObject({ equal: true });
  });
});

test('a long claim of a projection keeps no dead rows from being removed', async () => {
  const { pool } = fixture.database;
  await inTransaction(pool, async (db) => {
    const { rows: own } = await db.query('SELECT pg_backend_pid() AS pid');
    await claimProjection(db, 'schedules');
    const { rows: seen } = await pool.query('SELECT backend_xmin FROM pg_stat_activity WHERE pid = $1', [
      own[0]?.pid,
    ]);
    expect(seen).toEqual([{ backend_xmin: null }]);
  });
});

test('verify finds a row changed, one missing and one too many, and says which', async () => {
  const { pool } = fixture.database;
  await pool.query(`UPDATE schedules_v${versions.schedules}.accounts SET locale = 'en' WHERE user_id = 99`);
  await pool.query(
    `INSERT INTO schedules_v${versions.schedules}.answers VALUES (99, 'ccccccccccccc', '2026-01-01', 1)`,
  );
  const found = await verify(schedules, fixture.ports);
  expect(found.equal).toBe(false);
  expect(
    found.tables.filter(({ onlyLive, onlyReplayed }) => onlyLive.count + onlyReplayed.count > 0),
  ).toMatchObject([
    {
      table: 'accounts',
      onlyLive: { count: 1 },
      onlyReplayed: { count: 1, examples: [{ user_id: 99, locale: 'ru' }] },
    },
    {
      table: 'answers',
      onlyLive: { count: 1, examples: [{ habit_id: 'ccccccccccccc' }] },
      onlyReplayed: { count: 0 },
    },
  ]);
  expect(verificationLines(found).at(-1)).toBe('schedules DIFFERS from the log: rebuild it');
  await rebuild(schedules, fixture.ports);
  expect((await verify(schedules, fixture.ports)).equal).toBe(true);
});

test("other tables and views: writing stops until the rebuild, people's own views stay where columns allow", async () => {
  const { pool } = fixture.database;
  await pool.query('CREATE VIEW public.own AS SELECT user_id FROM analytics.dim_users');
  const changed: Projection = {
    ...analytics,
    tables: `${analytics.tables}\nCREATE TABLE extra (a int);`,
    views: `${analytics.views}\nCREATE VIEW another AS SELECT 1 AS one;`,
  };
  expect(await prepareProjections(fixture.databases, [changed])).toEqual([
    'projection analytics: tables.sql or sources changed: rebuild it',
  ]);
  await expect(verify(changed, fixture.ports)).rejects.toThrow('projections rebuild analytics');
  await rebuild(changed, fixture.ports);
  await pool.query(
    'SELECT a FROM analytics.extra; SELECT one FROM analytics.another; SELECT user_id FROM public.own',
  );
  expect(await prepareProjections(fixture.databases, [changed])).toEqual([]);
  await rebuild(analytics, fixture.ports);
  await pool.query('DROP VIEW public.own');
  await expect(pool.query('SELECT * FROM analytics.extra')).rejects.toThrow('does not exist');
});

test('a log restored from an older backup is noticed, and a rebuild makes projecting go on', async () => {
  const manager = await jetstreamManager(fixture.nats);
  await manager.streams.delete('EVENTS');
  await provision(fixture.nats, { shardCount: 1, consumers: await projectionConsumers() });
  await fixture.append([eventEntry(registered)]);
  const before = await checkpointOf(fixture.database.pool, schedules, 'EVENTS');
  expect(before.sequence).toBeGreaterThan(1);
  for (const projection of fixture.projections) await rebuild(projection, fixture.ports);
  expect(await fixture.database.pool.query('SELECT * FROM schedules.accounts')).toMatchObject({
    rowCount: 1,
  });
  const replica = startTestReplica(fixture);
  await fixture.append(sampleEvents(40));
  await fixture.untilLevel({ acked: false });
  await replica.stop();
  expect((await fixture.verifyAll()).filter(({ equal }) => !equal)).toEqual([]);
});
