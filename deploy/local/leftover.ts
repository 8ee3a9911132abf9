import { readFile, rm, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { identifyProcess } from './process-identity.ts';
import { StartupProblem } from './startup-problem.ts';

const running = z.object({
  pid: z.int().positive(),
  server: z.string(),
  owner: z.string(),
  ownerPid: z.int(),
});

/** Notes in `file` which server uses this data and which process (we) looks after it. */
export async function recordRunning(file: string, pid: number): Promise<void> {
  const server = await identifyProcess(pid);
  const owner = await identifyProcess(process.pid);
  if (server === undefined || owner === undefined) return;
  await writeFile(file, JSON.stringify({ pid, server, owner, ownerPid: process.pid }));
}

/** Removes the note once the server has ended. */
export async function forgetRunning(file: string): Promise<void> {
  await rm(file, { force: true });
}

/**
 * Ends a server that `file` notes and whose owner has died without stopping it (its deadman usually has by
 * then). Two servers on one store would destroy it, so this comes before every start.
 * @throws StartupProblem when the owner is alive: then the data is in use by another Habitstream.
 */
export async function endLeftover(file: string, what: string): Promise<void> {
  const note = await readNote(file);
  if (note === undefined || !(await isAlive(note.pid, note.server))) return forgetRunning(file);
  if (await isAlive(note.ownerPid, note.owner)) {
    const todo = 'stop that one first, or choose another data folder with --data-dir.';
    throw new StartupProblem(
      `${what} of this data folder is already running, by process ${note.ownerPid}: ${todo}`,
    );
  }
  for (const [signal, waitMs] of [
    [0, 3_000],
    ['SIGINT', 10_000],
    ['SIGKILL', 5_000],
  ] as const) {
    signalIfAlive(note.pid, signal);
    if (await endsWithin(note, waitMs)) return forgetRunning(file);
  }
  throw new StartupProblem(
    `${what} left over from an earlier run (process ${note.pid}) does not end: end it by hand.`,
  );
}

async function readNote(file: string): Promise<z.infer<typeof running> | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '');
  try {
    return running.parse(JSON.parse(text));
  } catch {
    return undefined; // absent, or cut short by a crash while it was written
  }
}

async function isAlive(pid: number, identity: string): Promise<boolean> {
  return (await identifyProcess(pid)) === identity;
}

function signalIfAlive(pid: number, signal: NodeJS.Signals | 0): void {
  try {
    process.kill(pid, signal);
  } catch {
    // gone in this moment: what we wanted
  }
}

async function endsWithin(note: { pid: number; server: string }, waitMs: number): Promise<boolean> {
  const deadline = performance.now() + waitMs;
  while (performance.now() < deadline) {
    if (!(await isAlive(note.pid, note.server))) return true;
    await delay(20);
  }
  return false;
}
