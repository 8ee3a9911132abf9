import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bookSlots,
  type Grant,
  initialState,
  isSetBack,
  type Lane,
  type LimiterState,
  pause,
  type Rates,
  type ReservationRequest,
} from '#services/platform/rate-limit/slots.ts';
import { mostInASecond } from './sliding-second.ts';

const NOW = 1_800_000_000_000;
const SHIPPED: Rates = { whole: 28, bulk: 25 };
const EPSILON_MS = 0.01;

type Booked = { lane: Lane; slotMs: number; bookedMs: number };

const want = (lane: Lane, chatId?: string): ReservationRequest =>
  chatId === undefined ? { lane } : { lane, chatId };
const requests = (lane: Lane, n: number): ReservationRequest[] => Array.from({ length: n }, () => want(lane));
const slotOf = (grant: Grant | undefined): number | undefined =>
  grant && 'slotMs' in grant ? grant.slotMs : undefined;
const slotsOf = (grants: Grant[]): number[] => grants.flatMap((grant) => slotOf(grant) ?? []);

function run(steps: { afterMs: number; requests: ReservationRequest[] }[], rates = SHIPPED): Booked[] {
  let state = initialState(NOW, rates);
  let nowMs = NOW;
  const booked: Booked[] = [];
  for (const step of steps) {
    nowMs += step.afterMs;
    const result = bookSlots(state, nowMs, step.requests, rates);
    state = result.state;
    for (const [i, grant] of result.grants.entries()) {
      const slotMs = slotOf(grant);
      if (slotMs !== undefined)
        booked.push({ lane: step.requests[i]?.lane ?? 'bulk', slotMs, bookedMs: nowMs });
    }
  }
  return booked;
}

const anyRates = fc
  .record({ whole: fc.integer({ min: 1, max: 1000 }), bulk: fc.integer({ min: 1, max: 1000 }) })
  .map(({ whole, bulk }) => ({ whole, bulk: Math.min(whole, bulk) }));
const anySteps = fc.array(
  fc.record({
    afterMs: fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 3000 })),
    requests: fc.array(
      fc.constantFrom<Lane>('reply', 'bulk').map((lane) => want(lane)),
      { maxLength: 60 },
    ),
  }),
  { maxLength: 60 },
);

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
        const booked = run([...steps, { afterMs: quietMs + 40, requests: [want('reply')] }]);
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
        const [soon] = bookSlots(idle.state, 60_000 + 1000 / bulk, [{ lane: 'bulk' }], rates).grants;
        expect(soon).toEqual({ slotMs: expect.closeTo(60_000 + 1000 / bulk, 3) });
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
      const result = bookSlots(state, nowMs, [want('bulk')], SHIPPED);
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
    const first = bookSlots(initialState(NOW, SHIPPED), NOW, [want('reply', '7')], SHIPPED);
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
    const wish: ReservationRequest = { lane: 'bulk', preparationMs: 600 };
    const slow = bookSlots(initialState(NOW, SHIPPED), NOW, [wish, wish], SHIPPED);
    expect(Math.min(...slotsOf(slow.grants))).toBeGreaterThanOrEqual(NOW + 600);
    expect(Math.max(...slotsOf(slow.grants))).toBeLessThan(NOW + 700);
    const replies = bookSlots(slow.state, NOW + 1, requests('reply', 2), SHIPPED);
    expect(Math.max(...slotsOf(replies.grants))).toBeLessThan(NOW + 600);
    const full = bookSlots(initialState(NOW, SHIPPED), NOW, Array(40).fill(wish), SHIPPED);
    expect(slotsOf(full.grants)).toHaveLength(12);
    expect(full.grants.at(-1)).toMatchObject({ because: 'lane' });
  });

  test('one chat has at most one slot a second, from either lane, and others pass it', () => {
    const first = bookSlots(initialState(NOW, SHIPPED), NOW, [want('reply', '7')], SHIPPED);
    const later = bookSlots(first.state, NOW + 100, [want('bulk', '7'), want('bulk', '8')], SHIPPED);
    expect(later.grants[0]).toEqual({ againAtMs: NOW + 1000, because: 'chat' });
    expect(slotOf(later.grants[1])).toBeLessThan(NOW + 200);
    const again = bookSlots(later.state, NOW + 1000, [want('bulk', '7'), want('reply', '7')], SHIPPED);
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
    const { state } = bookSlots(initialState(NOW, SHIPPED), NOW, [want('bulk', '7')], SHIPPED);
    const atMs = NOW - HOUR_MS;
    const result = bookSlots(pause(state, NOW, 60_000), atMs, [want('reply')], SHIPPED);
    expect(isSetBack(state, result.state)).toBe(true);
    expect(result.grants).toEqual([{ againAtMs: atMs + 63_000, because: 'lane' }]);
    expect(result.state.chats).toEqual(new Map([['7', atMs + 3000]]));
    expect(isSetBack(result.state, bookSlots(result.state, atMs, [want('reply')], SHIPPED).state)).toBe(
      false,
    );
  });

  test('rows with a slot in five seconds are as ever', () => {
    const slow = { whole: 0.2, bulk: 0.2 };
    const { state } = bookSlots(initialState(NOW, slow), NOW, [want('bulk')], slow);
    const [grant] = bookSlots(state, NOW + 1, [want('bulk')], slow).grants;
    expect(grant).toMatchObject({ because: 'lane' });
    expect(isSetBack(state, bookSlots(state, NOW + 1, [want('bulk')], slow).state)).toBe(false);
  });
});

describe('a 429', () => {
  const paused = (state: LimiterState, atMs: number, retryMs: number) => pause(state, atMs, retryMs);

  test('stops both lanes until retry_after has passed, and only then', () => {
    const state = paused(initialState(NOW, SHIPPED), NOW, 3000);
    const during = bookSlots(state, NOW + 2999, [want('reply'), want('bulk')], SHIPPED);
    const refusal = { againAtMs: NOW + 3000, because: 'lane' };
    expect(during).toEqual({ state, grants: [refusal, refusal] });
    expect(slotOf(bookSlots(state, NOW + 3000, [want('reply')], SHIPPED).grants[0])).toBe(NOW + 3000);
  });

  test('takes a fifth of the rate, once for a pause, and gives it back in a minute', () => {
    const once = paused(initialState(NOW, SHIPPED), NOW, 1000);
    const twice = paused(once, NOW + 10, 5000);
    expect(once.share).toBe(0.8);
    expect(twice).toEqual({ ...once, pausedUntilMs: NOW + 5010 });
    expect(paused(twice, NOW + 20, 1000)).toEqual(twice);
    const rateAt = (atMs: number) => bookSlots(twice, atMs, [want('reply')], SHIPPED).state.whole;
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
