import type { Clock } from './clock.ts';

/*
 * The one lifecycle. What runs in the background is a task: it begins when it is made, ends by itself or when it is
 * stopped, and its end can be awaited. What repeats is a loop, and what may fail for a while is retried with backoff.
 */

/** Something that was started. `stop()` resolves when it has ended; it may be called again. */
export type Running = { stop(): Promise<void> };

/** `ended` settles as the work does, whether it was stopped or not. */
export type Task = Running & { ended: Promise<void> };

/** Waits between tries: `firstMs`, doubled with each further failure, at most `longestMs`. */
export type Backoff = { firstMs: number; longestMs: number };

/** @param failures in a row, 1 after the first. */
export function backoffMs(failures: number, { firstMs, longestMs }: Backoff): number {
  return Math.min(longestMs, firstMs * 2 ** (failures - 1));
}

/** Runs `work` in the background. Its signal is aborted by `stop()`, which rejects as the work does. */
export function startTask(work: (signal: AbortSignal) => Promise<void>): Task {
  const stopping = new AbortController();
  const ended = work(stopping.signal);
  // Reported where it is awaited: by `stop()`, or by the owner of `ended`.
  ended.catch(() => {});
  return {
    ended,
    stop() {
      stopping.abort();
      return ended;
    },
  };
}

export type LoopSpec = {
  /** One round. Resolves with how long to wait before the next one, in ms. */
  round(signal: AbortSignal): Promise<number>;
  /** Told of each failed round. @returns how long to wait before the next one, in ms. */
  afterFailure(error: unknown, failures: number): number;
};

/** Goes round until the signal is aborted; a round under way is awaited. Never rejects. */
export async function runLoop(
  clock: Clock,
  { round, afterFailure }: LoopSpec,
  signal: AbortSignal,
): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    let waitMs: number;
    try {
      waitMs = await round(signal);
      failures = 0;
    } catch (error) {
      if (signal.aborted) return;
      waitMs = afterFailure(error, ++failures);
    }
    if (waitMs > 0) await clock.sleep(waitMs, signal);
  }
}

/** {@link runLoop} as a task. */
export function startLoop(clock: Clock, spec: LoopSpec): Task {
  return startTask((signal) => runLoop(clock, spec, signal));
}

export type RetrySpec = {
  clock: Clock;
  backoff: Backoff;
  signal: AbortSignal;
  /** Told of each failure that is followed by another try. */
  onFailure(error: unknown): void;
  /** Failures that no further try can mend. */
  isFinal?(error: unknown): boolean;
};

/**
 * Does `work` until it succeeds.
 * @throws its last error when the signal is aborted, or when the error is final.
 */
export async function retry<T>(spec: RetrySpec, work: () => Promise<T>): Promise<T> {
  const { clock, backoff, signal, onFailure, isFinal } = spec;
  for (let failures = 1; ; failures++) {
    try {
      return await work();
    } catch (error) {
      if (signal.aborted || isFinal?.(error)) throw error;
      onFailure(error);
      await clock.sleep(backoffMs(failures, backoff), signal);
    }
  }
}

/** Stops all of them at once; resolves when every one has ended. */
export async function stopAll(running: Iterable<Running>): Promise<void> {
  await Promise.all([...running].map((each) => each.stop()));
}
