import { readFile, rm, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { identifyProcess } from './process-identity.ts';
import { StartupProblem, systemCode } from './startup-problem.ts';

const processName = z.object({ pid: z.int().positive(), identity: z.string() });
const claim = z.object({ owner: processName, server: processName.optional() });

type ProcessName = z.infer<typeof processName>;
type Claim = z.infer<typeof claim>;

/** How long each step of ending a leftover server may take. During the first, its deadman ends it. */
const STEPS = [
  { waitMs: 3_000 },
  { signal: 'SIGINT', waitMs: 10_000 },
  { signal: 'SIGKILL', waitMs: 5_000 },
] as const;

/**
 * Claims a server's data for this process by writing `file`: two servers on one store would destroy it.
 * Where the owner of an earlier claim died without stopping its server, that server is ended first.
 * @param what the server's name in messages to people.
 * @throws {StartupProblem} when the owner is alive: another Habitstream, or this process, uses the data.
 */
export async function claimData(file: string, what: string): Promise<void> {
  const claimed = JSON.stringify({ owner: await nameProcess(process.pid) });
  while (!(await writeNew(file, claimed))) {
    const found = await readClaim(file);
    if (found !== undefined && (await isAlive(found.owner))) {
      const todo = 'stop that one first, or choose another data folder with --data-dir.';
      throw new StartupProblem(
        `${what} of this data folder is already run by process ${found.owner.pid}: ${todo}`,
      );
    }
    if (found?.server !== undefined) await endServer(found.server, what);
    await releaseData(file);
  }
}

/** Adds the server that uses the data now to the claim, so that the next start finds it if this process dies. */
export async function recordServer(file: string, pid: number): Promise<void> {
  const [owner, server] = await Promise.all([nameProcess(process.pid), nameProcess(pid)]);
  await writeFile(file, JSON.stringify({ owner, server }));
}

/** Gives the claim up: the server has ended or did not start. */
export async function releaseData(file: string): Promise<void> {
  await rm(file, { force: true });
}

async function nameProcess(pid: number): Promise<ProcessName | undefined> {
  const identity = await identifyProcess(pid);
  return identity === undefined ? undefined : { pid, identity };
}

async function isAlive(process: ProcessName): Promise<boolean> {
  return (await identifyProcess(process.pid)) === process.identity;
}

async function writeNew(file: string, text: string): Promise<boolean> {
  try {
    await writeFile(file, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  }
}

async function readClaim(file: string): Promise<Claim | undefined> {
  try {
    return claim.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return undefined; // absent, or cut short by a crash while it was written
  }
}

async function endServer(server: ProcessName, what: string): Promise<void> {
  for (const step of STEPS) {
    if ('signal' in step && (await isAlive(server))) process.kill(server.pid, step.signal);
    if (await endsWithin(server, step.waitMs)) return;
  }
  throw new StartupProblem(
    `${what} of an earlier run (process ${server.pid}) is left over and does not end: end it by hand.`,
  );
}

async function endsWithin(server: ProcessName, waitMs: number): Promise<boolean> {
  const deadline = performance.now() + waitMs;
  while (performance.now() < deadline) {
    if (!(await isAlive(server))) return true;
    await delay(20);
  }
  return false;
}
