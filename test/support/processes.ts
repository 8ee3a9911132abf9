import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, expect } from 'vitest';
import { identifyProcess } from '#deploy/local/process-identity.ts';
import { OUR_NODE, PROJECT_FOLDER } from '#deploy/local/project-folder.ts';
import { type Exit, spawnServer } from '#deploy/local/server-process.ts';
import { eventually } from './eventually.ts';

const STOP_MS = 20_000;
const LINE_MS = 20_000;

export type TestProcess = {
  pid: number;
  exited: Promise<Exit>;
  /** All lines so far, of both outputs. */
  lines: string[];
  /**
   * Resolves with the first line that matches, past or to come. Rejects when the process ends or time runs out first.
   */
  line(pattern: RegExp, timeoutMs?: number): Promise<string>;
  /** SIGTERM, and after 20 s SIGKILL. */
  stop(): Promise<void>;
  /** kill -9. */
  kill(): Promise<void>;
};

export type TestProcesses = {
  /** Every process started so far, also those that have ended. */
  all: readonly TestProcess[];
  /** Runs `deploy/node services/<service>/main.ts`, as `npm run start:<service>` does. */
  startService(service: string, env: Record<string, string>): Promise<TestProcess>;
  /** Runs `deploy/node <script> <args>`, the script relative to the project. */
  startScript(script: string, args: string[], env: Record<string, string>): Promise<TestProcess>;
};

/** For the top of a test file: starts processes, all of which are ended after its last test. */
export function testProcesses(): TestProcesses {
  const running = new Set<TestProcess>();
  const all: TestProcess[] = [];
  afterAll(() => Promise.all([...running].map((process) => process.stop())));

  async function startScript(
    script: string,
    args: string[],
    env: Record<string, string>,
  ): Promise<TestProcess> {
    const started = await spawnNode(script, args, env);
    running.add(started);
    all.push(started);
    started.exited.then(() => running.delete(started));
    return started;
  }
  const startService = (service: string, env: Record<string, string>) =>
    startScript(`services/${service}/main.ts`, [], env);
  return { all, startScript, startService };
}

/** Resolves when no process has that id any more. */
export async function expectGone(pid: number): Promise<void> {
  await eventually(async () => expect(await identifyProcess(pid)).toBeUndefined());
}

/** The machine's environment without any setting of ours, such as a BOT_TOKEN. */
function bareEnvironment(): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR } = process.env;
  const temp = TMPDIR === undefined ? {} : { TMPDIR };
  return { PATH, HOME, NODE_ENV: 'production', ...temp };
}

/** {@link TestProcesses.startScript} outside of a test file: the caller ends it. */
export async function spawnNode(
  script: string,
  args: string[],
  env: Record<string, string>,
): Promise<TestProcess> {
  const lines: string[] = [];
  const listeners = new Set<(line: string) => void>();
  const child = await spawnServer({
    command: OUR_NODE,
    args: [script, ...args],
    cwd: PROJECT_FOLDER,
    env: { ...bareEnvironment(), ...env },
    stopSignal: 'TERM',
    deadlineMs: STOP_MS,
    onLine: (line) => {
      lines.push(line);
      for (const listener of listeners) listener(line);
    },
  });

  async function line(pattern: RegExp, timeoutMs = LINE_MS): Promise<string> {
    const past = lines.find((each) => pattern.test(each));
    if (past !== undefined) return past;
    const { promise, resolve } = Promise.withResolvers<string>();
    const listener = (each: string) => pattern.test(each) && resolve(each);
    listeners.add(listener);
    const settled = Promise.race([promise, child.exited]).then(() => true);
    const found = await Promise.race([settled, delay(timeoutMs, false, { ref: false })]);
    listeners.delete(listener);
    const match = lines.find((each) => pattern.test(each));
    if (match !== undefined) return match;
    const why = found ? 'ended before' : `had not written in ${timeoutMs} ms`;
    throw new Error(
      `${script} ${why} a line like ${pattern}. Its last lines:\n${child.lastLines().join('\n')}`,
    );
  }

  return { pid: child.pid, exited: child.exited, lines, line, stop: child.stop, kill: child.kill };
}
