import { chmod, copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, inject, test, vi } from 'vitest';
import { resolveNatsServer } from '#deploy/local/nats-binary.ts';
import { fetchServer, pinnedServer } from '#deploy/local/nats-package.ts';
import { StartupProblem } from '#deploy/local/startup-problem.ts';
import { testFolder } from '#test/support/run-folder.ts';

let folder: string;

beforeEach(async () => {
  folder = await testFolder('binary');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

async function fakeServer(version: string, name = 'nats-server'): Promise<string> {
  const bin = join(folder, 'bin');
  await mkdir(bin, { recursive: true });
  const path = join(bin, name);
  await writeFile(path, `#!/bin/sh\necho 'nats-server: v${version}'\n`);
  await chmod(path, 0o755);
  return path;
}

function putOnPath(): void {
  vi.stubEnv('PATH', `${join(folder, 'bin')}:${process.env.PATH}`);
}

/** What a start would say, with the log lines it wrote. */
async function resolving(options: { configuredPath?: string; platform?: string }) {
  const lines: string[] = [];
  const dataDir = join(folder, 'data');
  const path = await resolveNatsServer({ ...options, dataDir, log: (line) => lines.push(line) });
  return { path, lines };
}

/** Puts the run's own binary where a fetched one would be, so that these tests need no network. */
async function alreadyFetched(): Promise<string> {
  const cache = join(folder, 'data/cache');
  await mkdir(cache, { recursive: true });
  const path = join(cache, `nats-server-${(await pinnedServer()).version}`);
  await copyFile(inject('natsServerBinary'), path);
  return path;
}

test('the configured server is used, if it is new enough', async () => {
  const configuredPath = await fakeServer('2.12.1', 'mine');
  expect((await resolving({ configuredPath })).path).toBe(configuredPath);
});

test('a configured server that is too old is refused in one line: what, where, required', async () => {
  const configuredPath = await fakeServer('2.11.9', 'mine');
  await expect(resolving({ configuredPath })).rejects.toThrow(
    new StartupProblem(
      `The configured nats-server ${configuredPath} has version 2.11.9; at least 2.12 is required: install nats-server >= 2.12 and put it on PATH, or name it with NATS_SERVER.`,
    ),
  );
});

test('a configured server that is not there is refused, not replaced', async () => {
  await expect(resolving({ configuredPath: join(folder, 'nothing') })).rejects.toThrow(
    /cannot be run: correct/,
  );
});

test('a good enough server on PATH is used', async () => {
  const path = await fakeServer('3.0.0');
  putOnPath();
  expect(await resolving({})).toEqual({ path, lines: [] });
});

test('an old server on PATH is passed over, with a line about it', async () => {
  const path = await fakeServer('2.10.22');
  putOnPath();
  const fetched = await alreadyFetched();
  expect(await resolving({ platform: 'linux-x64' })).toEqual({
    path: expect.stringMatching(/nats-server/),
    lines: [
      `nats-server 2.10.22 at ${path} is too old (at least 2.12 is required); using the packaged one instead.`,
    ],
  });
  expect(fetched).toBeTruthy();
});

test('where none is packaged, an old one on PATH is refused with what to do', async () => {
  const path = await fakeServer('2.10.22');
  putOnPath();
  await expect(resolving({ platform: 'sunos-sparc' })).rejects.toThrow(
    new StartupProblem(
      `nats-server 2.10.22 at ${path} is too old; at least 2.12 is required: install nats-server >= 2.12 and put it on PATH, or name it with NATS_SERVER.`,
    ),
  );
});

test('where none is packaged and none is installed, it says so', async () => {
  vi.stubEnv('PATH', join(folder, 'bin'));
  await expect(resolving({ platform: 'darwin-arm64' })).rejects.toThrow(
    /^No nats-server was found, and none is packaged for darwin-arm64; at least 2.12 is required: install/,
  );
});

test('two that fetch at once both get the whole program, and leave nothing else', {
  timeout: 120_000,
}, async () => {
  const pinned = await pinnedServer();
  const paths = await Promise.all([fetchServer(pinned, folder), fetchServer(pinned, folder)]);
  expect(new Set(paths)).toEqual(new Set([join(folder, `nats-server-${pinned.version}`)]));
  expect(await readdir(folder)).toEqual([`nats-server-${pinned.version}`]);
  const configuredPath = paths[0];
  expect((await resolving({ configuredPath })).path).toBe(configuredPath);
});

test('a package that is not the pinned one is refused and leaves nothing', { timeout: 120_000 }, async () => {
  const pinned = await pinnedServer();
  const wrong = { ...pinned, integrity: pinned.integrity.replace(/.{10}$/, 'AAAAAAAA==') };
  await expect(fetchServer(wrong, folder)).rejects.toThrow(
    /is not the pinned one \(sha512-.* instead of sha512-/,
  );
  expect(await readdir(folder)).toEqual([]);
});

test('a version that npm cannot fetch says what to do instead', { timeout: 120_000 }, async () => {
  const missing = { ...(await pinnedServer()), version: '0.0.0-missing' };
  await expect(fetchServer(missing, folder)).rejects.toThrow(
    /^npm could not fetch @eplightning.*: check the network/,
  );
});
