import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type DoctorOptions, examine } from '#deploy/doctor/examine.ts';
import type { Finding } from '#deploy/doctor/finding.ts';
import { replicas } from '#deploy/doctor/nats.ts';
import { provision } from '#deploy/provision/provision.ts';
import { provisionRoles } from '#deploy/provision/roles.ts';
import { startSimulator } from '#deploy/telegram/start.ts';
import { projectionConsumers } from '#projections/engine/registry.ts';
import { prepareProjections } from '#projections/engine/versions.ts';
import { createLog } from '#services/platform/process/log.ts';
import { startTestNats, type TestNats } from '#test/support/nats.ts';
import { startTestNatsCluster } from '#test/support/nats-cluster.ts';
import { freePorts } from '#test/support/ports.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres.ts';
import { testProcesses } from '#test/support/processes.ts';

/* Each kind of setting is broken once; what is well is said too. */

const TOKEN = '1234567:doctor-test-token_0000';
const WEBHOOK = 'http://127.0.0.1:9/telegram';
const processes = testProcesses();
let server: TestNats;
let nats: NatsConnection;
let database: TestDatabase;
let simulator: Awaited<ReturnType<typeof startSimulator>>;
let usual: DoctorOptions;

beforeAll(async () => {
  server = await startTestNats({ syncAlways: true });
  nats = await server.connection();
  database = await createTestDatabase();
  simulator = await startSimulator({ port: 0, host: '127.0.0.1', botToken: TOKEN });
  const options = { shardCount: 2, natsStoreBytes: 1024 ** 3 };
  await provision(nats, { ...options, consumers: await projectionConsumers() });
  await provisionRoles(database.pool);
  await prepareProjections({ schedules: database.pool, analytics: database.pool });
  usual = {
    ...options,
    login: { natsUrl: server.url },
    natsMonitorUrl: server.monitorUrl,
    databaseUrl: database.url,
    botToken: TOKEN,
    telegramApiRoot: simulator.url,
  };
});
afterAll(async () => {
  await simulator?.stop();
  await server?.stop();
  await database?.drop();
});

/** What is found with these settings changed, on a clock that is so far ahead. */
const found = (changed: Partial<DoctorOptions> = {}, aheadMs = 0): Promise<Finding[]> =>
  examine({ ...usual, ...changed }, { log: createLog('test', 'silent'), now: () => Date.now() + aheadMs });

/** Those of a level, as `<what>: <found>`. */
const ofLevel = (findings: readonly Finding[], level: Finding['level']) =>
  findings.filter((finding) => finding.level === level).map(({ about, found }) => `${about}: ${found}`);

const closedPort = async () => (await freePorts(1))[0];

test('all that is well is said, and of a test’s servers that they neither ask nor sync', async () => {
  const findings = await found();
  expect(ofLevel(findings, 'problem')).toEqual([]);
  expect(ofLevel(findings, 'warning')).toEqual([
    'users of NATS: the server asks nobody who they are: each process may do everything',
    'fsync of Postgres: off',
  ]);
  expect(ofLevel(findings, 'ok')).toEqual([
    expect.stringMatching(/^Node: v2\d\./),
    expect.stringMatching(/^nats-server: 2\.1\d\./),
    'replicas: one server, on whose disk everything depends',
    'room: every stream has a limit, and none is near it',
    'syncing: every message before it is acked',
    expect.stringMatching(/^store of NATS: \d+% of max_file_store used$/),
    expect.stringMatching(/^Postgres: 1\d/),
    expect.stringMatching(/^connections to Postgres: \d+ of \d+$/),
    'roles of Postgres: one for each service',
    'definitions: streams, buckets, consumers and tables are as declared',
    'NATS and Postgres: belong together',
    expect.stringMatching(/^clock of NATS: 0\.\d s /),
    expect.stringMatching(/^clock of Postgres: 0\.\d s /),
    'tzdata: Node and Postgres agree on 0 zones in use',
    expect.stringMatching(/^Telegram: is reached, the bot is @/),
    'groups: anybody may add the bot, which leaves at once',
    'webhook: none, updates are polled',
    'updates: 0 wait at Telegram',
  ]);
  for (const { level, advice } of findings) if (level !== 'ok') expect(advice).toMatch(/\w/);
});

test('without a server what needs it is left out, and the rest is looked at', async () => {
  const port = await closedPort();
  const withoutNats = await found({ login: { natsUrl: `nats://127.0.0.1:${port}` } });
  expect(ofLevel(withoutNats, 'problem')).toEqual([expect.stringMatching(/^nats-server: .*127\.0\.0\.1/)]);
  expect(ofLevel(withoutNats, 'ok')).toContain('roles of Postgres: one for each service');
  const withoutPostgres = await found({
    databaseUrl: `postgres://somebody:secret@127.0.0.1:${port}/nothing`,
  });
  expect(ofLevel(withoutPostgres, 'problem')).toEqual([expect.stringMatching(/^Postgres: does not answer/)]);
  expect(JSON.stringify(withoutPostgres)).not.toContain('secret');
  expect(ofLevel(withoutPostgres, 'ok')).toContain('room: every stream has a limit, and none is near it');
});

test('clocks that are apart: noticed from a second on, harmful from half a minute on', async () => {
  expect(ofLevel(await found({}, 5_000), 'warning')).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^clock of NATS: (4|5)\.\d s behind this machine's/),
      expect.stringMatching(/^clock of Postgres: (4|5)\.\d s behind this machine's/),
    ]),
  );
  expect(ofLevel(await found({}, -60_000), 'problem')).toEqual([
    expect.stringMatching(/^clock of NATS: \d+\.\d s ahead of/),
    expect.stringMatching(/^clock of Postgres: \d+\.\d s ahead of/),
  ]);
});

