import { z } from 'zod';

/** Requests of one person in any minute. */
export const REQUESTS_A_MINUTE = 30;
export const WINDOW_MS = 60_000;

const Request = z.tuple([z.int(), z.number()]);

/** The last minute of one person: `[update id, epoch ms]` of what was let through, and of the request told to wait. */
export const Quota = z.object({ taken: z.array(Request), told: Request.optional() });
export type Quota = z.infer<typeof Quota>;

export type Verdict = 'admitted' | 'told' | 'silenced';

/** When a person who is not answered has room again, epoch ms. */
export const roomAtMs = ({ taken }: Quota): number => (taken[0]?.[1] ?? Number.NEGATIVE_INFINITY) + WINDOW_MS;

export const FRESH: Quota = { taken: [] };

/**
 * A sliding window: 30 requests in any 60 seconds are let through; the first beyond them is told to wait, and the
 * others are not answered until there is room again. An update that comes again gets the verdict it got first.
 */
export function decide(quota: Quota, updateId: number, atMs: number): { quota: Quota; verdict: Verdict } {
  // One of a clock that was ahead must not count until its time comes.
  const taken = quota.taken.filter(([, at]) => Math.abs(at - atMs) < WINDOW_MS);
  if (taken.some(([id]) => id === updateId)) return { quota, verdict: 'admitted' };
  if (quota.told?.[0] === updateId) return { quota, verdict: 'told' };
  if (taken.length < REQUESTS_A_MINUTE) {
    return { quota: { taken: [...taken, [updateId, atMs]] }, verdict: 'admitted' };
  }
  if (quota.told) return { quota, verdict: 'silenced' };
  return { quota: { taken, told: [updateId, atMs] }, verdict: 'told' };
}
