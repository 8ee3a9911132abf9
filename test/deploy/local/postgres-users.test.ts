import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Postgres, startPostgres } from '#deploy/local/postgres.ts';
import { openToOwner, openToServices } from '#deploy/local/postgres-users.ts';
import { provision } from '#deploy/provision/provision.ts';
import { provisionRoles } from '#deploy/provision/roles.ts';
import type { Projection } from '#projections/engine/projection.ts';
import { loadProjectionNamed, projectionConsumers, usualProjections } from '#projections/engine/registry.ts';
import { prepareProjections } from '#projections/engine/versions.ts';
import { isUnavailable } from '#services/platform/jetstream/errors.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import { openDatabase } from '#services/platform/process/database.ts';
import { createLog } from '#services/platform/process/log.ts';
import { rebuild } from '#services/projector/rebuild.ts';
import { start as startProjector } from '#services/projector/start.ts';
import { verify } from '#services/projector/verify.ts';
import { eventually } from '#test/support/eventually.ts';
import { startTestNats } from '#test/support/nats.ts';
import { testFolder } from '#test/support/run-folder.ts';
import { sampleDeliveries, sampleEvents } from '../../projections/histories.ts';
import { failureOf, whileAccountsLocked } from './locked-accounts.ts';
import { allRights, mayDo, ON_THE_SERVER } from './rights.ts';

/* Each service's user of the database may do its work and nothing else, on a server of its own, as `npm start` has one. */

const log = createLog('test', 'silent');
const SERVICES = ['projector', 'shards', 'sender', 'bot'] as const;
type User = (typeof SERVICES)[number] | 'owner';

let server: Postgres;
let superuser: Pool;
const users = new Map<User, Pool>();
let urls: ReadonlyMap<string, string>;
const urlOf = (name: string): string => urls.get(name) ?? expect.unreachable();
const user = (name: User): Pool => users.get(name) ?? expect.unreachable();

beforeAll(async () => {
  server = await startPostgres({ dataDir: await testFolder('users'), port: 0, ephemeral: true });
  superuser = openDatabase({ url: server.url, name: 'superuser', max: 4, log });
  // As a version before there were roles left it: everything is the superuser's.
  await prepareProjections({ schedules: superuser, analytics: superuser });
  const owner = openDatabase({
    url: await openToOwner(server.url),
    name: 'owner',
    max: 4,
    log,
    timeoutMs: 0,
  });
  users.set('owner', owner);
  const made = [...SERVICES, 'analyst'].map((name) => `role habitstream_${name}: created`);
  expect(await provisionRoles(owner)).toEqual(made);
  expect(await prepareProjections({ schedules: owner, analytics: owner })).toEqual([]);
  urls = await openToServices(server.url);
  for (const [name, url] of urls) {
    const service = SERVICES.find((each) => each === name) ?? expect.unreachable();
    users.set(service, openDatabase({ url, name, max: 6, log }));
  }
}, 120_000);
afterAll(async () => {
  await Promise.all([superuser, ...users.values()].map((pool) => pool?.end()));
  await server?.stop();
});

test('a second run changes nothing; two at once do no harm; the owner is no superuser', async () => {
  const again = await Promise.all([1, 2, 3].map(() => provisionRoles(user('owner'))));
  expect(again).toEqual([[], [], []]);
  const { rows } = await superuser.query(
    `SELECT rolname, rolsuper, rolcreatedb, rolreplication, rolbypassrls FROM pg_roles
     WHERE rolname ~ '^habitstream' AND (rolsuper OR rolcreatedb OR rolreplication OR rolbypassrls)`,
  );
  expect(rows).toEqual([]);
  const changed = `ALTER ROLE habitstream_bot IN DATABASE habitstream SET lock_timeout = '1h'`;
  await superuser.query(changed);
  expect(await provisionRoles(user('owner'))).toEqual(['role habitstream_bot: lock_timeout = 2s']);
});

