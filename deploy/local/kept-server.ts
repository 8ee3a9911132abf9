import { setTimeout as delay } from 'node:timers/promises';
import { oncePerMinute } from '#services/platform/process/once-per-minute.ts';
import type { Exit } from './server-process.ts';

type Server = { exited: Promise<Exit>; stop(): Promise<void> };

export type KeptServer<S> = {
  /** The one that runs now; undefined while none does. */
  running(): S | undefined;
  /** Stops it, and resolves when it runs again, or is not to any more. */
  restart(): Promise<void>;
  stop(): Promise<void>;
};

type Keeping<S> = {
  /** For people. */
  name: string;
  /** Starts it on the data of the one that ended, where clients of that one look for it. */
  startAgain(ended: S): Promise<S>;
  /** Gets a line for people when it ended by itself, and when it cannot be started. */
  print(line: string): void;
};

/** One that ends sooner after its start will do so again: it is given time. */
const QUICK_MS = 60_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

/** Starts a server again whenever it ends by itself: after a kill -9, without memory, by a fault of its own. */
export function keepServer<S extends Server>(
  first: S,
  { name, startAgain, print }: Keeping<S>,
): KeptServer<S> {
  const stopping = new AbortController();
  const notYet = oncePerMinute((why: string) => print(`${name} cannot be started: ${why}`));
  let last = first;
  let isRunning = true;
  let wanted: PromiseWithResolvers<void> | undefined;

  async function keep(): Promise<void> {
    let pauseMs = 0;
    for (;;) {
      const sinceMs = performance.now();
      const exit = await last.exited;
      isRunning = false;
      if (stopping.signal.aborted) return;
      if (!wanted) {
        print(`${name} ended by itself (${exit.signal ?? `exit code ${exit.code}`}) and is started again.`);
        pauseMs = performance.now() - sinceMs < QUICK_MS ? longer(pauseMs) : 0;
        await delay(pauseMs, undefined, { signal: stopping.signal });
      }
      last = await startedInTheEnd(() => startAgain(last), notYet, stopping.signal);
      isRunning = true;
      wanted?.resolve();
      wanted = undefined;
      if (stopping.signal.aborted) await last.stop();
    }
  }

  const keeping = keep()
    .catch((error: unknown) => {
      if (!stopping.signal.aborted) throw error;
    })
    // Nobody is to wait for one that will not run again.
    .finally(() => wanted?.resolve());
  return {
    running: () => (isRunning ? last : undefined),
    async restart() {
      if (stopping.signal.aborted) return;
      wanted ??= Promise.withResolvers();
      const { promise } = wanted;
      await last.stop();
      await promise;
    },
    async stop() {
      stopping.abort();
      await last.stop();
      await keeping;
    },
  };
}

/** Tries until it runs. @throws the signal's reason. */
async function startedInTheEnd<S>(
  start: () => Promise<S>,
  notYet: (why: string) => void,
  signal: AbortSignal,
): Promise<S> {
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = longer(pauseMs)) {
    try {
      return await start();
    } catch (error) {
      notYet(error instanceof Error ? error.message : String(error));
      await delay(pauseMs, undefined, { signal });
    }
  }
}

const longer = (pauseMs: number): number =>
  Math.min(LONGEST_PAUSE_MS, pauseMs === 0 ? FIRST_PAUSE_MS : pauseMs * 2);
