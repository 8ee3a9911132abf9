import type { RequestRecord } from '#deploy/telegram/requests.ts';

/** Where arrivals are in doubt by seconds, only a longer time can show that too many came. */
const SECONDS = [1, 2, 4, 8, 16, 32, 64];

/**
 * By how many the arrivals of any second exceed `limit`, or those of several seconds the limit of as many. Only what
 * certainly came within the time counts: the simulator stamps a request when its process comes to it.
 */
export function overBudget(requests: readonly RequestRecord[], limit: number): number {
  const counted = requests.filter((request) => request.counted);
  const stampsMs = ascending(counted.map(({ monotonicMs }) => monotonicMs));
  const earliestMs = ascending(counted.map(({ monotonicMs, notBeforeMs = monotonicMs }) => notBeforeMs));
  const over = SECONDS.map((seconds) => mostWithin(seconds * 1000, stampsMs, earliestMs) - seconds * limit);
  return Math.max(0, ...over);
}

/** Those stamped up to the end of the time, without as many as can have come before it. Both in ascending order. */
function mostWithin(ms: number, stampsMs: readonly number[], earliestMs: readonly number[]): number {
  let before = 0;
  let most = 0;
  for (const [last, stampMs] of stampsMs.entries()) {
    while ((earliestMs[before] ?? stampMs) <= stampMs - ms) before++;
    most = Math.max(most, last + 1 - before);
  }
  return most;
}

const ascending = (instants: readonly number[]): number[] => instants.toSorted((a, b) => a - b);
