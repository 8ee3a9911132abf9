import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bookSlots, FURTHEST_MS, initialState, type LiveRates } from '#services/platform/rate-limit/slots.ts';
import { fromStored, toStored } from '#services/platform/rate-limit/stored-state.ts';
import { mostInASecond } from './sliding-second.ts';
import { anyRates, anySteps, EPSILON_MS, NOW, request, slotsOf } from './slot-requests.ts';

const anyChanges = fc.array(fc.record({ live: fc.option(anyRates, { nil: undefined }), steps: anySteps }), {
  minLength: 2,
  maxLength: 4,
});

test('property: no second has more than the higher of two rates at a change, and after what was booked before no more than the new one', () => {
  fc.assert(
    fc.property(anyRates, anyChanges, (configured, changes) => {
      let state = initialState(NOW, configured);
      let nowMs = NOW;
      let before: { whole: number; slots: number[] } = { whole: 0, slots: [] };
      for (const { live, steps } of changes) {
        const changedMs = nowMs;
        const inForce = live ?? configured;
        state = { ...state, live: live && { ...live, sinceMs: nowMs } };
        const slots: number[] = [];
        for (const { afterMs, requests } of steps) {
          nowMs += afterMs;
          const booked = bookSlots(state, nowMs, requests, configured);
          state = booked.state;
          slots.push(...slotsOf(booked.grants));
        }
        const settled = slots.filter((ms) => ms >= changedMs + FURTHEST_MS);
        expect(mostInASecond(slots, EPSILON_MS)).toBeLessThanOrEqual(inForce.whole);
        expect(mostInASecond(settled, EPSILON_MS)).toBeLessThanOrEqual(inForce.whole);
        const together = mostInASecond([...before.slots, ...slots], EPSILON_MS);
        expect(together).toBeLessThanOrEqual(Math.max(inForce.whole, before.whole));
        before = { whole: inForce.whole, slots };
      }
    }),
    { numRuns: 500 },
  );
});

test('what is set is stored with the state, and only as a setting could have it', () => {
  const live: LiveRates = { whole: 20, bulk: 17, sinceMs: NOW };
  const { state } = bookSlots({ ...initialState(NOW, live), live }, NOW, [request('reply', '7')], live);
  const stored = toStored(state);
  expect(fromStored(stored)?.live).toEqual(live);
  for (const whole of [0, 0.5, 1001, '"20"', null])
    expect(
      fromStored(stored.replace('"live":{"whole":20', `"live":{"whole":${whole}`)),
      `${whole}`,
    ).toBeUndefined();
});
