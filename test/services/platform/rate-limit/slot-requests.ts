import fc from 'fast-check';
import {
  bookSlots,
  type Grant,
  initialState,
  type Lane,
  type Rates,
  type ReservationRequest,
} from '#services/platform/rate-limit/slots.ts';

export const NOW = 1_800_000_000_000;
export const SHIPPED: Rates = { whole: 28, bulk: 25 };
export const EPSILON_MS = 0.01;

export type Booked = { lane: Lane; slotMs: number; bookedMs: number };

export const request = (lane: Lane, chatId?: string): ReservationRequest =>
  chatId === undefined ? { lane } : { lane, chatId };
export const requests = (lane: Lane, n: number): ReservationRequest[] =>
  Array.from({ length: n }, () => request(lane));
export const slotOf = (grant: Grant | undefined): number | undefined =>
  grant && 'slotMs' in grant ? grant.slotMs : undefined;
export const slotsOf = (grants: Grant[]): number[] => grants.flatMap((grant) => slotOf(grant) ?? []);

export function run(steps: { afterMs: number; requests: ReservationRequest[] }[], rates = SHIPPED): Booked[] {
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

export const anyRates = fc
  .record({ whole: fc.integer({ min: 1, max: 1000 }), bulk: fc.integer({ min: 1, max: 1000 }) })
  .map(({ whole, bulk }) => ({ whole, bulk: Math.min(whole, bulk) }));
export const anySteps = fc.array(
  fc.record({
    afterMs: fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 3000 })),
    requests: fc.array(
      fc.constantFrom<Lane>('reply', 'bulk').map((lane) => request(lane)),
      { maxLength: 60 },
    ),
  }),
  { maxLength: 60 },
);
