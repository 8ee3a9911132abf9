import { chmod, lstat, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { simulatorClient } from '#deploy/telegram/client.ts';
import { type TestProcess, testProcesses } from '#test/support/processes.ts';
import { testFolder } from '#test/support/run-folder.ts';
import { makeHabit, register } from './journey.ts';

/* No other account of the machine can read what `npm start` keeps. */

const processes = testProcesses();

test('every file is 0600 and every folder 0700, while it runs and afterwards, also where they were open before', async () => {
  const dataDir = await testFolder('data');
  const first = await start(dataDir);
  await useIt(first);
  const running = await modesIn(dataDir);
  expect(running.wrong).toEqual([]);
  await first.stop();
  const stopped = await modesIn(dataDir);
  expect(stopped.wrong).toEqual([]);

  const outside = join(await testFolder('outside'), 'linked');
  await writeFile(outside, '', { mode: 0o644 });
  await symlink(outside, join(dataDir, 'telegram/link'));
  await openUp(dataDir);
  const again = await start(dataDir);
  const closed = await modesIn(dataDir);
  await again.stop();
  expect(closed.wrong).toEqual([]);
  expect((await lstat(outside)).mode & 0o777).toBe(0o644);
  // Streams, tables, chats: a walk that sees less than that has seen nothing.
  expect(Math.min(running.count, stopped.count, closed.count)).toBeGreaterThan(1_000);
}, 180_000);

test('a folder that holds other things too keeps its own mode, and they keep theirs', async () => {
  const dataDir = await testFolder('shared');
  await chmod(dataDir, 0o755);
  await writeFile(join(dataDir, 'notes.txt'), 'of somebody', { mode: 0o644 });
  const started = await start(dataDir);
  const { wrong, count } = await modesIn(dataDir);
  await started.stop();
  expect(wrong).toEqual(['0644 notes.txt', '0755 .']);
  expect(count).toBeGreaterThan(1_000);
}, 120_000);

async function start(dataDir: string): Promise<TestProcess> {
  const started = await processes.startScript('deploy/cli/habitstream.ts', ['start', '--data-dir', dataDir], {
    ...{ PORT: '0', NATS_PORT: '0', POSTGRES_PORT: '0' },
    NATS_SERVER: inject('natsServerBinary'),
  });
  await started.line(/^Ready/, 60_000);
  return started;
}

/** Every kind of file comes to be: a chat, a document in it, events, rows, snapshots. */
async function useIt(started: TestProcess): Promise<void> {
  const address = (await started.line(/^ {2}Chat/)).trim().split(/\s+/)[1] ?? '';
  const person = await simulatorClient(address).person({ id: 7002, languageCode: 'en', first_name: 'Kim' });
  await register(person);
  await makeHabit(person, 'Water the plants', '23:59');
  await person.sendFile('notes.txt', Buffer.from('what I did'));
}

/** As a start with a usual umask left it. */
async function openUp(path: string): Promise<void> {
  const found = await lstat(path);
  if (found.isSymbolicLink()) return;
  await chmod(path, found.isDirectory() ? 0o755 : 0o644);
  if (!found.isDirectory()) return;
  for (const name of await readdir(path)) await openUp(join(path, name));
}

/** How many files and folders there are, and which of them are not for their owner alone. */
async function modesIn(folder: string): Promise<{ count: number; wrong: string[] }> {
  const wrong: string[] = [];
  let count = 0;
  const look = async (name: string): Promise<void> => {
    const found = await lstat(join(folder, name)).catch(() => undefined); // gone meanwhile
    if (found === undefined || found.isSymbolicLink()) return;
    count++;
    const mode = found.mode & 0o7777;
    if (mode !== (found.isDirectory() ? 0o700 : 0o600)) wrong.push(`0${mode.toString(8)} ${name}`);
    if (!found.isDirectory()) return;
    for (const below of await readdir(join(folder, name))) await look(join(name, below));
  };
  await look('.');
  return { count, wrong: wrong.sort() };
}
