import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { z } from 'zod';
import { queryOnce } from '#test/support/postgres.ts';
import { type TestProcess, testProcesses } from '#test/support/processes.ts';
import { testFolder } from '#test/support/run-folder.ts';

/* "Ready" of `npm start` is a promise: it is not said while reminders stand still, and taken back when they do. */

const processes = testProcesses();
const UNTIL_MS = 60_000;
const Running = z.object({ DATABASE_URL: z.string() });
const REBUILD =
  /^Not ready: projector, projection schedules, EVENTS: .*"npm run habitstream -- projections rebuild schedules"$/;

const startIn = (dataDir: string): Promise<TestProcess> =>
  processes.startScript('deploy/cli/habitstream.ts', ['start', '--data-dir', dataDir], {
    PORT: '0',
    NATS_PORT: '0',
    POSTGRES_PORT: '0',
    NATS_SERVER: inject('natsServerBinary'),
  });

async function command(dataDir: string, ...args: string[]): Promise<number | null> {
  const running = await processes.startScript('deploy/cli/habitstream.ts', args, { DATA_DIR: dataDir });
  return (await running.exited).code;
}

/** As if tables.sql had been another one when the tables were made. */
async function makeTablesOld(dataDir: string): Promise<void> {
  const { DATABASE_URL } = Running.parse(JSON.parse(await readFile(join(dataDir, 'running.json'), 'utf8')));
  await queryOnce(
    DATABASE_URL,
    `UPDATE projections.checkpoints SET fingerprint = 'another' WHERE projection = 'schedules'`,
  );
}

test('a changed tables.sql: the console says what stands still and the command, and Ready once it is done', async () => {
  const dataDir = await testFolder('ready-line');
  const first = await startIn(dataDir);
  await first.line(/^Ready: open the chat page/, UNTIL_MS);

  await makeTablesOld(dataDir);
  await first.line(
    /^Not ready: projector, projection schedules, EVENTS: was rebuilt by another version/,
    UNTIL_MS,
  );
  expect(await command(dataDir, 'projections', 'rebuild', 'schedules')).toBe(0);
  await first.line(/^No longer: projector, projection schedules, EVENTS$/, UNTIL_MS);
  await first.line(/^Ready again\.$/, UNTIL_MS);
  expect(first.lines.filter((line) => line.includes('projection schedules'))).toHaveLength(2);
  await makeTablesOld(dataDir);
  await first.stop();

  const second = await startIn(dataDir);
  await second.line(REBUILD, UNTIL_MS);
  expect(second.lines.filter((line) => line.startsWith('Ready'))).toEqual([]);
  expect(await command(dataDir, 'projections', 'rebuild', 'schedules')).toBe(0);
  await second.line(/^Ready: open the chat page/, UNTIL_MS);
  await second.stop();
}, 240_000);

test('a server that stands still is said once, though every service stands on it', async () => {
  const dataDir = await testFolder('ready-line');
  const started = await startIn(dataDir);
  await started.line(/^Ready: open the chat page/, UNTIL_MS);
  const server = await natsServerOf(dataDir);
  process.kill(server, 'SIGSTOP');
  try {
    await started.line(/^Not ready: NATS: does not answer$/, UNTIL_MS);
  } finally {
    process.kill(server, 'SIGCONT');
  }
  await started.line(/^No longer: NATS$/, UNTIL_MS);
  await started.line(/^Ready again\.$/, UNTIL_MS);
  expect(started.lines.filter((line) => /^Not ready: .*NATS: /.test(line))).toHaveLength(1);
  await started.stop();
}, 240_000);

/** The process of a nats-server whose data is in this folder. */
async function natsServerOf(dataDir: string): Promise<number> {
  for (const entry of await readdir('/proc')) {
    const command = await readFile(`/proc/${entry}/cmdline`, 'utf8').catch(() => '');
    const [program = '', ...args] = command.split('\0');
    if (program.includes('nats-server') && args.some((arg) => arg.startsWith(dataDir))) return Number(entry);
  }
  return expect.unreachable('no nats-server');
}
