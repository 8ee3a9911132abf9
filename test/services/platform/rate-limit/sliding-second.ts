/** The most of `instants` (ms) that fall into any half-open second. */
export function mostInASecond(instants: readonly number[], roundingMs = 0.01): number {
  const sorted = instants.toSorted((a, b) => a - b);
  let most = 0;
  for (let last = 0, first = 0; last < sorted.length; last++) {
    while ((sorted[last] ?? 0) - (sorted[first] ?? 0) >= 1000 - roundingMs) first++;
    most = Math.max(most, last - first + 1);
  }
  return most;
}
