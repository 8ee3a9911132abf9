import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { armDeadman } from './deadman.ts';

const LINES_KEPT = 20;
const LOOK_EVERY_MS = 10;

export type Exit = { code: number | null; signal: NodeJS.Signals | null };

export type ServerProcess = {
  pid: number;
  /** Settles once, when the process is gone, however it went. Never rejects. */
  exited: Promise<Exit>;
  /** The last lines it wrote, oldest first. */
  lastLines(): string[];
  /** Calls `look` every 10 ms until it finds something. Undefined: the server ended, or time ran out, before. */
  until<T>(look: () => Promise<T | undefined>, withinMs: number): Promise<T | undefined>;
  /** Sends `stopSignal`, and after `deadlineMs` SIGKILL. May be called again. */
  stop(): Promise<void>;
  /** SIGKILL, and waits until it is gone. */
  kill(): Promise<void>;
};

export type ServerCommand = {
  command: string;
  args: string[];
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** Account to run under; only root may set it. */
  account?: { uid: number; gid: number };
  /** Open descriptors, which the child inherits as 3, 4, … */
  descriptors?: number[];
  stopSignal: 'INT' | 'TERM';
  deadlineMs: number;
  onLine: (line: string) => void;
  /** Runs when the process is gone; `exited`, `stop` and `kill` wait for it. */
  onExit?: () => Promise<void>;
};

/**
 * Starts a server program. It has a session of its own, so that a terminal's Ctrl-C reaches this process alone, which
 * stops its servers in the right order. It does not outlive this process, even after kill -9.
 * @throws the operating system's error when the program cannot be executed.
 */
export async function spawnServer(server: ServerCommand): Promise<ServerProcess> {
  const child = spawn(server.command, server.args, {
    cwd: server.cwd ?? '/',
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', ...(server.descriptors ?? [])],
    ...(server.env === undefined ? {} : { env: server.env }),
    ...server.account,
  });
  const pid = await spawned(child);
  const disarm = armDeadman({ pid, signal: server.stopSignal });
  const lines = keepLines(child, server.onLine);
  let running = true;
  const exited = untilExit(child).then(async (exit) => {
    running = false;
    disarm();
    await server.onExit?.().catch(() => {});
    return exit;
  });

  const kill = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  const stop = async () => {
    child.kill(`SIG${server.stopSignal}`);
    if (await settlesWithin(exited, server.deadlineMs)) return;
    await kill();
  };
  async function until<T>(look: () => Promise<T | undefined>, withinMs: number): Promise<T | undefined> {
    const deadline = performance.now() + withinMs;
    while (running && performance.now() < deadline) {
      const found = await look();
      if (found !== undefined) return found;
      await delay(LOOK_EVERY_MS);
    }
    return undefined;
  }
  return { pid, exited, lastLines: () => [...lines], until, stop, kill };
}

function spawned(child: ChildProcess): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.once('error', reject);
  child.once('spawn', () => resolve(child.pid ?? 0));
  return promise;
}

function untilExit(child: ChildProcess): Promise<Exit> {
  const { promise, resolve } = Promise.withResolvers<Exit>();
  // At 'close', unlike 'exit', the last lines have been read, which say why it ended, and its own children, which
  // write to the same pipe, have ended too.
  child.once('close', (code, signal) => resolve({ code, signal }));
  return promise;
}

function keepLines(child: ChildProcess, onLine: (line: string) => void): string[] {
  const kept: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', (line) => {
      kept.push(line);
      if (kept.length > LINES_KEPT) kept.shift();
      onLine(line);
    });
  }
  return kept;
}

/** Whether the promise settles within the time. Leaves no timer behind. */
async function settlesWithin(promise: Promise<unknown>, withinMs: number): Promise<boolean> {
  const timer = new AbortController();
  const late = delay(withinMs, false, { signal: timer.signal }).catch(() => false);
  const settled = await Promise.race([promise.then(() => true), late]);
  timer.abort();
  return settled;
}
