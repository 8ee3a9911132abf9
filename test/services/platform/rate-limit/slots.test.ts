import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bookSlots, initialState, type ReservationRequest } from '#services/platform/rate-limit/slots.ts';
import { mostInASecond } from './sliding-second.ts';
import {
  anyRates,
  anySteps,
  EPSILON_MS,
  NOW,
  request,
  requests,
  run,
  SHIPPED,
  slotOf,
  slotsOf,
} from './slot-requests.ts';

describe('slots', () => {
  test('property: no more than the rate in any second, no more than the bulk share of bulk, none in the past', () => {
    fc.assert(
      fc.property(anyRates, anySteps, (rates, steps) => {
        const booked = run(steps, rates);
        const all = booked.map(({ slotMs }) => slotMs);
        const bulk = booked.filter(({ lane }) => lane === 'bulk').map(({ slotMs }) => slotMs);
        expect(mostInASecond(all)).toBeLessThanOrEqual(rates.whole);
        expect(mostInASecond(bulk)).toBeLessThanOrEqual(rates.bulk + 1);
        for (const { slotMs, bookedMs } of booked)
          expect(slotMs).toBeGreaterThanOrEqual(bookedMs - EPSILON_MS);
      }),
      { numRuns: 500 },
    );
  });

  test('a message in an idle system leaves at once, whatever was before', () => {
    fc.assert(
      fc.property(anySteps, fc.integer({ min: 1001, max: 100_000 }), (steps, quietMs) => {
        const booked = run([...steps, { afterMs: quietMs + 40, requests: [request('reply')] }]);
        const last = booked.at(-1);
        expect((last?.slotMs ?? 0) - (last?.bookedMs ?? 0)).toBeLessThan(EPSILON_MS);
      }),
    );
  });

  test('bulk leaves an idle row at once and any other soon, however small its share', () => {
    for (const whole of [0.2, 1, 1.6, 2, 4, 10, 28]) {
      for (const bulk of [0.2, 0.5, 1, whole].filter((rate) => rate <= whole)) {
        const rates = { whole, bulk };
        const idle = bookSlots(initialState(0, rates), 60_000, [{ lane: 'bulk' }], rates);
        expect(idle.grants).toEqual([{ slotMs: 60_000 }]);
        const [next] = bookSlots(idle.state, 60_000 + 1000 / bulk, [{ lane: 'bulk' }], rates).grants;
        expect(next).toEqual({ slotMs: expect.closeTo(60_000 + 1000 / bulk, 3) });
      }
    }
  });

  test('property: also who takes long to get ready has a slot soon, whatever the rates', () => {
    fc.assert(
      fc.property(anyRates, anySteps, fc.integer({ min: 0, max: 1000 }), (rates, steps, preparationMs) => {
        let state = initialState(NOW, rates);
        let nowMs = NOW;
        for (const { afterMs, requests } of steps) {
          nowMs += afterMs;
          state = bookSlots(state, nowMs, requests, rates).state;
        }
        const lastMs = nowMs + 1000 / rates.bulk + 2000;
        const tries = Array.from({ length: 200 }, (_, i) => nowMs + ((lastMs - nowMs) * i) / 199);
        const isBooked = (atMs: number) =>
          slotsOf(bookSlots(state, atMs, [{ lane: 'bulk', preparationMs }], rates).grants).length > 0;
        expect(tries.some(isBooked)).toBe(true);
      }),
    );
  });

  test('a bulk backlog uses the bulk share and replies the rest', () => {
    const steps = Array.from({ length: 400 }, () => ({
      afterMs: 25,
      requests: [...requests('reply', 5), ...requests('bulk', 30)],
    }));
    const booked = run(steps).filter(({ slotMs }) => slotMs < NOW + 10_000);
    expect(booked.length).toBeGreaterThanOrEqual(278);
    expect(booked.length).toBeLessThanOrEqual(281);
    const onlyBulk = run(steps.map(({ afterMs }) => ({ afterMs, requests: requests('bulk', 30) }))).filter(
      ({ slotMs }) => slotMs < NOW + 10_000,
    );
    expect(onlyBulk.length).toBeGreaterThanOrEqual(248);
    expect(onlyBulk.length).toBeLessThanOrEqual(251);
  });

  test('bulk that comes one by one, each just behind the last, has its share too', () => {
    let state = initialState(NOW, SHIPPED);
    let nowMs = NOW;
    let booked = 0;
    for (; nowMs < NOW + 10_000; booked++) {
      const result = bookSlots(state, nowMs, [request('bulk')], SHIPPED);
      state = result.state;
      nowMs = (slotOf(result.grants[0]) ?? nowMs) + 36;
    }
    expect(booked).toBeGreaterThan(240);
    expect(booked).toBeLessThanOrEqual(251);
  });

  test('replies have the whole budget when there is no bulk', () => {
    const steps = Array.from({ length: 400 }, () => ({ afterMs: 25, requests: requests('reply', 5) }));
    const booked = run(steps).filter(({ slotMs }) => slotMs < NOW + 10_000);
    expect(booked.length).toBeGreaterThanOrEqual(278);
  });

  test('behind a full bulk backlog a reply waits at most 360 ms, and the twentieth at once at most 1.2 s', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2000 }), fc.integer({ min: 1, max: 50 }), (atMs, everyMs) => {
        const backlog = Array.from({ length: Math.ceil(atMs / everyMs) }, () => ({
          afterMs: everyMs,
          requests: requests('bulk', 100),
        }));
        const replies = run([...backlog, { afterMs: 0, requests: requests('reply', 20) }]).filter(
          ({ lane }) => lane === 'reply',
        );
        const waits = replies.map(({ slotMs, bookedMs }) => slotMs - bookedMs);
        expect(waits[0]).toBeLessThanOrEqual(360);
        expect(waits.at(-1)).toBeLessThanOrEqual(1200);
      }),
    );
  });

  test('bulk is booked half a second ahead at most, and says when to come again', () => {
    const { grants } = bookSlots(initialState(NOW, SHIPPED), NOW, requests('bulk', 40), SHIPPED);
    const slots = slotsOf(grants);
    expect(Math.max(...slots)).toBeLessThanOrEqual(NOW + 500);
    expect(slots.length).toBeGreaterThanOrEqual(12);
    const refused = grants.at(-1);
    expect(refused).toMatchObject({ because: 'lane' });
    expect(refused && 'againAtMs' in refused ? refused.againAtMs - NOW : 0).toBeCloseTo(270, -2);
  });

  test('a slot that lapsed does not hold its chat back, but nothing takes an earlier one in its place', () => {
    const first = bookSlots(initialState(NOW, SHIPPED), NOW, [request('reply', '7')], SHIPPED);
    const lapsedMs = slotOf(first.grants[0]) ?? Number.NaN;
    const instead: ReservationRequest = { lane: 'reply', chatId: '7', lapsedMs };
    const second = bookSlots(first.state, NOW + 50, [instead], SHIPPED);
    expect(slotsOf(second.grants)).toEqual([NOW + 50]);
    const stale = bookSlots(second.state, NOW + 100, [instead], SHIPPED);
    expect(stale.grants).toEqual([{ againAtMs: NOW + 1050, because: 'chat' }]);
    const reserve = { ...first.state, chats: new Map([['7', NOW + 500]]) };
    const earlier = bookSlots(reserve, NOW + 50, [{ ...instead, lapsedMs: NOW + 500 }], SHIPPED);
    expect(earlier.grants).toEqual([{ againAtMs: NOW + 1500, because: 'chat' }]);
  });

  test('who takes long to get ready has no slot before, and replies have those that are passed over', () => {
    const slowRequest: ReservationRequest = { lane: 'bulk', preparationMs: 600 };
    const slow = bookSlots(initialState(NOW, SHIPPED), NOW, [slowRequest, slowRequest], SHIPPED);
    expect(Math.min(...slotsOf(slow.grants))).toBeGreaterThanOrEqual(NOW + 600);
    expect(Math.max(...slotsOf(slow.grants))).toBeLessThan(NOW + 700);
    const replies = bookSlots(slow.state, NOW + 1, requests('reply', 2), SHIPPED);
    expect(Math.max(...slotsOf(replies.grants))).toBeLessThan(NOW + 600);
    const full = bookSlots(initialState(NOW, SHIPPED), NOW, Array(40).fill(slowRequest), SHIPPED);
    expect(slotsOf(full.grants)).toHaveLength(12);
    expect(full.grants.at(-1)).toMatchObject({ because: 'lane' });
  });

  test('one chat has at most one slot a second, from either lane, and others pass it', () => {
    const first = bookSlots(initialState(NOW, SHIPPED), NOW, [request('reply', '7')], SHIPPED);
    const later = bookSlots(first.state, NOW + 100, [request('bulk', '7'), request('bulk', '8')], SHIPPED);
    expect(later.grants[0]).toEqual({ againAtMs: NOW + 1000, because: 'chat' });
    expect(slotOf(later.grants[1])).toBeLessThan(NOW + 200);
    const again = bookSlots(later.state, NOW + 1000, [request('bulk', '7'), request('reply', '7')], SHIPPED);
    expect(slotOf(again.grants[0])).toBeGreaterThanOrEqual(NOW + 1000);
    expect(again.grants[1]).toMatchObject({ because: 'chat' });
    expect(new Set(again.state.chats.keys())).toEqual(new Set(['7', '8']));
  });

  test('a changed rate begins behind what was booked', () => {
    const first = bookSlots(initialState(NOW, SHIPPED), NOW, requests('bulk', 40), SHIPPED);
    const faster = bookSlots(first.state, NOW, requests('reply', 1), { whole: 1000, bulk: 900 });
    const lastMs = Math.max(...slotsOf(first.grants));
    expect(slotOf(faster.grants[0])).toBeGreaterThan(lastMs);
    expect(slotOf(faster.grants[0])).toBeLessThan(lastMs + 80);
  });
});
