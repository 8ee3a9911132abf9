import { jetstreamManager } from '@nats-io/jetstream';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { eventsOfUser } from '#contracts/subjects.ts';
import { OPERATOR } from '#deploy/nats/permissions.ts';
import { startSimulator } from '#deploy/telegram/start.ts';
import { prepareProjections } from '#projections/engine/versions.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres.ts';
import { type TestProcess, testProcesses } from '#test/support/processes.ts';
import { asUserId } from '../../support/ids.ts';
import { type BackupFixture, startBackupFixture } from '../backup/fixture.ts';

const processes = testProcesses();
// Commands and services are started as processes, on a machine that does other things too.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 });

const TOKEN = '1234567:forget-test-token-of-simulator';
const TOMBSTONE_KEY = 'a key of the tests that is long enough';
const PERSON = asUserId(4_000_000_000_000_001);
const STRANGER = asUserId(77);

let fixture: BackupFixture;
let database: TestDatabase;
let simulator: Awaited<ReturnType<typeof startSimulator>>;
let projector: TestProcess;

beforeAll(async () => {
  fixture = await startBackupFixture();
  database = await createTestDatabase();
  simulator = await startSimulator({ port: 0, host: '127.0.0.1', botToken: TOKEN });
  await prepareProjections({ schedules: database.pool, analytics: database.pool });
  await fixture.generate();
  projector = await started('projector');
});
afterAll(async () => {
  await projector?.stop();
  await simulator?.stop();
  await fixture?.stop();
  await database?.drop();
});

const environment = (user: 'projector' | 'forgetting' | typeof OPERATOR) => ({
  NATS_URL: fixture.server.urlOf(user),
  DATABASE_URL: database.url,
});

async function started(service: 'projector' | 'forgetting'): Promise<TestProcess> {
  const settings = { BOT_TOKEN: TOKEN, TELEGRAM_API_ROOT: simulator.url, TOMBSTONE_KEY };
  const process = await processes.startService(service, { ...settings, ...environment(service) });
  await process.line(/"msg":"started"/);
  return process;
}

const forget = (...args: string[]) =>
  processes.startScript('deploy/cli/habitstream.ts', ['forget', ...args], environment(OPERATOR));

async function ended(...args: string[]) {
  const run = await forget(...args);
  return { ...(await run.exited), lines: run.lines };
}

async function eventsOf(userId: string): Promise<number> {
  const { streams } = await jetstreamManager(fixture.nats);
  const { state } = await streams.info('EVENTS', { subjects_filter: eventsOfUser(asUserId(userId)) });
  return Object.values(state.subjects ?? {}).reduce((sum, count) => sum + count, 0);
}

const countIn = (lines: readonly string[], place: string): number =>
  Number(
    lines
      .find((line) => line.startsWith(place))
      ?.trim()
      .split(/ +/)
      .at(-1),
  );

test('a dry run says what there is, and changes nothing; of a stranger there is nothing', async () => {
  const events = await eventsOf(PERSON);
  const { code, lines } = await ended(PERSON, '--dry-run');
  expect(code).toBe(0);
  expect(countIn(lines, 'EVENTS')).toBe(events);
  expect(countIn(lines, 'DELIVERIES')).toBeGreaterThan(0);
  expect(countIn(lines, 'in all')).toBeGreaterThan(events);
  expect(await eventsOf(PERSON)).toBe(events);
  const stranger = await ended(STRANGER, '--dry-run');
  expect(countIn(stranger.lines, 'in all')).toBe(0);
  expect(await fixture.messages('FORGETTING')).toEqual([]);
});

test.each([
  [[], 'Say who is to be forgotten'],
  [['Kim'], 'A person is named by their numeric Telegram id'],
  [['77', '78'], 'A person is named by their numeric Telegram id'],
  [['77', '--tell', 'de'], 'the language of a message by en or ru'],
])('forget %j is refused, and nobody is asked to be forgotten', async (args, why) => {
  const { code, lines } = await ended(...args);
  expect(code).toBe(1);
  expect(lines[0]).toContain(why);
  expect(await fixture.messages('FORGETTING')).toEqual([]);
});

test('where nobody can confirm it, it is refused without --yes, and nobody is asked to be forgotten', async () => {
  const { code, lines } = await ended(PERSON);
  expect({ code, lines }).toEqual({
    code: 1,
    lines: [
      `Everything of ${PERSON} is erased, and cannot be brought back. Nobody is here to confirm it: pass --yes. Nothing was done.`,
    ],
  });
  expect(await fixture.messages('FORGETTING')).toEqual([]);
});

test('without a process that forgets it is asked for and stays so after Ctrl-C; asked again, it is followed to its end', async () => {
  const first = await forget(PERSON, '--yes');
  await first.line(/^No forgetting process runs/);
  await vi.waitFor(async () => expect(await fixture.messages('FORGETTING')).toHaveLength(1), {
    timeout: 30_000,
  });
  process.kill(first.pid, 'SIGINT');
  await first.exited;
  expect(await fixture.messages('FORGETTING')).toHaveLength(1);

  const again = await forget(PERSON, '--yes');
  await again.line(/^No forgetting process runs/);
  const forgetting = await started('forgetting');
  expect(await again.exited).toMatchObject({ code: 0 });
  expect(again.lines.at(-1)).toBe('Forgotten.');
  // Each step as it was done.
  expect(again.lines).toContainEqual(expect.stringMatching(/^log and rows +[1-9]\d*$/));
  expect(again.lines).toContainEqual(expect.stringMatching(/^files of NATS +\d+$/));
  expect(await fixture.messages('FORGETTING')).toEqual([]);
  expect(await eventsOf(PERSON)).toBe(0);
  expect(countIn((await ended(PERSON, '--dry-run')).lines, 'in all')).toBe(0);

  // Of a stranger there is nothing but that they were asked for.
  expect(await ended(STRANGER, '--yes')).toMatchObject({ code: 0 });
  const { lines } = await ended('--list');
  expect(lines).toHaveLength(2);
  expect(lines.join()).not.toContain(PERSON);
  await forgetting.stop();
  expect([...fixture.server.violations]).toEqual([]);
});
