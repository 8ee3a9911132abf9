import { jetstreamManager } from '@nats-io/jetstream';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { eventsOfUser } from '#contracts/subjects.ts';
import { BACKED_UP } from '#deploy/backup/contents.ts';
import { OPERATOR, RESTORER } from '#deploy/nats/permissions.ts';
import { startSimulator } from '#deploy/telegram/start.ts';
import { usualProjections } from '#projections/engine/registry.ts';
import { prepareProjections } from '#projections/engine/versions.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import { createLog } from '#services/platform/process/log.ts';
import { rebuild } from '#services/projector/rebuild.ts';
import { verify } from '#services/projector/verify.ts';
import { eventually } from '#test/support/eventually.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres.ts';
import { testProcesses } from '#test/support/processes.ts';
import { asUserId } from '../../support/ids.ts';
import { type BackupFixture, LEAVING, startBackupFixture } from './fixture.ts';

/* From a running Habitstream to a backup, and from that to another NATS, as an operator does it. */

const processes = testProcesses();
// Commands and services are started as processes, on a machine that does other things too.
vi.setConfig({ testTimeout: 400_000, hookTimeout: 120_000 });

const TOKEN = '1234567:backup-test-token-of-simulator';
const TOMBSTONE_KEY = 'a key of the tests that is long enough';
const FORGOTTEN = asUserId(4_000_000_000_000_001);

let fixture: BackupFixture;
let database: TestDatabase;
let simulator: Awaited<ReturnType<typeof startSimulator>>;

beforeAll(async () => {
  fixture = await startBackupFixture();
  database = await createTestDatabase();
  simulator = await startSimulator({ port: 0, host: '127.0.0.1', botToken: TOKEN });
  await prepareProjections({ schedules: database.pool, analytics: database.pool });
  await fixture.fill();
});
afterAll(async () => {
  await simulator?.stop();
  await fixture?.stop();
  await database?.drop();
});

const environment = (user: typeof OPERATOR | typeof RESTORER | 'projector' | 'forgetting') => ({
  NATS_URL: fixture.server.urlOf(user),
  DATABASE_URL: database.url,
  TOMBSTONE_KEY,
});

async function command(user: typeof OPERATOR | typeof RESTORER, ...args: string[]) {
  const started = await processes.startScript('deploy/cli/habitstream.ts', args, environment(user));
  return { ...(await started.exited), text: started.lines.join('\n') };
}

/** Of these two alone, as of every service, each with its own rights. */
async function startServices() {
  const settings = { BOT_TOKEN: TOKEN, TELEGRAM_API_ROOT: simulator.url };
  const started = await Promise.all(
    (['projector', 'forgetting'] as const).map(async (service) => {
      const process = await processes.startService(service, { ...settings, ...environment(service) });
      await process.line(/"msg":"started"/);
      return process;
    }),
  );
  return { stop: () => Promise.all(started.map((process) => process.stop())) };
}

async function nobodyLeft(): Promise<void> {
  await eventually(async () => expect(await fixture.messages('FORGETTING')).toEqual([]), {
    timeoutMs: 120_000,
  });
}

async function eventsOf(userId: string): Promise<number> {
  const { streams } = await jetstreamManager(fixture.nats);
  const { state } = await streams.info('EVENTS', { subjects_filter: eventsOfUser(asUserId(userId)) });
  return Object.values(state.subjects ?? {}).reduce((sum, count) => sum + count, 0);
}

async function verified(): Promise<Record<string, boolean>> {
  const databases = { schedules: database.pool, analytics: database.pool };
  const found: Record<string, boolean> = {};
  for (const projection of await usualProjections())
    found[projection.name] = (
      await verify(projection, { nats: fixture.nats, clock: systemClock, databases })
    ).equal;
  return found;
}

async function rebuildAll(): Promise<void> {
  const databases = { schedules: database.pool, analytics: database.pool };
  const ports = { nats: fixture.nats, clock: systemClock, log: createLog('test', 'silent'), databases };
  for (const projection of await usualProjections()) await rebuild(projection, ports);
}

test('a backup goes into another NATS: tables are made from it and equal, and who was forgotten since is forgotten again', async () => {
  const folder = fixture.newFolder();
  const before = await startServices();
  await nobodyLeft();
  expect(await command(OPERATOR, 'backup', 'create', folder)).toMatchObject({
    code: 0,
    text: expect.stringMatching(/EVENTS +[\d,]+ messages up to \d+[\s\S]*: whole, /),
  });
  expect(await command(OPERATOR, 'backup', 'verify', folder)).toMatchObject({ code: 0 });
  const events = await fixture.messages('EVENTS');
  const own = await eventsOf(FORGOTTEN);
  expect(own).toBeGreaterThan(0);

  // After the backup.
  expect(await command(OPERATOR, 'forget', FORGOTTEN, '--yes')).toMatchObject({
    code: 0,
    text: expect.stringMatching(/Forgotten\.$/),
  });
  expect(await eventsOf(FORGOTTEN)).toBe(0);
  await before.stop();

  await fixture.empty();
  const refused = await command(OPERATOR, 'backup', 'restore', folder);
  expect(refused).toMatchObject({
    code: 1,
    text: expect.stringMatching(/This user of NATS may not do that/),
  });
  expect(await fixture.streamNames()).toEqual([]);
  const restored = await command(RESTORER, 'backup', 'restore', folder);
  expect(restored).toMatchObject({ code: 0 });
  expect(restored.text).toMatch(
    /1 people who were forgotten are to be forgotten again\.\nRestored: all events until/,
  );
  expect(await fixture.messages('EVENTS')).toEqual(events);
  const again = await command(RESTORER, 'backup', 'restore', folder);
  expect(again.text.match(/restored before/g)).toHaveLength(BACKED_UP.length);

  await fixture.provision();
  await rebuildAll();
  const after = await startServices();
  await nobodyLeft();
  expect(await eventsOf(FORGOTTEN)).toBe(0);
  expect(await eventsOf(LEAVING)).toBe(0);
  expect(await fixture.messages('EVENTS')).toEqual(
    events.filter((message) => !message.includes(`.${FORGOTTEN}.`)),
  );
  expect(Object.values(await verified()).every(Boolean)).toBe(true);
  await after.stop();
  expect([...fixture.server.violations].filter((line) => !line.startsWith('operator'))).toEqual([]);
});
