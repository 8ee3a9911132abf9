import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { habitIdFrom } from '#contracts/ids.ts';
import * as subjects from '#contracts/subjects.ts';
import type { SimulatedPerson } from '#deploy/telegram/person-client.ts';
import { eventually } from '#test/support/eventually.ts';
import { startTestNats } from '#test/support/nats.ts';
import { type TestProcess, testProcesses } from '#test/support/processes.ts';
import { testFolder } from '#test/support/run-folder.ts';
import { asBroadcastId, asHabitId, asMinute, asUserId } from '../support/ids.ts';
import { type EndToEndFixture, ROLES, SECRETS, startEndToEndFixture } from './fixture.ts';
import { makeHabit, register } from './journey.ts';

/*
 * All that the real processes write while everything goes wrong: no token, no secret, no password, and nothing of what
 * people wrote. `test/services/platform/process/describe-error.test.ts` has every method with every fault.
 */

/** Part of every habit's name here. */
const CANARY = 'Zibeline';
const FAULTS = [
  { status: 400, error: `Bad Request: can't parse entities in "⏰ ${CANARY}"` },
  { status: 401, error: 'Unauthorized' },
  { status: 403, error: 'Forbidden: bot was blocked by the user' },
  { status: 404, error: 'Not Found' },
  { status: 409, error: 'Conflict' },
  { status: 500 },
  { status: 502 },
  { retryAfter: 1 },
  { dropBefore: true },
  { dropReply: true },
];
const PATIENCE = { timeoutMs: 60_000 };

const processes = testProcesses();
let fixture: EndToEndFixture;
beforeAll(async () => {
  fixture = await startEndToEndFixture(processes, 'webhook', ROLES, { LOG_LEVEL: 'trace' });
}, 60_000);
afterAll(() => fixture?.stop());

test('a faulty run tells of every fault, and of nothing that is nobody else’s business', async () => {
  const people = await Promise.all(FAULTS.map((_, index) => personWithHabit(index)));
  await refuseReminders(people);
  await refuseReplies(people);
  await refuseRegistration();
  await poisonEveryStream();
  await disturbServers();
  expect(await commandLines()).toBeGreaterThan(ROLES.length);
  expectNothingTold(await deadLetterErrors(), processes.all);
  const logged = processes.all.flatMap(({ lines }) => lines);
  const codes = FAULTS.flatMap(({ status }) => status ?? []);
  expect(codes.filter((code) => !logged.some((line) => line.includes(`"error_code":${code}`)))).toEqual([]);
}, 300_000);

test('a start that fails says why, without the password that was wrong', async () => {
  const extraConfig = 'authorization { user: services, password: "the right one" }';
  const guarded = await startTestNats({ extraConfig });
  const database = new URL(fixture.settings.DATABASE_URL ?? '');
  database.password = CANARY;
  const natsUrl = guarded.url.replace('://', `://services:${CANARY}@`);
  const wrong: Record<string, string>[] = [
    { NATS_URL: natsUrl },
    { DATABASE_URL: database.href, ANALYTICS_DATABASE_URL: database.href, ADMIN_IDS: '1' },
    { NATS_URL: `nats://services:${CANARY}@127.0.0.1:1` },
    {
      BOT_TOKEN: CANARY,
      WEBHOOK_SECRET: `${CANARY} ${CANARY}`,
      DATABASE_URL: `${CANARY}@`,
      NATS_URL: CANARY,
    },
  ];
  const dataDir = await testFolder('secrets');
  const started: TestProcess[] = [];
  for (const settings of wrong) {
    const environment = { ...fixture.settings, ...settings, PORT: '0' };
    const batch = await Promise.all([
      ...ROLES.map((role) => processes.startService(role, environment)),
      processes.startScript('deploy/cli/habitstream.ts', ['start', '--data-dir', dataDir], environment),
      processes.startScript('deploy/cli/habitstream.ts', ['provision'], environment),
      processes.startScript('deploy/cli/habitstream.ts', ['projections', 'list'], environment),
      processes.startScript('deploy/cli/habitstream.ts', ['dead', 'list'], environment),
    ]);
    // One that needs nothing of what is wrong runs on.
    await Promise.all(batch.map((each) => each.line(/./, 30_000).then(() => each.stop())));
    started.push(...batch);
  }
  await guarded.stop();
  expect(started.length).toBe(40);
  expectNothingTold([], started);
}, 240_000);

test('npm start shows where everything is, without the passwords of servers that it was given', async () => {
  const dataDir = await testFolder('secrets');
  const environment = { ...fixture.settings, PORT: '0', LOG_LEVEL: 'trace' };
  const args = ['start', '--no-simulator', '--data-dir', dataDir];
  const started = await processes.startScript('deploy/cli/habitstream.ts', args, environment);
  await started.line(/^ {2}Log/, 60_000);
  await started.stop();
  expect(started.lines.join('\n')).toMatch(/NATS +nats:\/\/operator:<redacted>@127\.0\.0\.1:\d+/);
  const log = await readFile(join(dataDir, 'habitstream.log'), 'utf8');
  expect(log.split('\n').length).toBeGreaterThan(2);
  expectNothingTold(log.split('\n'), [started]);
}, 120_000);

