import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/**
 * A name for one living process that no later process can have: its id and when it started. The system gives a bare id
 * to another process sooner or later, and a signal would then end a stranger.
 * @returns undefined when no such process is alive; a zombie is not.
 */
export async function identifyProcess(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') return identifyByProc(pid);
  try {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)]);
    return stdout.trim() === '' ? undefined : `${pid} since ${stdout.trim()}`;
  } catch {
    return undefined;
  }
}

async function identifyByProc(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (stat === undefined) return undefined;
  // The name in parentheses may have spaces and parentheses in it: fields count from the last parenthesis.
  const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const startedTicks = rest[18];
  return state === 'Z' || state === 'X' ? undefined : `${pid} since ${startedTicks}`;
}