test('a user that may make no roles is told so, and everything else is provisioned', async () => {
  const lines = await provisionRoles(user('projector'));
  expect(lines).toEqual([]); // nothing is left to do
  await superuser.query(`ALTER ROLE habitstream_bot IN DATABASE habitstream SET lock_timeout = '1h'`);
  expect(await provisionRoles(user('projector'))).toEqual([expect.stringMatching(/^warning: .*CREATEROLE/)]);
  await provisionRoles(user('owner'));
});

describe('rights', () => {
  test.each(SERVICES)('%s: its own and no others', async (service) => {
    const rights = await allRights(superuser);
    const allowed: string[] = [];
    for (const { name, sql } of rights) if (await mayDo(user(service), sql)) allowed.push(name);
    expect(allowed).toEqual(rights.filter(({ of }) => of.includes(service)).map(({ name }) => name));
    // Tables and views of three projections, their checkpoints, and what concerns the whole server.
    expect(rights.length).toBeGreaterThan(200);
  });

  test('the owner may change tables, but not the server', async () => {
    for (const { name, sql, of } of ON_THE_SERVER) {
      expect({ name, may: await mayDo(user('owner'), sql) }).toEqual({ name, may: of.includes('owner') });
    }
  });
});

describe('changed views', () => {
  const withView = async (): Promise<Projection> => {
    const views = 'CREATE VIEW nights AS SELECT user_id, quiet_from, quiet_to FROM accounts';
    return { ...(await loadProjectionNamed('schedules')), views };
  };
  const prepare = async (projection: Projection) =>
    prepareProjections({ schedules: user('owner'), analytics: user('owner') }, [projection]);

  test('are read by those who read the projection, new ones and old ones', async () => {
    expect(await prepare(await withView())).toEqual(['projection schedules: views changed']);
    for (const relation of ['nights', 'accounts']) {
      const sql = `SELECT FROM schedules.${relation}`;
      const may = await Promise.all(SERVICES.map((service) => mayDo(user(service), sql)));
      expect({ relation, may }).toEqual({ relation, may: [false, true, true, true] });
    }
  });

  test('are not waited for while somebody reads one for long: others would wait behind', async () => {
    const reader = await superuser.connect();
    await reader.query('BEGIN; SELECT FROM schedules.nights');
    const refused = await prepare(await loadProjectionNamed('schedules')).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: '55P03' });
    expect(await mayDo(user('shards'), 'SELECT FROM schedules.nights')).toBe(true);
    await reader.query('ROLLBACK');
    reader.release();
    expect(await prepare(await loadProjectionNamed('schedules'))).toEqual([
      'projection schedules: views changed',
    ]);
  }, 30_000);
});

test('the projector writes and the others read through a rebuild, which only the owner can make', async () => {
  const nats = await startTestNats();
  const connection = await nats.connection();
  const projections = await usualProjections();
  await provision(connection, { shardCount: 1, consumers: await projectionConsumers(projections) });
  const ports = { nats: connection, clock: systemClock, log };
  const js = jetstream(connection);
  const append = async (seed: number) => {
    for (const { subject, body } of [...sampleEvents(seed), ...sampleDeliveries(seed + 1)])
      await js.publish(subject, body);
  };
  const databases = (name: User) => ({ schedules: user(name), analytics: user(name) });
  const verified = () =>
    eventually(
      async () => {
        for (const projection of projections) {
          const { equal, tables } = await verify(projection, { ...ports, databases: databases('owner') });
          const rows = tables.reduce((sum, table) => sum + table.rows, 0);
          expect({ name: projection.name, equal, empty: rows === 0 }).toMatchObject({
            equal: true,
            empty: false,
          });
        }
      },
      { timeoutMs: 60_000 },
    );

  const projector = await startProjector({ projectorBatchSize: 50 }, { ...ports, ...databases('projector') });
  await append(1);
  await untilLevel(connection);
  await verified();
  for (const projection of projections) {
    await expect(rebuild(projection, { ...ports, databases: databases('projector') })).rejects.toThrow();
    await rebuild(projection, { ...ports, databases: databases('owner') });
  }
  await append(3);
  await untilLevel(connection);
  await verified();
  await projector.stop();
  for (const service of ['shards', 'sender', 'bot'] as const) {
    const { rows } = await user(service).query('SELECT count(*)::int AS people FROM schedules.accounts');
    expect(rows[0]?.people).toBeGreaterThan(0);
  }
  await nats.stop();
}, 180_000);

