import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { counted } from '#deploy/cli/progress.ts';
import { storeHistory } from '#deploy/history/generate.ts';
import { type Postgres, startPostgres } from '#deploy/local/postgres.ts';
import { provision } from '#deploy/provision/provision.ts';
import { checkpointOf } from '#projections/engine/checkpoints.ts';
import { dropUnusedVersions } from '#projections/engine/leftovers.ts';
import type { Projection } from '#projections/engine/projection.ts';
import { projectionConsumers, usualProjections } from '#projections/engine/registry.ts';
import { prepareProjections } from '#projections/engine/versions.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import { openDatabase } from '#services/platform/process/database.ts';
import { createLog } from '#services/platform/process/log.ts';
import { startFeed } from '#services/projector/feed.ts';
import { lastSequence } from '#services/projector/read-log.ts';
import { eventually } from '#test/support/eventually.ts';
import { startTestNats, type TestNats } from '#test/support/nats.ts';
import { type TestProcess, testProcesses } from '#test/support/processes.ts';
import { testFolder } from '#test/support/run-folder.ts';
import { builtUpTo, closeGate, type RebuildGate } from './rebuild-gate.ts';

/* The command itself, interrupted in the middle of a rebuild by its operator, by kill -9 and by servers that go away. */

// Each test runs several commands, each a process.
vi.setConfig({ testTimeout: 400_000, hookTimeout: 240_000 });

