import { appendFile, cp, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { TICK_SUBJECT } from '#contracts/subjects.ts';
import { minutesAfter } from '#contracts/time.ts';
import { PROJECT_FOLDER } from '#deploy/local/project-folder.ts';
import { provision } from '#deploy/provision/provision.ts';
import { type SimulatorClient, simulatorClient } from '#deploy/telegram/client.ts';
import { type Simulator, startSimulator } from '#deploy/telegram/start.ts';
import { projectionConsumers } from '#projections/engine/registry.ts';
import { prepareProjections } from '#projections/engine/versions.ts';
import { type DuePerson, FIRST_ID, peopleDue, register } from '#test/faults/people.ts';
import { eventually } from '#test/support/eventually.ts';
import { asMinute } from '#test/support/ids.ts';
import { startTestNats, type TestNats } from '#test/support/nats.ts';
import { freePorts } from '#test/support/ports.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres.ts';
import { type TestProcess, testProcesses } from '#test/support/processes.ts';
import { testFolder } from '#test/support/run-folder.ts';

/*
 * The order of an upgrade in which the tables of the schedules change (projections/README.md): rebuild with the new code
 * beside the running one, then restart. Reminders are due in every minute of it.
 */

const TOKEN = '1234567:upgrade-test-token_00000';
const MINUTES = 12;
const PEOPLE_A_MINUTE = 8;
const UNTIL = { timeoutMs: 90_000 };
const SERVICES = ['projector', 'shards', 'sender'] as const;
type ServiceName = (typeof SERVICES)[number];

const processes = testProcesses();
let nats: TestNats;
let database: TestDatabase;
let simulator: Simulator;
let telegram: SimulatorClient;
let newCode = '';

beforeAll(async () => {
  nats = await startTestNats();
  database = await createTestDatabase();
  simulator = await startSimulator({ port: 0, host: '127.0.0.1', botToken: TOKEN });
  telegram = simulatorClient(simulator.url);
  await provision(await nats.connection(), { shardCount: 2, consumers: await projectionConsumers() });
  await prepareProjections({ schedules: database.pool, analytics: database.pool });
  newCode = await codeWithOtherTables();
});
afterAll(async () => {
  await simulator.stop();
  await nats.stop();
  await database.drop();
});

/** The whole program once more, with a column and an index more in the tables of the schedules. */
async function codeWithOtherTables(): Promise<string> {
  const folder = await testFolder('new-code');
  for (const part of ['contracts', 'projections', 'services', 'deploy', 'package.json'])
    await cp(join(PROJECT_FOLDER, part), join(folder, part), { recursive: true });
  await symlink(join(PROJECT_FOLDER, 'node_modules'), join(folder, 'node_modules'));
  await appendFile(
    join(folder, 'projections/schedules/tables.sql'),
    'ALTER TABLE accounts ADD COLUMN nickname text;\nCREATE INDEX ON accounts (nickname);\n',
  );
  return folder;
}

const environment = () => ({
  NATS_URL: nats.url,
  DATABASE_URL: database.url,
  BOT_TOKEN: TOKEN,
  TELEGRAM_API_ROOT: simulator.url,
  SHARD_COUNT: '2',
  LOG_LEVEL: 'info',
});

type Started = { process: TestProcess; readyz(): Promise<{ status: number; text: string }> };

async function startService(code: string, name: ServiceName): Promise<Started> {
  const [port = 0] = await freePorts(1);
  const script = join(code, 'services', name, 'main.ts');
  const process = await processes.startScript(script, [], { ...environment(), HEALTH_PORT: String(port) });
  await process.line(/"msg":"started"/);
  const readyz = async () => {
    const response = await fetch(`http://127.0.0.1:${port}/readyz`);
    return { status: response.status, text: await response.text() };
  };
  return { process, readyz };
}

async function startAll(code: string): Promise<Record<ServiceName, Started>> {
  const [projector, shards, sender] = await Promise.all(SERVICES.map((name) => startService(code, name)));
  if (!projector || !shards || !sender) return expect.unreachable();
  return { projector, shards, sender };
}

const READY = { status: 200, text: 'ready' };
const untilReady = ({ readyz }: Started) =>
  eventually(async () => expect(await readyz()).toEqual(READY), UNTIL);

/** Counts what a reader sees, as fast as it can. */
function readAccounts() {
  const seen = { looks: 0, fewest: Number.POSITIVE_INFINITY, last: 0 };
  let stopped = false;
  const reading = (async () => {
    while (!stopped) {
      const { rows } = await database.pool.query<{ n: string }>(
        'SELECT count(*) AS n FROM schedules.accounts',
      );
      const count = Number(rows[0]?.n);
      expect(count, 'it never goes back').toBeGreaterThanOrEqual(seen.last);
      Object.assign(seen, { looks: seen.looks + 1, fewest: Math.min(seen.fewest, count), last: count });
    }
  })();
  reading.catch(() => {});
  const stop = async () => {
    stopped = true;
    await reading;
    return seen;
  };
  onTestFinished(() => stop().then(() => {}));
  return stop;
}

test('rebuild with the new code beside the running one, then restart: every reminder goes out once', async () => {
  const connection = await nats.connection();
  const js = jetstream(connection);
  const firstMinute = asMinute(Math.floor(Date.now() / 60_000) - 60);
  const people = peopleDue(firstMinute, MINUTES, PEOPLE_A_MINUTE);
  await telegram.limits({ overallPerSecond: 1_000 });
  await telegram.crowd(FIRST_ID, people.length);
  await register(people.slice(0, PEOPLE_A_MINUTE), connection, telegram);
  let minute = 0;
  /** The people of the next minute are registered before it, so that the projection has to be there for them. */
  const passMinutes = async (count: number) => {
    for (const until = minute + count; minute < until; minute++) {
      const next = people.slice((minute + 1) * PEOPLE_A_MINUTE, (minute + 2) * PEOPLE_A_MINUTE);
      if (next.length > 0) await register(next, connection, telegram);
      const { streams } = await jetstreamManager(connection);
      const eventsSequence = (await streams.info('EVENTS')).state.last_seq;
      await js.publish(
        TICK_SUBJECT,
        JSON.stringify({ minute: minutesAfter(firstMinute, minute), eventsSequence }),
      );
    }
  };
  const untilDelivered = (minutes: number) =>
    eventually(async () => expect(await deliveredTo(people)).toBe(minutes * PEOPLE_A_MINUTE), UNTIL);

  const old = await startAll(PROJECT_FOLDER);
  await passMinutes(1);
  await Promise.all(Object.values(old).map(untilReady));
  await passMinutes(2);
  await untilDelivered(3);
  const stopReading = readAccounts();

  const rebuilding = await processes.startScript(
    join(newCode, 'deploy/cli/habitstream.ts'),
    ['projections', 'rebuild', 'schedules'],
    environment(),
  );
  await passMinutes(3);
  expect(await rebuilding.exited).toMatchObject({ code: 0 });
  await eventually(async () => {
    const { status, text } = await old.projector.readyz();
    expect(text).toContain('projection schedules, EVENTS: was rebuilt by another version');
    expect(text).toContain('restart this process with that version');
    expect(status).toBe(503);
  }, UNTIL);
  await passMinutes(3);
  await eventually(async () => expect((await old.shards.readyz()).text).toContain('barrier: '), UNTIL);

  await Promise.all(Object.values(old).map(({ process }) => process.stop()));
  const renewed = await startAll(newCode);
  await Promise.all(Object.values(renewed).map(untilReady));
  await passMinutes(3);
  await untilDelivered(MINUTES);
  expect(await sentTwice(people)).toBe(0);
  const seen = await stopReading();
  expect(seen.fewest).toBeGreaterThan(0);
  console.log(
    `${people.length} reminders, ${seen.looks} looks, never below ${seen.fewest} of ${seen.last} people`,
  );
  await Promise.all(Object.values(renewed).map(untilReady));
}, 240_000);

async function sentTo(people: readonly DuePerson[]): Promise<number[]> {
  const ids = new Set(people.map(({ userId }) => Number(userId)));
  const requests = await telegram.requests({ method: 'sendMessage' });
  return requests.flatMap(({ chatId, status }) =>
    chatId !== undefined && ids.has(chatId) && status === 200 ? [chatId] : [],
  );
}

const deliveredTo = async (people: readonly DuePerson[]) => new Set(await sentTo(people)).size;

async function sentTwice(people: readonly DuePerson[]): Promise<number> {
  const sent = await sentTo(people);
  return sent.length - new Set(sent).size;
}
