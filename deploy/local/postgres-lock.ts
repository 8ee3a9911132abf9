import { readdir, readFile, readlink, realpath, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { StartupProblem } from './startup-problem.ts';

const ORPHANS_MS = 10_000;

/**
 * Clears what a killed Postgres left behind: its lock file, which would stop the next start once the id in
 * it belongs to some other process, and its orphaned backends, which hold the shared memory until they
 * notice. A Postgres works inside its data folder, so one that uses this data is known by that.
 * Only Linux tells; elsewhere Postgres's own, coarser check decides.
 * @throws StartupProblem when a living Postgres that is not ours holds the data.
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
  await untilNobodyIn(cluster);
  await rm(lock, { force: true });
}

/** Waits until no Postgres works in the folder: after a SIGKILL of the server its backends end by themselves. */
async function untilNobodyIn(cluster: string): Promise<void> {
  const deadline = performance.now() + ORPHANS_MS;
  let left = await postgresIn(cluster);
  while (left.length > 0 && performance.now() < deadline) {
    await delay(20);
    left = await postgresIn(cluster);
  }
  for (const pid of left) endNow(pid);
}

/** Ids of the Postgres processes that work in the folder; a person's shell there is none of them. */
async function postgresIn(folder: string): Promise<number[]> {
  const wanted = await realpath(folder).catch(() => undefined);
  if (process.platform !== 'linux' || wanted === undefined) return [];
  const ids = (await readdir('/proc')).map(Number).filter(Number.isInteger);
  const places = await Promise.all(ids.map(placeOf));
  return ids.filter((_, index) => {
    const place = places[index];
    return place?.folder === wanted && basename(place.program).startsWith('postgres');
  });
}

async function placeOf(pid: number): Promise<{ folder: string; program: string } | undefined> {
  try {
    return { folder: await readlink(`/proc/${pid}/cwd`), program: await readlink(`/proc/${pid}/exe`) };
  } catch {
    return undefined; // gone, or somebody else's
  }
}

function endNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // ended in this moment
  }
}