/** In the third batch of the command: two are committed by then. */
const MIDDLE = 20_000;
/** Of events in the log, four batches at least. */
const ENOUGH = 35_000;
const AWAY_MS = 60_000;
const AWAY = /^schedules: NATS or Postgres is away \(/;
const BETWEEN_MS = 100;
/** The command has taken the first Ctrl-C. */
const STOPPING = /^Stopping at the next good place/;

const log = createLog('test', 'silent');
const processes = testProcesses();
let server: TestNats;
let nats: Awaited<ReturnType<TestNats['connection']>>;
let dataDir = '';
let postgres: Postgres;
let pool: Pool;
let schedules: Projection;
let end = 0;
let gate: RebuildGate;

beforeAll(async () => {
  server = await startTestNats();
  nats = await server.connection();
  dataDir = await testFolder('postgres');
  postgres = await startPostgres({ dataDir, port: 0, ephemeral: true });
  pool = openDatabase({ url: postgres.url, name: 'test', max: 4, log });
  const [found] = (await usualProjections()).filter(({ name }) => name === 'schedules');
  schedules = found ?? expect.unreachable();
  await provision(nats, { shardCount: 1, consumers: await projectionConsumers([schedules]) });
  await prepareProjections({ schedules: pool, analytics: pool }, [schedules]);
  const people = { people: 800, first: 0, seed: 1, days: 60, untilMs: Date.parse('2026-11-28T00:00:00Z') };
  const unwatched = { signal: new AbortController().signal, onGenerated() {}, onStored() {} };
  await storeHistory(nats, people, unwatched);
  end = await lastSequence(nats, 'EVENTS');
  expect(end).toBeGreaterThan(ENOUGH);
  await projectLive();
});
afterAll(async () => {
  await pool?.end();
  await postgres?.stop();
  await server?.stop();
});

beforeEach(async () => {
  await dropUnusedVersions(pool, 'schedules');
  gate = await closeGate(pool, MIDDLE);
});
afterEach(() => gate.open());

async function projectLive(): Promise<void> {
  const ports = { nats, clock: systemClock, log };
  const feed = startFeed(ports, {
    projection: schedules,
    stream: 'EVENTS',
    database: pool,
    batchSize: 5_000,
  });
  await eventually(async () => expect(await inUse()).toMatchObject({ sequence: end }), {
    timeoutMs: 120_000,
  });
  await feed.stop();
}

const inUse = () => checkpointOf(pool, schedules, 'EVENTS');

const start = (action: string): Promise<TestProcess> => {
  const env = { NATS_URL: server.url, DATABASE_URL: postgres.url };
  return processes.startScript('deploy/cli/habitstream.ts', ['projections', action, 'schedules'], env);
};

/** What a command has written, but for how far it is: how often that is said depends on the machine. */
const said = ({ lines }: TestProcess): string[] =>
  lines.filter((line) => !/ messages of schedules \(/.test(line) && !STOPPING.test(line));

/** A rebuild that is held in its third batch. */
async function heldRebuild(): Promise<TestProcess> {
  const command = await start('rebuild');
  await gate.untilHeld();
  return command;
}

/** Nobody sees anything of a version that is not whole: reads the rows that people read. */
async function readersSee() {
  const { rows } = await pool.query(
    `SELECT (SELECT count(*) FROM schedules.answers)::int AS answers, (SELECT count(*) FROM schedules.accounts)::int AS accounts,
       (SELECT version FROM projections.checkpoints WHERE projection = 'schedules') AS version`,
  );
  return rows[0];
}

/** The same command to its end: it goes on from `kept`, and the new version equals the log. */
async function expectToGoOnFrom(kept: number): Promise<void> {
  const { version } = await inUse();
  const again = await start('rebuild');
  expect(await again.exited).toEqual({ code: 0, signal: null });
  expect(said(again)).toEqual([
    `schedules: goes on with version ${version + 1}, which has ${counted(kept)} messages`,
    `schedules: version ${version + 1} is in use, EVENTS up to ${end}`,
  ]);
  await expectEqual();
}

async function expectEqual(): Promise<void> {
  const verified = await start('verify');
  expect(await verified.exited).toEqual({ code: 0, signal: null });
  expect(verified.lines.at(-1)).toBe('schedules equals the log');
  expect(await builtUpTo(pool, 'schedules')).toBeUndefined();
}

test('Ctrl-C ends it with a clear line, nobody sees anything of it, and the same command goes on', async () => {
  const before = await readersSee();
  const command = await heldRebuild();
  process.kill(command.pid, 'SIGINT');
  await command.line(STOPPING);
  await gate.open();
  expect(await command.exited).toEqual({ code: 130, signal: null });
  expect(said(command)).toEqual(['Stopped: schedules stays as it is. The same command goes on from here.']);
  expect(await readersSee()).toEqual(before);
  const kept = (await builtUpTo(pool, 'schedules')) ?? expect.unreachable();
  expect(kept).toBeGreaterThanOrEqual(MIDDLE);
  expect(kept).toBeLessThan(end);
  await expectToGoOnFrom(kept);
});

const ends = {
  'a second Ctrl-C': async ({ pid, exited }: TestProcess) => {
    let isOver = false;
    const over = exited.finally(() => {
      isOver = true;
    });
    // The command handles the first one and waits for its batch. Two that come at once are one to the system.
    while (!isOver) {
      process.kill(pid, 'SIGINT');
      await Promise.race([over, delay(BETWEEN_MS)]);
    }
    expect(await over).toEqual({ code: null, signal: 'SIGINT' });
  },
  'kill -9': ({ kill }: TestProcess) => kill(),
};

test.each(Object.entries(ends))(
  '%s ends it in the middle of a batch: the next one goes on from the batch before',
  async (_, endIt) => {
    const before = await readersSee();
    const command = await heldRebuild();
    await endIt(command);
    await gate.open();
    expect(said(command)).toEqual([]);
    expect(await readersSee()).toEqual(before);
    expect(await builtUpTo(pool, 'schedules')).toBe(MIDDLE);
    await expectToGoOnFrom(MIDDLE);
  },
);

test('Ctrl-C ends the wait for a server that is away', async () => {
  const command = await heldRebuild();
  await server.kill();
  await gate.open();
  await command.line(AWAY, AWAY_MS);
  process.kill(command.pid, 'SIGINT');
  expect(await command.exited).toEqual({ code: 130, signal: null });
  await server.restart();
});

test('NATS is killed in the middle: it says why it waits, and goes on', async () => {
  const command = await heldRebuild();
  await server.kill();
  await gate.open();
  await command.line(AWAY, AWAY_MS);
  await server.restart();
  await expectFinished(command);
});

test('Postgres is killed in the middle: it says why it waits, and goes on', async () => {
  const command = await heldRebuild();
  const { port } = postgres;
  await postgres.kill();
  await gate.open();
  await command.line(AWAY, AWAY_MS);
  postgres = await startPostgres({ dataDir, port, ephemeral: true });
  await expectFinished(command);
});

async function expectFinished(command: TestProcess): Promise<void> {
  expect(await command.exited).toEqual({ code: 0, signal: null });
  const lines = said(command);
  // A server that begins again is away for one reason after the other; each is said once.
  const reasons = lines.filter((line) => AWAY.test(line));
  expect(new Set(reasons).size).toBe(reasons.length);
  expect(lines.at(-2)).toMatch(/^schedules: goes on with version \d+, which has \d\d,\d{3} messages$/);
  expect(lines.at(-1)).toMatch(/^schedules: version \d+ is in use, EVENTS up to \d+$/);
  await expectEqual();
}
