import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { driftOf, provision } from '#deploy/provision/provision.ts';
import { projectionConsumers } from '#projections/engine/registry.ts';
import { startTestNats, type TestNats } from '#test/support/nats.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres.ts';
import { testProcesses } from '#test/support/processes.ts';

/*
 * What operators set live: kept and told where it is theirs, put back where it must hold, and all of it seen by a check that changes
 * nothing.
 */

const HOUR_NS = 3_600_000_000_000;
const processes = testProcesses();
let server: TestNats;
let nats: NatsConnection;
let database: TestDatabase;

beforeAll(async () => {
  [server, database] = await Promise.all([startTestNats(), createTestDatabase()]);
  nats = await server.connection();
});
afterAll(async () => {
  await server?.stop();
  await database?.drop();
});

test('what is the operators’ to set stays and is told, what must hold is put back', async () => {
  await provision(nats, { shardCount: 2 });
  const manager = await jetstreamManager(nats);
  await manager.consumers.update('REMINDERS', 'sender-engaged', { max_ack_pending: 7, ack_wait: 1e9 });
  // Updates of a person would be handled side by side.
  await manager.consumers.update('UPDATES', 'bot-03', { max_ack_pending: 5 });
  await manager.streams.update('DELIVERIES', { max_bytes: 1e9 });
  await manager.streams.update('UPDATES', { max_age: 96 * HOUR_NS });
  await manager.streams.update('TICKS', { max_age: 24 * HOUR_NS });
  await manager.consumers.delete('TICKS', 'shard-00-of-02');
  const theirs = [
    { target: 'UPDATES', change: 'max_age: 48h would be usual, is 96h' },
    { target: 'DELIVERIES', change: 'max_bytes: 1000000000' },
    { target: 'REMINDERS/sender-engaged', change: 'max_ack_pending: 64 would be usual, is 7' },
  ];
  const putBack = [
    { target: 'TICKS', change: 'max_age: 24h → 168h' },
    { target: 'UPDATES/bot-03', change: 'max_ack_pending: 5 → 1' },
    { target: 'TICKS/shard-00-of-02', change: 'missing' },
    { target: 'REMINDERS/sender-engaged', change: 'ack_wait: 1s → 10s' },
  ];

  expect(await driftOf(nats, { shardCount: 2 })).toEqual({ changes: putBack, refused: [], theirs });
  const lines: string[] = [];
  const done = await provision(nats, { shardCount: 2, log: (line) => lines.push(line) });
  expect(done.map(({ target }) => target).sort()).toEqual(putBack.map(({ target }) => target).sort());
  for (const { target, change } of theirs) expect(lines).toContain(`${target}: ${change} (yours, kept)`);
  expect(await driftOf(nats, { shardCount: 2 })).toEqual({ changes: [], refused: [], theirs });
  const { config } = await manager.consumers.info('REMINDERS', 'sender-engaged');
  expect(config.max_ack_pending).toBe(7);
  expect((await manager.streams.info('UPDATES')).config.max_age).toBe(96 * HOUR_NS);
});

/** Runs `habitstream provision` as a pipeline does. */
async function provisioned(...args: string[]) {
  const env = { NATS_URL: server.url, DATABASE_URL: database.url, SHARD_COUNT: '2' };
  const run = await processes.startScript('deploy/cli/habitstream.ts', ['provision', ...args], env);
  const { code } = await run.exited;
  return { code, lines: run.lines };
}

test('--check says by its exit code whether anything would be changed, and changes nothing', async () => {
  const before = await provisioned('--check');
  expect(before.code).toBe(1);
  expect(before.lines).toContain('projection schedules: missing');
  expect(await database.pool.query("SELECT to_regclass('projections.checkpoints') AS made")).toMatchObject({
    rows: [{ made: null }],
  });
  expect((await provisioned()).code).toBe(0);
  const after = await provisioned('--check');
  expect(after).toMatchObject({ code: 0, lines: expect.arrayContaining(['as declared']) });
  expect(after.lines).toContain('yours: REMINDERS/sender-engaged: max_ack_pending: 64 would be usual, is 7');

  const manager = await jetstreamManager(nats);
  const [consumer] = await projectionConsumers();
  await manager.consumers.delete(String(consumer?.stream), String(consumer?.name));
  await database.pool.query(
    "UPDATE projections.checkpoints SET fingerprint = 'other' WHERE projection = 'admin'",
  );
  const drifted = await provisioned('--check');
  expect(drifted.code).toBe(1);
  expect(drifted.lines).toContain(`${consumer?.stream}/${consumer?.name}: missing`);
  expect(drifted.lines).toContain(
    'projection admin: its tables are those of other code: npm run habitstream -- projections rebuild admin',
  );
  await manager.streams.update('DEAD', { subjects: ['dead.*', 'lost.*'] });
  const refused = await provisioned('--check');
  expect(refused.code).toBe(2);
  expect(refused.lines).toContainEqual(expect.stringMatching(/^refused: DEAD: subjects: /));
});

test('a database that cannot be used is named before anything is made', async () => {
  const empty = await startTestNats();
  try {
    const run = await processes.startScript('deploy/cli/habitstream.ts', ['provision'], {
      NATS_URL: empty.url,
      DATABASE_URL: 'postgres://zibeline:zibeline@127.0.0.1:1/none',
    });
    expect(await run.exited).toMatchObject({ code: 1 });
    expect(run.lines).toEqual([
      expect.stringMatching(/^DATABASE_URL: Postgres does not answer .*ECONNREFUSED/),
    ]);
    const manager = await jetstreamManager(await empty.connection());
    expect((await manager.getAccountInfo()).streams).toBe(0);
  } finally {
    await empty.stop();
  }
});
