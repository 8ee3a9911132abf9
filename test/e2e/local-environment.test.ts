import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { identifyProcess } from '#deploy/local/process-identity.ts';
import { simulatorClient } from '#deploy/telegram/client.ts';
import { expectGone, type TestProcess, testProcesses } from '#test/support/processes.ts';
import { testFolder } from '#test/support/run-folder.ts';
import { makeHabit, register } from './journey.ts';

/* `npm start` as a newcomer meets it: one process that starts everything, or one clear line that says why not. */

const processes = testProcesses();
const ENVIRONMENT = { PORT: '0', NATS_PORT: '0', POSTGRES_PORT: '0' };

const startHere = (args: string[], environment: Record<string, string> = {}): Promise<TestProcess> =>
  processes.startScript('deploy/cli/habitstream.ts', ['start', ...args], {
    ...ENVIRONMENT,
    NATS_SERVER: inject('natsServerBinary'),
    ...environment,
  });

/** By the command that people type. */
const npmStart = (npm: string, args: string[]): Promise<TestProcess> =>
  processes.startScript(npm, ['start', '--', ...args], {
    ...ENVIRONMENT,
    NATS_SERVER: inject('natsServerBinary'),
  });

async function commandHere(dataDir: string, ...args: string[]): Promise<string> {
  const command = await processes.startScript('deploy/cli/habitstream.ts', args, { DATA_DIR: dataDir });
  await command.exited;
  return command.lines.join('\n');
}

const chatOf = async (started: TestProcess): Promise<string> =>
  (await started.line(/^ {2}Chat/, 60_000)).trim().split(/\s+/)[1] ?? '';

describe('the local environment', () => {
  test('starts with one command, keeps its data, and leaves nothing behind', async () => {
    const dataDir = await testFolder('local');
    const first = await startHere(['--data-dir', dataDir]);
    const telegram = simulatorClient(await chatOf(first));
    await first.line(/^Ready/);
    const person = await telegram.person({ id: 7001, languageCode: 'en', first_name: 'Kim' });
    await register(person);
    await makeHabit(person, 'Water the plants', '23:59');
    const children = await childrenOf(first.pid);
    expect(children.length).toBeGreaterThanOrEqual(2);
    expect(await commandHere(dataDir, 'dead', 'list')).toBe('0 dead letters');
    expect(await commandHere(dataDir, 'projections', 'verify', 'schedules')).toMatch(/identical|equal/);
    await first.stop();
    expect(await first.exited).toMatchObject({ code: 0 });
    await Promise.all(children.map(expectGone));

    const second = await startHere(['--data-dir', dataDir]);
    const again = await simulatorClient(await chatOf(second)).person({ id: 7001 });
    expect((await again.chat()).messages.some(({ text }) => text?.includes('is set up!'))).toBe(true);
    await again.say('/today');
    await again.waitForMessage(({ text }) => text?.includes('Water the plants') ?? false);
    await second.stop();
    expect(await second.exited).toMatchObject({ code: 0 });
  }, 120_000);

  test.runIf(process.env.npm_execpath)(
    'SIGTERM of npm ends it and its servers',
    async () => {
      const started = await npmStart(process.env.npm_execpath ?? '', [
        '--data-dir',
        await testFolder('local'),
      ]);
      await started.line(/^Ready/, 60_000);
      const [environment = 0] = await childrenOf(started.pid);
      const servers = await childrenOf(environment);
      expect(servers.length).toBeGreaterThanOrEqual(2);
      await started.stop();
      await Promise.all([environment, ...servers].map(expectGone));
    },
    60_000,
  );

  test('a server of its own that dies is started again: who wrote meanwhile is answered', async () => {
    const started = await startHere(['--data-dir', await testFolder('local')]);
    const telegram = simulatorClient(await chatOf(started));
    await started.line(/^Ready/);
    const person = await telegram.person({ id: 7002, languageCode: 'en', first_name: 'Kim' });
    await register(person);
    for (const server of await childrenOf(started.pid)) process.kill(server, 'SIGKILL');
    await person.say('/today');
    await started.line(/^nats-server ended by itself \(SIGKILL\) and is started again\./);
    await started.line(/^Postgres ended by itself \(SIGKILL\) and is started again\./);
    await person.waitForMessage();
    await makeHabit(person, 'Read a book', '23:59');
    const servers = await childrenOf(started.pid);
    expect(servers.length).toBeGreaterThanOrEqual(2);
    await started.stop();
    expect(await started.exited).toMatchObject({ code: 0 });
    await Promise.all(servers.map(expectGone));
  }, 120_000);

  test('a kill -9 of it ends its servers too', async () => {
    const started = await startHere(['--data-dir', await testFolder('local')]);
    await started.line(/^Ready/, 60_000);
    const children = await childrenOf(started.pid);
    await started.kill();
    await Promise.all(children.map(expectGone));
  }, 60_000);
});

