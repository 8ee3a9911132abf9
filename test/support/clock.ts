import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '#services/platform/process/clock.ts';

export type FakeClock = Clock & {
  /** Lets `ms` pass: wakes each sleeper at its own instant, in order, and lets what it does settle before the next. */
  advance(ms: number): Promise<void>;
  /** How many sleep now: a test can wait until its subject has gone to sleep. */
  sleepers(): number;
};

type Sleeper = { wakeAtMs: number; wake(): void };

/** A clock that stands still, at `startMs` since 1970, until it is advanced. */
export function fakeClock(startMs: number): FakeClock {
  let nowMs = startMs;
  const sleeping = new Set<Sleeper>();

  function sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted || ms <= 0) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = () => {
      sleeping.delete(sleeper);
      signal?.removeEventListener('abort', wake);
      resolve();
    };
    const sleeper = { wakeAtMs: nowMs + ms, wake };
    sleeping.add(sleeper);
    signal?.addEventListener('abort', wake);
    return promise;
  }

  async function advance(ms: number): Promise<void> {
    const untilMs = nowMs + ms;
    await turn();
    let next = earliest(sleeping, untilMs);
    while (next !== undefined) {
      nowMs = next.wakeAtMs;
      next.wake();
      await turn();
      next = earliest(sleeping, untilMs);
    }
    nowMs = untilMs;
  }

  return { now: () => nowMs, sleep, advance, sleepers: () => sleeping.size };
}

/** The next sleeper to wake; of several at the same instant, the one that fell asleep first. */
function earliest(sleeping: Set<Sleeper>, untilMs: number): Sleeper | undefined {
  let found: Sleeper | undefined;
  for (const sleeper of sleeping) {
    if (sleeper.wakeAtMs > untilMs) continue;
    if (found === undefined || sleeper.wakeAtMs < found.wakeAtMs) found = sleeper;
  }
  return found;
}
