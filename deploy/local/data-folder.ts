import { chmod, lstat, mkdir, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StartupProblem, systemCode } from './startup-problem.ts';

/** What the local environment keeps in its data folder. */
const OURS: ReadonlySet<string> = new Set([
  'nats',
  'postgres',
  'telegram',
  'cache',
  'running.json',
  'tombstone-key',
  'habitstream.log',
]);

/** All rights of everybody but the owner. */
const OF_OTHERS = 0o077;

/**
 * Keeps the data to its owner: what this process and its servers write from now on, and what an earlier version left
 * readable. A folder in which there are other things too keeps its own mode.
 * @throws {StartupProblem} when something in it belongs to another account.
 */
export async function closeToOthers(folder: string): Promise<void> {
  process.umask(OF_OTHERS);
  const names = await readdir(folder);
  const ours = names.filter((name) => OURS.has(name));
  try {
    if (ours.length === names.length) await close(folder);
    for (const name of ours) await closeTree(await realpath(join(folder, name)));
  } catch (error) {
    throw new StartupProblem(
      `The data folder ${folder} cannot be closed to others (${systemCode(error)}): make this account its owner.`,
      { cause: error },
    );
  }
}

/** Symbolic links are left alone: what they lead to need not be ours. */
async function closeTree(path: string): Promise<void> {
  const isFolder = await close(path);
  if (!isFolder) return;
  for (const name of await readdir(path)) await closeTree(join(path, name));
}

/** @returns whether it is a folder. */
async function close(path: string): Promise<boolean> {
  const found = await lstat(path);
  if (found.isSymbolicLink()) return false;
  if ((found.mode & OF_OTHERS) !== 0) await chmod(path, found.mode & 0o700);
  return found.isDirectory();
}

/**
 * Makes the folder if it is missing, and writes a file to see that this process may: permission bits do not bind root
 * and do not tell of a read-only file system.
 * @throws {StartupProblem} when it cannot be made or written.
 */
export async function ensureWritableFolder(folder: string): Promise<void> {
  const probe = join(folder, `.write-probe-${process.pid}`);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(probe, '');
    await rm(probe);
  } catch (error) {
    const code = systemCode(error) ?? 'unknown error';
    const todo = 'choose another one with --data-dir, or give this account the right to write there.';
    throw new StartupProblem(`The data folder ${folder} cannot be written (${code}): ${todo}`, {
      cause: error,
    });
  }
}
