import { setTimeout as delay } from 'node:timers/promises';

/** The only way to time: edges take one, pure code takes instants. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00Z. */
  now(): number;
  /** Resolves after `ms`, or at once when `signal` is aborted; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    await delay(Math.max(0, ms), undefined, { signal, ref: true }).catch((error: unknown) => {
      if (!signal?.aborted) throw error;
    });
  },
};
