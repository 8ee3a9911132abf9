import fc from 'fast-check';
import { expect, it } from 'vitest';
import { count, emptyHistogram, merged, quantile, RELATIVE_ERROR } from '#deploy/capacity/histogram.ts';

const durations = fc.array(fc.integer({ min: 0, max: 172_800_000 }), { minLength: 1, maxLength: 300 });
const shares = fc.constantFrom(0, 0.5, 0.95, 0.99, 1);

function histogramOf(values: readonly number[]) {
  const histogram = emptyHistogram();
  for (const value of values) count(histogram, value);
  return histogram;
}

it('quantiles are those of the sorted values, within the stated error', () => {
  fc.assert(
    fc.property(durations, shares, (values, share) => {
      const sorted = values.toSorted((a, b) => a - b);
      const exact = sorted[Math.max(1, Math.ceil(share * sorted.length)) - 1] ?? Number.NaN;
      const found = quantile(histogramOf(values), share) ?? Number.NaN;
      expect(Math.abs(found - exact)).toBeLessThanOrEqual(exact * RELATIVE_ERROR);
    }),
  );
});

it('merging is counting together, and the greatest is exact', () => {
  fc.assert(
    fc.property(durations, durations, (some, others) => {
      const all = histogramOf([...some, ...others]);
      expect(merged([histogramOf(some), histogramOf(others)])).toEqual(all);
      expect(all.most).toBe(Math.max(...some, ...others));
    }),
  );
});

it('of nothing there is no quantile', () => {
  expect(quantile(emptyHistogram(), 0.5)).toBeUndefined();
});
