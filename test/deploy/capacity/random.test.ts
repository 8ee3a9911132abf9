import fc from 'fast-check';
import { expect, it } from 'vitest';
import { picker, seeded } from '#deploy/capacity/random.ts';

it('the same seed and stream give the same numbers, others other ones', () => {
  const ten = (seed: number, stream: number) => {
    const random = seeded(seed, stream);
    return Array.from({ length: 10 }, () => random());
  };
  expect(ten(1, 1)).toEqual(ten(1, 1));
  expect(ten(1, 1)).not.toEqual(ten(2, 1));
  expect(ten(1, 1)).not.toEqual(ten(1, 2));
});

it('draws each index as often as its weight says, and never one of weight 0', () => {
  const weights = fc.array(fc.constantFrom(0, 0.1, 1, 2, 60), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(
      weights.filter((all) => all.some((weight) => weight > 0)),
      fc.nat(),
      (all, seed) => {
        const draws = 20_000;
        const random = seeded(seed, 1);
        const pick = picker(all);
        const drawn = all.map(() => 0);
        for (let i = 0; i < draws; i++) {
          const index = pick(random);
          drawn[index] = (drawn[index] ?? 0) + 1;
        }
        const total = all.reduce<number>((sum, weight) => sum + weight, 0);
        for (const [i, weight] of all.entries()) {
          const share = weight / total;
          const allowed = 6 * Math.sqrt((share * (1 - share)) / draws);
          expect(Math.abs((drawn[i] ?? 0) / draws - share)).toBeLessThanOrEqual(allowed);
        }
      },
    ),
    { numRuns: 50 },
  );
});
