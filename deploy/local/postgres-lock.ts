import { readdir, readFile, readlink, realpath, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { StartupProblem } from './startup-problem.ts';

const ORPHANS_MS = 10_000;

/**
 * Clears what a killed Postgres left: its lock file, which would stop the next start once another process has the id in
 * it, and its orphaned backends, which hold the shared memory until they notice. The working directory of a Postgres is
 * its data folder, which tells whether one uses this data. Only Linux shows it; elsewhere Postgres's own, coarser check
 * decides.
 * @throws {StartupProblem} when a living Postgres that this environment did not start holds the data.
 */
export async function clearStaleLock(cluster: string): Promise<void> {
  if (process.platform !== 'linux') return;
  const lock = join(cluster, 'postmaster.pid');
  const text = await readFile(lock, 'utf8').catch(() => undefined);
  if (text === undefined) return;
  const holder = Number(text.split('\n')[0]);
  if ((await postgresIn(cluster)).includes(holder)) {
    throw new StartupProblem(
      `A Postgres (process ${holder}) already uses ${cluster}: stop it, or choose another data folder with --data-dir.`,
    );
  }
  await untilNoneIn(cluster);
  await rm(lock, { force: true });
}

/** Waits until no Postgres runs in the folder. After a SIGKILL of the server its backends usually end by themselves. */
async function untilNoneIn(cluster: string): Promise<void> {
  const deadline = performance.now() + ORPHANS_MS;
  let left = await postgresIn(cluster);
  while (left.length > 0 && performance.now() < deadline) {
    await delay(20);
    left = await postgresIn(cluster);
  }
  for (const pid of left) endNow(pid);
}

/** Ids of the Postgres processes whose working directory is the folder; a person's shell there is not one. */
async function postgresIn(folder: string): Promise<number[]> {
  const directory = await realpath(folder).catch(() => undefined);
  if (process.platform !== 'linux' || directory === undefined) return [];
  const ids = (await readdir('/proc')).map(Number).filter(Number.isInteger);
  const processes = await Promise.all(ids.map(readProcess));
  return ids.filter((_, index) => {
    const found = processes[index];
    return found?.directory === directory && basename(found.program).startsWith('postgres');
  });
}

async function readProcess(pid: number): Promise<{ directory: string; program: string } | undefined> {
  try {
    return { directory: await readlink(`/proc/${pid}/cwd`), program: await readlink(`/proc/${pid}/exe`) };
  } catch {
    return undefined; // it has ended, or belongs to another user
  }
}

function endNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it has just ended
  }
}