async function personWithHabit(index: number): Promise<SimulatedPerson> {
  const person = await fixture.telegram.person({ id: 9100 + index, first_name: CANARY, languageCode: 'en' });
  await register(person);
  await makeHabit(person, `${CANARY} ${index}`, '09:00');
  return person;
}

/** Each person's reminder meets another fault. */
async function refuseReminders(people: SimulatedPerson[]): Promise<void> {
  const { rows } = await eventually(async () => {
    const found = await fixture.database.query('SELECT user_id, habit_id FROM schedules.reminders');
    expect(found.rowCount).toBe(people.length);
    return found;
  }, PATIENCE);
  for (const [index, { id }] of people.entries()) {
    await fixture.telegram.fault({ method: 'sendMessage', chatId: id, times: 1, ...FAULTS[index] });
    const userId = asUserId(id);
    const minute = Math.floor(Date.now() / 60_000);
    const on = new Date().toISOString().slice(0, 10);
    const habitId = asHabitId(rows.find((row) => String(row.user_id) === userId)?.habit_id);
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const due = [{ habitId, on, at: '09:00' }];
    await put(subjects.reminderSubject('engaged', userId, asMinute(minute)), {
      ...{ userId, minute, tier: 'engaged', expiresAt, due },
    });
  }
  await faultsUsedUp();
}

/** Each person's next message and tap meet another fault; so does the answer to the tap. */
async function refuseReplies(people: SimulatedPerson[]): Promise<void> {
  for (const [index, person] of people.entries()) {
    const fault = { times: 1, ...FAULTS[index] };
    await fixture.telegram.fault({ method: 'sendMessage', chatId: person.id, ...fault });
    await person.say('/today');
    await faultsUsedUp();
    await person.say('/today');
    const screen = await person.waitForMessage(({ text }) => text?.includes(CANARY) ?? false, PATIENCE);
    await fixture.telegram.fault({ method: 'editMessageText', chatId: person.id, ...fault });
    await fixture.telegram.fault({ method: 'answerCallbackQuery', ...fault });
    await person.tap(screen.message_id, { button: 'Done' });
    await faultsUsedUp();
  }
}

/** The webhook cannot be set, and neither can the menu of commands. */
async function refuseRegistration(): Promise<void> {
  for (const fault of FAULTS) {
    await fixture.telegram.fault({ method: 'setWebhook', times: 1, ...fault });
    const ingress = await processes.startService('ingress', { ...fixture.settings, PORT: '0' });
    await ingress.line(/Telegram refused|cannot be reached|known|"started"/);
    await ingress.stop();
  }
  for (const [index, method] of ['getMyCommands', 'setMyCommands'].entries()) {
    await fixture.kill('bot');
    await fixture.telegram.fault({ method, times: 1, ...FAULTS[index] });
    await fixture.start('bot');
  }
}

/** What nobody can read, with a person's words in it. */
async function poisonEveryStream(): Promise<void> {
  const user = asUserId('9100');
  const poisons = [
    subjects.updateSubject(user),
    subjects.TICK_SUBJECT,
    subjects.reminderSubject('regular', user, asMinute(1)),
    subjects.deliverySubject('failed', user),
    subjects.eventSubject(asUserId('1'), 'account'),
    subjects.broadcastSubject(asBroadcastId(habitIdFrom(user, 1)), 'requested'),
  ];
  for (const subject of poisons) {
    await put(subject, `{"text": ${CANARY}}`);
    await put(subject.replace(/\.1$/, '.2'), { text: CANARY, type: CANARY });
  }
  await eventually(async () => expect((await deadLetterErrors()).length).toBeGreaterThan(12), PATIENCE);
}

async function disturbServers(): Promise<void> {
  await fixture.database.query(
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()',
  );
  await fixture.crashNats();
}

async function put(subject: string, body: unknown): Promise<void> {
  await jetstream(fixture.nats).publish(subject, typeof body === 'string' ? body : JSON.stringify(body));
}

async function faultsUsedUp(): Promise<void> {
  await eventually(async () => expect(await fixture.telegram.faults()).toEqual([]), PATIENCE);
}

/** What dead letters say was wrong. Their payloads are there on purpose. */
async function deadLetterErrors(): Promise<string[]> {
  const manager = await jetstreamManager(fixture.nats);
  const { state } = await manager.streams.info('DEAD');
  const found: string[] = [];
  for (let seq = state.first_seq; seq <= state.last_seq; seq++) {
    const letter = await manager.streams.getMessage('DEAD', { seq });
    if (letter) found.push(letter.json<{ error: string }>().error);
  }
  return found;
}

/** How many processes there are, none of which has a secret on its command line, where everybody can read it. */
async function commandLines(): Promise<number> {
  const lines = await Promise.all(
    processes.all.map(({ pid }) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  );
  for (const line of lines) expect(line).not.toMatch(secrets());
  return lines.length;
}

function secrets(): RegExp {
  const { password } = new URL(inject('postgresUrl'));
  return new RegExp([CANARY, password, ...SECRETS].join('|'), 'i');
}

function expectNothingTold(texts: string[], started: readonly TestProcess[]): void {
  const lines = [...texts, ...started.flatMap((process) => process.lines)];
  expect(lines.length).toBeGreaterThan(started.length);
  expect(lines.filter((line) => secrets().test(line))).toEqual([]);
}
