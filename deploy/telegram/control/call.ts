import { z } from 'zod';

export type Waiting = { timeoutMs?: number };

export const WAIT_MS = 60_000;
/** One long poll of a wait; the client asks again until its own time is over. */
const POLL_MS = 5_000;

/** How long the next poll of a wait may take. @param deadline by `performance.now()` */
export function pollTime(deadline: number): number {
  return Math.max(0, Math.min(POLL_MS, Math.round(deadline - performance.now())));
}

/** A request to the simulator's control. Rejects with the simulator's own words. */
export type Call = <T>(
  method: 'GET' | 'POST',
  path: string,
  shape: z.ZodType<T>,
  body?: unknown,
) => Promise<T>;

export function caller(url: string): Call {
  return async (method, path, shape, body) => {
    const response = await fetch(`${url}/control${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const answer: unknown = await response.json();
    if (response.ok) return shape.parse(answer);
    const { error } = z.object({ error: z.string() }).parse(answer);
    throw new Error(`simulator refused ${method} ${path}: ${error}`);
  };
}
