import { readdir, readFile, readlink, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
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
  const holder = Number(text?.split('\n')[0]);
  if (Number.isInteger(holder) && (await processesIn(cluster)).includes(holder)) {
    throw new StartupProblem(
      `A Postgres (process ${holder}) already uses ${cluster}: stop it, or choose another data folder with --data-dir.`,
    );
  }
  await untilNobodyIn(cluster);
  await rm(lock, { force: true });
}

/** Waits until no process works in the folder: after a SIGKILL of the server its backends end by themselves. */
export async function untilNobodyIn(cluster: string): Promise<void> {
  const deadline = performance.now() + ORPHANS_MS;
  let left = await processesIn(cluster);
  while (left.length > 0 && performance.now() < deadline) {
    await delay(20);
    left = await processesIn(cluster);
  }
  for (const pid of left) endNow(pid);
}

async function processesIn(folder: string): Promise<number[]> {
  const wanted = await realpath(folder).catch(() => undefined);
  if (process.platform !== 'linux' || wanted === undefined) return [];
  const ids = (await readdir('/proc')).map(Number).filter(Number.isInteger);
  const folders = await Promise.all(ids.map((id) => readlink(`/proc/${id}/cwd`).catch(() => undefined)));
  return ids.filter((_, index) => folders[index] === wanted);
}

function endNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // ended in this moment
  }
}
