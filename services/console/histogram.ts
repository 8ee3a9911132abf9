/** Durations by buckets whose bounds grow by a ninth each: a quantile is at most so much too high. */
export type Histogram = Map<number, number>;

const FIRST_MS = 100;
const STEPS_PER_DOUBLING = 6;

/** @param ms what is not positive counts into the first bucket, whose bound is 100 ms. */
export function count(histogram: Histogram, ms: number): void {
  const bucket = ms <= FIRST_MS ? 0 : Math.ceil(STEPS_PER_DOUBLING * Math.log2(ms / FIRST_MS));
  histogram.set(bucket, (histogram.get(bucket) ?? 0) + 1);
}

/** @returns the bound in ms below which `part` of all lie, or undefined without any. */
export function quantile(histogram: Histogram, part: number): number | undefined {
  const total = [...histogram.values()].reduce((sum, n) => sum + n, 0);
  let left = Math.max(1, Math.ceil(total * part));
  for (const [bucket, n] of [...histogram].sort(([a], [b]) => a - b)) {
    left -= n;
    if (left <= 0) return Math.round(FIRST_MS * 2 ** (bucket / STEPS_PER_DOUBLING));
  }
  return undefined;
}
