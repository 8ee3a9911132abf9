import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pause } from '#services/platform/rate-limit/pauses.ts';
import {
  bookSlots,
  initialState,
  isSetBack,
  type LimiterState,
  type ReservationRequest,
} from '#services/platform/rate-limit/slots.ts';
import { mostInASecond } from './sliding-second.ts';
import { anySteps, EPSILON_MS, NOW, request, requests, SHIPPED, slotOf, slotsOf } from './slot-requests.ts';

describe("the server's clock is set back", () => {
  const HOUR_MS = 3_600_000;

  /** Goes on after the clock was set back by `backMs`. Slots are in real time. */
  function goOn(
    state: LimiterState,
    realMs: number,
    backMs: number,
    steps: { afterMs: number; requests: ReservationRequest[] }[],
  ) {
    const slots: number[] = [];
    for (const { afterMs, requests } of steps) {
      realMs += afterMs;
      const result = bookSlots(state, realMs - backMs, requests, SHIPPED);
      state = result.state;
      slots.push(...slotsOf(result.grants).map((slotMs) => slotMs + backMs));
    }
    return slots;
  }

  test('property: what was booked before and what is booked after never exceed the rate together', () => {
    fc.assert(
      fc.property(anySteps, anySteps, fc.integer({ min: 0, max: 2 * HOUR_MS }), (before, after, backMs) => {
        let state = initialState(NOW, SHIPPED);
        let nowMs = NOW;
        const slots: number[] = [];
        for (const { afterMs, requests } of before) {
          nowMs += afterMs;
          const result = bookSlots(state, nowMs, requests, SHIPPED);
          state = result.state;
          slots.push(...slotsOf(result.grants));
        }
        slots.push(...goOn(state, nowMs, backMs, after));
        expect(mostInASecond(slots, EPSILON_MS)).toBeLessThanOrEqual(SHIPPED.whole + 1);
      }),
      { numRuns: 500 },
    );
  });

  test('sending goes on within four seconds', () => {
    const { state } = bookSlots(initialState(NOW, SHIPPED), NOW, requests('bulk', 40), SHIPPED);
    const steps = Array.from({ length: 300 }, () => ({ afterMs: 10, requests: requests('bulk', 1) }));
    const [first = Number.POSITIVE_INFINITY] = goOn(state, NOW, HOUR_MS, steps);
    expect(first).toBeGreaterThan(NOW + 3000);
    expect(first).toBeLessThan(NOW + 4000);
  });

  test('what is known of pauses and chats is set back with it', () => {
    const { state } = bookSlots(initialState(NOW, SHIPPED), NOW, [request('bulk', '7')], SHIPPED);
    const atMs = NOW - HOUR_MS;
    const result = bookSlots(
      pause(state, NOW, { forMs: 60_000, because: '429' }),
      atMs,
      [request('reply')],
      SHIPPED,
    );
    expect(isSetBack(state, result.state)).toBe(true);
    expect(result.grants).toEqual([{ againAtMs: atMs + 63_000, because: 'lane' }]);
    expect(result.state.chats).toEqual(new Map([['7', atMs + 3000]]));
    expect(isSetBack(result.state, bookSlots(result.state, atMs, [request('reply')], SHIPPED).state)).toBe(
      false,
    );
  });

  test('rows with a slot in five seconds are as ever', () => {
    const slow = { whole: 0.2, bulk: 0.2 };
    const { state } = bookSlots(initialState(NOW, slow), NOW, [request('bulk')], slow);
    const [grant] = bookSlots(state, NOW + 1, [request('bulk')], slow).grants;
    expect(grant).toMatchObject({ because: 'lane' });
    expect(isSetBack(state, bookSlots(state, NOW + 1, [request('bulk')], slow).state)).toBe(false);
  });
});

describe('a 429', () => {
  const paused = (state: LimiterState, atMs: number, retryMs: number) =>
    pause(state, atMs, { forMs: retryMs, because: '429' });

  test('stops both lanes until retry_after has passed, and only then', () => {
    const state = paused(initialState(NOW, SHIPPED), NOW, 3000);
    const during = bookSlots(state, NOW + 2999, [request('reply'), request('bulk')], SHIPPED);
    const refusal = { againAtMs: NOW + 3000, because: 'lane' };
    expect(during).toEqual({ state, grants: [refusal, refusal] });
    expect(slotOf(bookSlots(state, NOW + 3000, [request('reply')], SHIPPED).grants[0])).toBe(NOW + 3000);
  });

  test('takes a fifth of the rate, once for a pause, and gives it back in a minute', () => {
    const once = paused(initialState(NOW, SHIPPED), NOW, 1000);
    const twice = paused(once, NOW + 10, 5000);
    expect(once.share).toBe(0.8);
    expect(twice).toEqual({ ...once, pausedUntilMs: NOW + 5010 });
    expect(paused(twice, NOW + 20, 1000)).toEqual(twice);
    const rateAt = (atMs: number) => bookSlots(twice, atMs, [request('reply')], SHIPPED).state.whole;
    const afterMs = (ms: number) => rateAt(NOW + 5010 + ms) / SHIPPED.whole;
    expect([0, 14_999, 15_000, 45_000, 60_000, 600_000].map(afterMs)).toEqual([
      expect.closeTo(0.8),
      expect.closeTo(0.8),
      expect.closeTo(0.85),
      expect.closeTo(0.95),
      1,
      1,
    ]);
  });

  test('again and again never takes more than four fifths', () => {
    let state = initialState(NOW, SHIPPED);
    for (let i = 0; i < 20; i++) state = paused(state, NOW + i * 2000, 1000);
    expect(state.share).toBe(0.2);
    const booked = bookSlots(state, NOW + 60_000, requests('reply', 10), SHIPPED);
    expect(slotsOf(booked.grants).length).toBeGreaterThan(4);
  });
});
