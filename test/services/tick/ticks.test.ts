import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CATCH_UP_MINUTES } from '#contracts/ticks.ts';
import type { EpochMinute } from '#contracts/time.ts';
import { aheadMs, missingMinutes, SETTLE_MS, untilNextMs } from '#services/tick/ticks.ts';
import { asMinute } from '#test/support/ids.ts';

const MINUTE = 60_000;
const START = asMinute(29_000_000);
const HOUR = 60 * MINUTE;
/** Steps of the clock: up to three minutes that pass, and leaps of an hour and a day both ways. */
const step = fc.oneof(
  fc.integer({ min: 1, max: 3 * MINUTE }),
  fc.constantFrom(HOUR, -HOUR, 24 * HOUR, -24 * HOUR),
);

describe('missing minutes', () => {
  it('begin with the current one', () => {
    expect(missingMinutes(undefined, START * MINUTE + SETTLE_MS)).toEqual({ minutes: [START], skipped: 0 });
    expect(missingMinutes(undefined, START * MINUTE + SETTLE_MS - 1)).toEqual({
      minutes: [START - 1],
      skipped: 0,
    });
  });

  it.each([
    ['none before the next minute', START, START * MINUTE + 59_999, []],
    ['the next when it has begun', START, (START + 1) * MINUTE + SETTLE_MS, [START + 1]],
    ['all after downtime', START, (START + 3) * MINUTE + 5_000, [START + 1, START + 2, START + 3]],
    ['none after a step backwards', START, (START - 60) * MINUTE, []],
  ])('%s', (_name, last, nowMs, minutes) => {
    expect(missingMinutes(asMinute(last), nowMs)).toEqual({ minutes, skipped: 0 });
  });

  it('go back seven days and say how many they leave out', () => {
    const { minutes, skipped } = missingMinutes(START, (START + CATCH_UP_MINUTES + 5) * MINUTE + SETTLE_MS);
    expect([minutes.length, minutes[0], minutes.at(-1), skipped]).toEqual([
      CATCH_UP_MINUTES,
      START + 6,
      START + 5 + CATCH_UP_MINUTES,
      5,
    ]);
  });

  it('however the clock is stepped, give every minute once and in order, and none before it begins', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let nowMs = START * MINUTE;
        let latestMs = 0;
        const published: EpochMinute[] = [];
        for (const each of steps) {
          nowMs += each;
          latestMs = Math.max(latestMs, nowMs);
          const { minutes } = missingMinutes(published.at(-1), nowMs);
          for (const minute of minutes) expect(minute * MINUTE).toBeLessThanOrEqual(nowMs - SETTLE_MS);
          published.push(...minutes);
        }
        const first = published[0] ?? 0;
        expect(published).toEqual(published.map((_, i) => first + i));
        if (published.length > 0)
          expect(published.at(-1)).toBe(Math.max(first, Math.floor((latestMs - SETTLE_MS) / MINUTE)));
      }),
    );
  });
});

describe('waiting', () => {
  it('ends exactly when a minute is missing', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e12 }), (nowMs) => {
        const last = missingMinutes(undefined, nowMs).minutes[0];
        const wakeMs = nowMs + untilNextMs(nowMs);
        expect(missingMinutes(last, wakeMs).minutes).toHaveLength(1);
        expect(missingMinutes(last, wakeMs - 1).minutes).toHaveLength(0);
      }),
    );
  });

  it('says how far the last tick lies ahead', () => {
    expect(aheadMs(START, START * MINUTE - 5)).toBe(5);
    expect(aheadMs(START, START * MINUTE + 5)).toBe(0);
    expect(aheadMs(undefined, 0)).toBe(0);
  });
});
