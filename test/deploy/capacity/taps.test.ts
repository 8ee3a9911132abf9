import fc from 'fast-check';
import { expect, it } from 'vitest';
import { openTaps } from '#deploy/capacity/taps.ts';

/** From two seconds after its delivery, and within these. */
const LATEST_MS = 8_001_000;

it('taps each delivered reminder once, in time, in the order of the taps', () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 600_000 }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(gaps, fc.nat(), (pauses, seed) => {
      const taps = openTaps(1, seed);
      const tapped: number[] = [];
      let nowMs = 1_795_000_000_000;
      const playUntil = (untilMs: number) => {
        for (let at = taps.nextMs(nowMs); at <= untilMs; at = taps.nextMs(at)) {
          for (let n = taps.waiting(at); n > 0; n--) tapped.push(taps.take());
          nowMs = at;
        }
        nowMs = untilMs;
      };
      const delivered: number[] = [];
      for (const pause of pauses) {
        playUntil(nowMs + pause);
        delivered.push(nowMs);
        taps.follow(nowMs);
      }
      playUntil(nowMs + LATEST_MS);
      expect(tapped).toHaveLength(delivered.length);
      expect(tapped).toEqual(tapped.toSorted((a, b) => a - b));
      const first = delivered[0] ?? 0;
      for (const at of tapped) expect(at).toBeGreaterThanOrEqual(first + 1_000);
      expect(taps.nextMs(nowMs)).toBe(Number.POSITIVE_INFINITY);
    }),
  );
});

it('taps the given share of them', () => {
  const taps = openTaps(0.3, 1);
  for (let i = 0; i < 10_000; i++) taps.follow(i * 100);
  const share = taps.waiting(20_000_000) / 10_000;
  expect(share).toBeGreaterThan(0.28);
  expect(share).toBeLessThan(0.32);
});