test('a consumer that is gone, and a setting that an operator made', async () => {
  const { consumers } = await jetstreamManager(nats);
  await consumers.delete('UPDATES', 'bot-03');
  await consumers.update('REMINDERS', 'sender-engaged', { max_ack_pending: 7 });
  const findings = await found();
  expect(ofLevel(findings, 'problem')).toEqual([expect.stringMatching(/^definitions: missing: .*bot-03/)]);
  expect(ofLevel(findings, 'ok').join('\n')).toMatch(
    /^set by you: .*sender-engaged.*: max_ack_pending: .* is 7$/m,
  );
  await provision(nats, { shardCount: 2, natsStoreBytes: 1024 ** 3, consumers: await projectionConsumers() });
  expect(ofLevel(await found(), 'problem')).toEqual([]);
});

test('a stream that takes nothing more', async () => {
  const { streams } = await jetstreamManager(nats);
  const { config } = await streams.info('FORGETTING');
  await streams.update('FORGETTING', { max_bytes: 10_000 });
  onTestFinished(async () => void (await streams.update('FORGETTING', { max_bytes: config.max_bytes })));
  for (let user = 1; user < 200; user++)
    await jetstream(nats)
      .publish(`forgetting.0.${user}`, 'x'.repeat(100))
      .catch(() => {});
  expect(ofLevel(await found(), 'problem')).toEqual(['room: full: FORGETTING']);
});

test('a server that syncs now and then, and one that is not asked', async () => {
  const other = await startTestNats();
  onTestFinished(() => other.stop());
  expect(ofLevel(await found({ natsMonitorUrl: other.monitorUrl }), 'warning')).toContain(
    'syncing: now and then: a power cut takes what was acked since',
  );
  expect(ofLevel(await found({ natsMonitorUrl: undefined }), 'unknown')).toEqual(['syncing: not looked at']);
});

test('tables that were made from another log', async () => {
  await database.pool.query(
    "UPDATE projections.checkpoints SET sequence = 5, log_id = 'of another log' WHERE projection = 'schedules'",
  );
  onTestFinished(async () => {
    await database.pool.query(
      "UPDATE projections.checkpoints SET sequence = 0, log_id = NULL WHERE projection = 'schedules'",
    );
  });
  expect(ofLevel(await found(), 'problem')).toEqual([
    expect.stringMatching(
      /^NATS and Postgres: Postgres and NATS do not belong together: the tables of schedules/,
    ),
  ]);
});

test('Telegram: a wrong token, nobody there, and a webhook of somebody else', async () => {
  const problems = async (changed: Partial<DoctorOptions>) => ofLevel(await found(changed), 'problem');
  expect(await problems({ botToken: '7654321:not-the-token-of-this-bot' })).toEqual([
    'Telegram: does not accept BOT_TOKEN',
  ]);
  expect(await problems({ telegramApiRoot: `http://127.0.0.1:${await closedPort()}` })).toEqual([
    'Telegram: is not reached',
  ]);
  expect(ofLevel(await found({ botToken: undefined }), 'unknown')).toEqual(['Telegram: not asked']);
  const set = await fetch(`${simulator.url}/bot${TOKEN}/setWebhook?url=${encodeURIComponent(WEBHOOK)}`);
  expect(set.status).toBe(200);
  expect(await problems({})).toEqual([`webhook: ${WEBHOOK}; WEBHOOK_URL says none`]);
  expect(await problems({ webhookUrl: WEBHOOK })).toEqual([]);
  await fetch(`${simulator.url}/bot${TOKEN}/deleteWebhook`);
});

test('a cluster: several copies of every stream, and one alone of one', async () => {
  const cluster = await startTestNatsCluster();
  onTestFinished(() => cluster.stop());
  const connection = await cluster.connection();
  await provision(connection, { shardCount: 1, replicas: 3 });
  const look = async () =>
    (await replicas(connection).look()).map(({ level, found }) => `${level}: ${found}`);
  await expect.poll(look, { timeout: 60_000 }).toEqual(['ok: several of every stream']);
  const { streams } = await jetstreamManager(connection);
  await streams.update('DEAD', { num_replicas: 1 });
  await expect.poll(look, { timeout: 60_000 }).toEqual(['warning: one alone of DEAD']);
}, 180_000);

test('the command says each with what to do about it; exit code 1 for that, 2 for what does not work', async () => {
  const settings = {
    ...{
      NATS_URL: server.url,
      DATABASE_URL: database.url,
      BOT_TOKEN: TOKEN,
      TELEGRAM_API_ROOT: simulator.url,
    },
    ...{ SHARD_COUNT: '2', NATS_STORE_BYTES: String(1024 ** 3) },
  };
  const doctor = async (env: Record<string, string>) => {
    const run = await processes.startScript('deploy/cli/habitstream.ts', ['doctor'], env);
    return { ...(await run.exited), text: run.lines.join('\n') };
  };
  const well = await doctor(settings);
  expect(well.text).toMatch(/^warning +fsync of Postgres +off\n +-> a crash of the machine .*: fsync = on$/m);
  expect(well.code).toBe(1);
  const token = { ...settings, BOT_TOKEN: '7654321:not-the-token-of-this-bot' };
  expect(await doctor(token)).toMatchObject({ code: 2, text: expect.stringMatching(/^problem +Telegram/m) });
}, 90_000);
