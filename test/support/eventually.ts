import { setTimeout as delay } from 'node:timers/promises';

const PAUSE_MS = 20;

/**
 * Calls `check` until it no longer throws, and returns what it returned. Only for what happens in other
 * processes, where there is nothing to await.
 * @throws what `check` threw last, once `timeoutMs` have passed.
 */
export async function eventually<T>(
  check: () => T | Promise<T>,
  { timeoutMs = 180_000 }: { timeoutMs?: number } = {},
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() >= deadline) throw error;
    }
    await delay(PAUSE_MS);
  }
}
