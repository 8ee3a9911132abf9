import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buckets, streams } from '#contracts/streams.ts';
import { type Claimant, divide } from '#deploy/provision/shares.ts';

const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);

test('the shares of all streams and buckets make up no more than the whole', () => {
  const shares = [...streams, ...buckets].map(({ sharePerMille }) => sharePerMille);
  expect(sum(shares)).toBeLessThanOrEqual(1000);
  expect(Math.min(...shares)).toBeGreaterThan(0);
});

test('what is stored is divided by the shares, and a stream beyond its share takes from the others', () => {
  const three = (storedBytes: number): Claimant[] => [
    { name: 'a', sharePerMille: 500, storedBytes },
    { name: 'b', sharePerMille: 300, storedBytes: 0 },
    { name: 'c', sharePerMille: 200, storedBytes: 0 },
  ];
  expect(Object.fromEntries(divide(1000, three(0)))).toEqual({ a: 500, b: 300, c: 200 });
  expect(Object.fromEntries(divide(1000, three(600)))).toEqual({ a: 751, b: 149, c: 99 });
});

test('each gets room for what it holds; together they get no more than there is, unless they hold more', () => {
  const claimants = fc
    .array(fc.record({ sharePerMille: fc.integer({ min: 1, max: 400 }), storedBytes: fc.nat(2 ** 40) }), {
      minLength: 1,
      maxLength: 20,
    })
    .map((parts) => parts.map((part, i): Claimant => ({ name: `stream ${i}`, ...part })));
  fc.assert(
    fc.property(claimants, fc.nat(2 ** 42), (all, totalBytes) => {
      const limits = divide(totalBytes, all);
      expect(limits.size).toBe(all.length);
      for (const { name, storedBytes } of all) {
        expect(limits.get(name)).toBeGreaterThan(storedBytes);
        expect(Number.isInteger(limits.get(name))).toBe(true);
      }
      const needed = sum(all.map(({ storedBytes }) => Math.ceil(storedBytes * 1.25) + 1));
      expect(sum(limits.values())).toBeLessThanOrEqual(Math.max(totalBytes, needed));
    }),
    { numRuns: 2_000 },
  );
});
