import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { claimData, recordServer, releaseData } from '#deploy/local/data-claim.ts';
import { identifyProcess } from '#deploy/local/process-identity.ts';
import { StartupProblem } from '#deploy/local/startup-problem.ts';
import { testFolder } from '#test/support/run-folder.ts';

let note: string;
let standIn: ChildProcess;
let pid: number;

beforeEach(async () => {
  note = join(await testFolder('claim'), 'running.json');
  standIn = spawn('sleep', ['60']);
  await once(standIn, 'spawn');
  pid = standIn.pid ?? 0;
});
afterEach(() => {
  standIn.kill('SIGKILL');
});

async function nameOf(id: number) {
  return { pid: id, identity: (await identifyProcess(id)) ?? '' };
}

const deadOwner = { pid: 1, identity: '1 since the day before yesterday' };

test('data of a living owner is refused, and its server left alone', async () => {
  await claimData(note, 'The server');
  await recordServer(note, pid);
  await expect(claimData(note, 'The server')).rejects.toThrow(
    new StartupProblem(
      `The server of this data folder is already run by process ${process.pid}: stop that one first, or choose another data folder with --data-dir.`,
    ),
  );
  expect(await identifyProcess(pid)).toBeDefined();
});

test('released data can be claimed again', async () => {
  await claimData(note, 'The server');
  await releaseData(note);
  await claimData(note, 'The server');
});

test('a server whose owner died is ended, even if nothing else ends it', async () => {
  await writeFile(note, JSON.stringify({ owner: deadOwner, server: await nameOf(pid) }));
  await claimData(note, 'The server');
  expect(await identifyProcess(pid)).toBeUndefined();
  expect(JSON.parse(await readFile(note, 'utf8'))).toEqual({ owner: await nameOf(process.pid) });
});

test('a process that only has the id of the old server is not touched', async () => {
  await writeFile(
    note,
    JSON.stringify({ owner: deadOwner, server: { pid, identity: `${pid} since long ago` } }),
  );
  await claimData(note, 'The server');
  expect(await identifyProcess(pid)).toBeDefined();
});

test('a note cut short by a crash is no claim', async () => {
  await writeFile(note, '{"owner":{"pi');
  await claimData(note, 'The server');
});