describe('what is wrong is said in one clear line', () => {
  test('a port in use', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((listening) => taken.once('listening', listening));
    const address = taken.address();
    const port = typeof address === 'object' ? String(address?.port) : '';
    const lines = await failure(['--data-dir', await testFolder('local'), '--port', port]);
    expect(lines).toContain(
      `Port ${port} for the chat page (--port) is in use: stop the program that has it, or choose another port.`,
    );
    taken.close();
  });

  test('a data folder that cannot be written', async () => {
    const file = join(await testFolder('local'), 'a-file');
    await writeFile(file, '');
    const lines = await failure(['--data-dir', file]);
    expect(lines.at(-1)).toMatch(
      /^The data folder .*a-file cannot be written \(EEXIST\): choose another one with --data-dir/,
    );
  });

  test('a nats-server that is too old', async () => {
    const folder = await testFolder('local');
    const old = join(folder, 'nats-server');
    await writeFile(old, '#!/bin/sh\necho "nats-server: v2.9.25"\n', { mode: 0o755 });
    const lines = await failure(['--data-dir', join(folder, 'data')], { NATS_SERVER: old });
    expect(lines.at(-1)).toMatch(
      /has version 2\.9\.25; at least 2\.12 is required: install nats-server >= 2\.12/,
    );
  });

  test('a token that Telegram does not know', async () => {
    const folder = await testFolder('local');
    await mkdir(folder, { recursive: true });
    const telegram = await startHere(['--data-dir', folder]);
    const lines = await failure(['--data-dir', await testFolder('local')], {
      BOT_TOKEN: '7654321:a-token-that-nobody-gave-out',
      TELEGRAM_API_ROOT: await chatOf(telegram),
    });
    expect(lines.at(-1)).toBe('Telegram does not know BOT_TOKEN: set it to the token that @BotFather gave.');
    await telegram.stop();
  }, 60_000);

  test('every wrong setting at once, and unknown flags', async () => {
    const lines = await failure([], { BOT_TOKEN: 'nonsense', SEND_RATE: '0', PORT: 'http' });
    expect(lines.join('\n')).toMatch(/missing or wrong:\n {2}PORT: .*\n {2}BOT_TOKEN: .*\n {2}SEND_RATE: /);
    const flags = await failure(['--prot', '1']);
    expect(flags.at(-1)).toBe("Unknown option '--prot'. Known flags: --data-dir, --port, --no-simulator.");
    const noBot = await failure(['--no-simulator']);
    expect(noBot.at(-1)).toBe(
      'Without the simulator a real bot is needed: set BOT_TOKEN to the token from @BotFather.',
    );
  });
});

/** Runs it, expects that it ends by itself with an error, and returns what it printed. */
async function failure(args: string[], environment: Record<string, string> = {}): Promise<string[]> {
  const started = await startHere(args, environment);
  expect(await started.exited).toMatchObject({ code: 1 });
  return started.lines;
}

async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  const children = text.trim().split(/\s+/).map(Number);
  const alive = await Promise.all(children.map(identifyProcess));
  return children.filter((_, i) => alive[i] !== undefined);
}