/** Until every checkpoint stands at the end of its stream. */
async function untilLevel(nats: NatsConnection): Promise<void> {
  const { streams } = await jetstreamManager(nats);
  await eventually(
    async () => {
      const { rows } = await superuser.query('SELECT stream, sequence FROM projections.checkpoints');
      for (const { stream, sequence } of rows) {
        const { last_seq } = (await streams.info(stream)).state;
        expect({ stream, sequence: Number(sequence) }).toEqual({ stream, sequence: last_seq });
      }
    },
    { timeoutMs: 60_000 },
  );
}

describe('a statement that hangs', () => {
  const TRIES = 20;

  test('ends on the server, before its client gives up', async () => {
    const settings: Record<string, unknown> = {};
    for (const service of SERVICES) {
      const { rows } = await user(service).query(
        `SELECT current_setting('statement_timeout') AS statement, current_setting('lock_timeout') AS lock,
           current_setting('idle_in_transaction_session_timeout') AS idle,
           current_setting('default_transaction_read_only') AS reads`,
      );
      settings[service] = rows[0];
    }
    expect(settings).toEqual({
      projector: { statement: '25s', lock: '10s', idle: '20s', reads: 'off' },
      shards: { statement: '25s', lock: '5s', idle: '1min', reads: 'on' },
      sender: { statement: '4s', lock: '2s', idle: '10s', reads: 'on' },
      bot: { statement: '4s', lock: '2s', idle: '10s', reads: 'on' },
    });
    const slept: unknown = await user('sender')
      .query('SELECT pg_sleep(60)')
      .catch((error: unknown) => error);
    expect(slept).toMatchObject({ code: '57014' });
    expect(isUnavailable(slept)).toBe(true);
  }, 30_000);

  test(`a locked table holds no more backends than a pool has, however often it is tried`, async () => {
    await whileAccountsLocked(superuser, async (waiting) => {
      // As sender/service.ts and shards/service.ts open theirs.
      const pools = [
        openDatabase({ url: urlOf('sender'), name: 'sender', max: 2, log, timeoutMs: 5_000 }),
        openDatabase({ url: urlOf('shards'), name: 'shards', max: 6, log }),
      ];
      const failures = await Promise.all(
        pools.flatMap((pool) => Array.from({ length: TRIES }, () => failureOf(pool))),
      );
      const refused = failures.filter((error) => isUnavailable(error));
      // The others waited in vain for one of the pool's connections.
      expect(refused.length).toBeGreaterThanOrEqual(2 + 6);
      expect(failures.filter((error) => error instanceof Error).length).toBe(2 * TRIES);
      expect(failures.length).toBe(2 * TRIES);
      expect(waiting.most).toEqual({ sender: 2, shards: 6 });
      await Promise.all(pools.map((pool) => pool.end()));
    });
  }, 90_000);

  test('without a role of its own a service leaves one more there with each try', async () => {
    await whileAccountsLocked(superuser, async (waiting) => {
      const pool = openDatabase({ url: server.url, name: 'sender', max: 2, log, timeoutMs: 200 });
      for (let tries = 0; tries < TRIES; tries++) await failureOf(pool);
      await eventually(() => expect(waiting.most).toEqual({ sender: TRIES }));
      await pool.end();
    });
  }, 60_000);
});
