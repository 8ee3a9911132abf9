import { fork } from 'node:child_process';
import { setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { HEAP_MB } from './limits.ts';

/** Below what answers people and reminds them. */
const NICENESS = 10;

export type ProgramRun = {
  /** A file of this folder. */
  program: string;
  /** What it is told. */
  message: object;
  deadlineMs: number;
};

/**
 * Runs a program of this folder in a process of its own: without our settings, with a bounded heap, behind all others, and
 * killed at its deadline.
 * @returns the one message that it sends; undefined when it died before.
 */
export function runProgram({ program, message, deadlineMs }: ProgramRun): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const child = fork(fileURLToPath(new URL(program, import.meta.url)), [], {
    env: {},
    execArgv: [`--max-old-space-size=${HEAP_MB}`, '--no-warnings'],
    // Bytes are sent as they are, and large data faster than as JSON.
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), deadlineMs);
  child.once('message', resolve);
  child.once('error', reject);
  child.once('exit', () => {
    clearTimeout(timer);
    // After a message this is too late to matter.
    resolve(undefined);
  });
  lower(child.pid);
  child.send(message, () => {});
  return promise;
}

/** One that has ended already has no priority. */
function lower(pid: number | undefined): void {
  try {
    if (pid !== undefined) setPriority(pid, NICENESS);
  } catch {}
}
