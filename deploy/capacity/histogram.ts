/** Values below this have a bucket each. Above, each doubling is divided into {@link HALF} buckets. */
const EXACT = 256;
const HALF = EXACT / 2;
const DOUBLINGS = 26;

/** A quantile of a {@link Histogram} is off by at most this part of itself. */
export const RELATIVE_ERROR = 1 / EXACT;

/**
 * Counts of durations, in whole milliseconds up to two days, in log-linear buckets: 27 KB however many are counted.
 */
export type Histogram = { counts: Float64Array; total: number; most: number };

export function emptyHistogram(): Histogram {
  return { counts: new Float64Array(EXACT + DOUBLINGS * HALF), total: 0, most: 0 };
}

/** Adds one duration; negative ones count as 0. */
export function count(histogram: Histogram, ms: number): void {
  const value = Math.max(0, Math.round(ms));
  const bucket = bucketOf(value);
  histogram.counts[bucket] = (histogram.counts[bucket] ?? 0) + 1;
  histogram.total++;
  if (value > histogram.most) histogram.most = value;
}

export function merged(histograms: readonly Histogram[]): Histogram {
  const all = emptyHistogram();
  for (const { counts, total, most } of histograms) {
    for (const [bucket, n] of counts.entries()) all.counts[bucket] = (all.counts[bucket] ?? 0) + n;
    all.total += total;
    all.most = Math.max(all.most, most);
  }
  return all;
}

/** The smallest duration that `share` (0 to 1) of all do not exceed. Undefined when nothing was counted. */
export function quantile(histogram: Histogram, share: number): number | undefined {
  if (histogram.total === 0) return undefined;
  const rank = Math.max(1, Math.ceil(share * histogram.total));
  let seen = 0;
  for (const [bucket, n] of histogram.counts.entries()) {
    seen += n;
    if (seen >= rank) return Math.min(histogram.most, middleOf(bucket));
  }
  return histogram.most;
}

function bucketOf(value: number): number {
  if (value < EXACT) return value;
  const doubling = Math.min(DOUBLINGS, Math.floor(Math.log2(value)) - Math.log2(HALF));
  return doubling * HALF + Math.floor(value / 2 ** doubling);
}

function middleOf(bucket: number): number {
  if (bucket < EXACT) return bucket;
  const doubling = Math.floor(bucket / HALF) - 1;
  const lowest = (bucket - doubling * HALF) * 2 ** doubling;
  return lowest + (2 ** doubling - 1) / 2;
}
