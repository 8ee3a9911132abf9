import { Client, type Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Postgres, startPostgres } from '#deploy/local/postgres.ts';
import { openToOwner } from '#deploy/local/postgres-users.ts';
import { provisionRoles } from '#deploy/provision/roles.ts';
import { writeDeliveries } from '#projections/analytics/write-deliveries.ts';
import { writeEvents } from '#projections/analytics/write-events.ts';
import { inTransaction, useSchema } from '#projections/engine/checkpoints.ts';
import type { Projection } from '#projections/engine/projection.ts';
import { relationsOf } from '#projections/engine/published-views.ts';
import { loadProjections, usualProjections } from '#projections/engine/registry.ts';
import {
  createVersion,
  dropOtherVersions,
  prepareProjections,
  publishVersion,
} from '#projections/engine/versions.ts';
import { openDatabase } from '#services/platform/process/database.ts';
import { createLog } from '#services/platform/process/log.ts';
import { queryOnce } from '#test/support/postgres.ts';
import { testFolder } from '#test/support/run-folder.ts';
import { lived } from '../../projections/analytics/lived.ts';
import { allRights, mayDo } from '../local/rights.ts';

/* Analysts see the views of the analytics and nothing else, also where these have a database of their own. */

const log = createLog('test', 'silent');
let server: Postgres;
let schedules: Pool;
let analytics: Pool;
let analyst: Pool;
let stranger: Pool;

const urlIn = (database: string, like: string): string => {
  const url = new URL(like);
  url.pathname = `/${database}`;
  return url.href;
};
const urlOfAnalyst = (database: string): string => {
  const url = new URL(urlIn(database, server.url));
  return Object.assign(url, { username: 'habitstream_analyst', password: 'of-a-test' }).href;
};
const open = (url: string): Pool => openDatabase({ url, name: 'test', max: 2, log });

beforeAll(async () => {
  server = await startPostgres({ dataDir: await testFolder('analyst'), port: 0, ephemeral: true });
  await queryOnce(server.url, 'CREATE DATABASE analytics');
  await openToOwner(server.url);
  const owner = await openToOwner(urlIn('analytics', server.url));
  analytics = open(owner);
  schedules = open(urlIn('habitstream', owner));
  for (const pool of [schedules, analytics]) await provisionRoles(pool);
  const all = await loadProjections();
  await prepareProjections({ schedules, analytics }, all);
  // As where one database has them all: rights are looked at beside those of the schedules.
  const elsewhere = all.filter(({ database }) => database === 'schedules');
  await prepareProjections({ schedules: analytics, analytics }, elsewhere);
  const { events, deliveries } = lived(1, 20, 30);
  await inTransaction(analytics, async (db) => {
    await useSchema(db, 'analytics_v1');
    await writeEvents(events, db);
    await writeDeliveries(deliveries, db);
  });
  await schedules.query("ALTER ROLE habitstream_analyst PASSWORD 'of-a-test'");
  analyst = open(urlOfAnalyst('analytics'));
  stranger = open(urlOfAnalyst('habitstream'));
}, 120_000);
afterAll(async () => {
  await Promise.all([schedules, analytics, analyst, stranger].map((pool) => pool?.end()));
  await server?.stop();
});

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: { code?: string }) => error.code,
  );

test('everything that can be tried: reading published views is allowed, all else is refused', async () => {
  const rights = await allRights(analytics);
  const allowed: string[] = [];
  for (const { name, sql } of rights) if (await mayDo(analyst, sql)) allowed.push(name);
  const views = (await relationsOf(analytics, 'analytics')).map(({ name }) => name);
  expect(allowed).toEqual(views.map((name) => `read analytics.${name}`).sort());
  expect(rights.length).toBeGreaterThan(200);
  for (const name of views) await analyst.query(`SELECT * FROM analytics.${name}`);
  // What views call is run with the reader's own rights.
  const { rows } = await analyst.query('SELECT FROM analytics.habit_rules WHERE automatic IS NOT NULL');
  expect(rows.length).toBeGreaterThan(0);
});

test('personal tables of other schemas are refused, the raw log too, and in the other database everything', async () => {
  for (const sql of ['SELECT FROM events.events', 'SELECT FROM projections.checkpoints'])
    expect({ sql, code: await codeOf(analyst.query(sql)) }).toEqual({ sql, code: '42501' });
  const rights = await allRights(schedules);
  for (const { name, sql } of rights)
    expect({ name, may: await mayDo(stranger, sql) }).toEqual({ name, may: false });
});

test('statements have their times in both databases, and write nothing', async () => {
  for (const pool of [analyst, stranger]) {
    const { rows } = await pool.query(
      `SELECT current_setting('statement_timeout') AS statement, current_setting('lock_timeout') AS lock,
         current_setting('idle_in_transaction_session_timeout') AS idle,
         current_setting('default_transaction_read_only') AS reads`,
    );
    expect(rows).toEqual([{ statement: '1min', lock: '5s', idle: '30s', reads: 'on' }]);
  }
  expect(await codeOf(analyst.query('CREATE TEMP TABLE mine (n int)'))).toBe('25006');
});

test('more connections than they may have are refused; an operator may allow more', async () => {
  const connect = async () => {
    const client = new Client({ connectionString: urlOfAnalyst('analytics') });
    client.on('error', () => {});
    await client.connect();
    return client;
  };
  const taken: Client[] = [];
  const full = async () => {
    for (let n = 0; n < 20; n++) taken.push(await connect());
  };
  expect(await codeOf(full())).toBe('53300');
  const most = taken.length;
  await schedules.query('ALTER ROLE habitstream_analyst CONNECTION LIMIT 20');
  expect(await provisionRoles(analytics)).toEqual([]);
  taken.push(await connect());
  await Promise.all(taken.map((client) => client.end()));
  expect(most).toBeLessThanOrEqual(10);
});

test('a rebuild and any change of views leave them what they see, and show them what is new', async () => {
  const found = (await usualProjections()).find(({ name }) => name === 'analytics');
  const projection = found ?? expect.unreachable();
  await inTransaction(analytics, async (db) => {
    await createVersion(db, projection, 2);
    await publishVersion(db, projection, 2, new Map());
    await dropOtherVersions(db, 'analytics', 2);
  });
  const changed: Projection = {
    ...projection,
    // A column is gone, so the published view is dropped and made; another view is new.
    views: `${projection.views.replace('AS answers, count(*) AS users', 'AS answers')}
      CREATE VIEW zones AS SELECT timezone, count(*) AS users FROM dim_users GROUP BY timezone;`,
  };
  expect(await prepareProjections({ schedules, analytics }, [changed])).toEqual([
    'projection analytics: views changed',
  ]);
  for (const { name } of await relationsOf(analytics, 'analytics'))
    expect({ name, may: await mayDo(analyst, `SELECT * FROM analytics.${name}`) }).toEqual({
      name,
      may: true,
    });
  expect(await mayDo(analyst, 'SELECT FROM analytics.zones')).toBe(true);
  expect(
    (await analyst.query('SELECT * FROM analytics.completion_by_hour')).fields.map(({ name }) => name),
  ).toEqual(['local_hour', 'answers']);
  expect(await mayDo(analyst, 'SELECT FROM analytics_v2.fact_check_ins')).toBe(false);
});
