import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hold, pause, resume } from '#services/platform/rate-limit/pauses.ts';
import { bookSlots, initialState } from '#services/platform/rate-limit/slots.ts';
import { fromStored, toStored } from '#services/platform/rate-limit/stored-state.ts';
import { NOW, request, SHIPPED, slotOf } from './slot-requests.ts';

const HOUR_MS = 3_600_000;
const idle = initialState(NOW, SHIPPED);

describe('a held chat', () => {
  test('has no slot before its end, and others are as ever', () => {
    const held = hold(idle, NOW, '7', HOUR_MS);
    const { state, grants } = bookSlots(
      held,
      NOW + 10,
      [request('reply', '7'), request('bulk', '8')],
      SHIPPED,
    );
    expect(grants[0]).toEqual({ againAtMs: NOW + HOUR_MS, because: 'held' });
    expect(slotOf(grants[1])).toBeLessThan(NOW + 100);
    expect(state.held).toEqual(held.held);
    expect([state.share, state.pausedUntilMs]).toEqual([1, 0]);
    const after = bookSlots(state, NOW + HOUR_MS, [request('reply', '7')], SHIPPED);
    expect(slotOf(after.grants[0])).toBeGreaterThanOrEqual(NOW + HOUR_MS);
    expect(after.state.held.size).toBe(0);
  });

  test('property: is held until the latest of its ends, and 256 chats at most are known, those held longest', () => {
    const holds = fc.array(
      fc.record({ chat: fc.nat(400), afterMs: fc.nat(50), forMs: fc.integer({ min: 1, max: 100_000 }) }),
      { maxLength: 600 },
    );
    fc.assert(
      fc.property(holds, (steps) => {
        let state = idle;
        let nowMs = NOW;
        const ends = new Map<string, number>();
        for (const { chat, afterMs, forMs } of steps) {
          nowMs += afterMs;
          const known = state.held.get(String(chat)) ?? 0;
          state = hold(state, nowMs, String(chat), forMs);
          ends.set(String(chat), Math.max(known, nowMs + forMs));
        }
        expect(state.held.size).toBeLessThanOrEqual(256);
        for (const [chat, untilMs] of state.held) expect(untilMs).toBe(ends.get(chat));
      }),
      { numRuns: 50 },
    );
  });

  test('is set back with the clock', () => {
    const held = hold(bookSlots(idle, NOW, [request('bulk', '1')], SHIPPED).state, NOW, '7', 60_000);
    const { state } = bookSlots(held, NOW - HOUR_MS, [request('reply', '8')], SHIPPED);
    expect(state.held).toEqual(new Map([['7', NOW - HOUR_MS + 63_000]]));
  });
});

describe('a pause', () => {
  test('says why: the reason of the one that lasts longest', () => {
    const first = pause(idle, NOW, { forMs: 5_000, because: 'first' });
    const shorter = pause(first, NOW + 10, { forMs: 1_000, because: 'shorter' });
    const longer = pause(shorter, NOW + 20, { forMs: 9_000, because: 'longer' });
    expect([shorter.pausedBecause, longer.pausedBecause]).toEqual(['first', 'longer']);
    expect([shorter.pausedUntilMs, longer.pausedUntilMs]).toEqual([NOW + 5_000, NOW + 9_020]);
  });

  test('is ended by an operator, with the holds of all chats; the share of the rate stays', () => {
    const paused = pause(hold(idle, NOW, '7', HOUR_MS), NOW, { forMs: HOUR_MS, because: '429' });
    const resumed = resume(paused, NOW + 1_000, 'by an operator');
    expect(resumed).toMatchObject({ pausedUntilMs: NOW + 1_000, pausedBecause: '', share: 0.8 });
    const { grants } = bookSlots(resumed, NOW + 1_001, [request('reply', '7')], SHIPPED);
    expect(slotOf(grants[0])).toBeLessThan(NOW + 1_100);
  });
});

describe('the stored state', () => {
  test('of an earlier version is read: nobody held, no reason known', () => {
    const { pausedBecause: _, resumed: __, held: ___, ...earlier } = JSON.parse(toStored(idle));
    expect(fromStored(JSON.stringify(earlier))).toEqual(idle);
  });

  test('read back is the same', () => {
    const state = resume(
      pause(hold(idle, NOW, '-100123', HOUR_MS), NOW, { forMs: 10, because: '429, retry after 7 s' }),
      NOW,
      'a name',
    );
    const held = hold(state, NOW, '@a_channel', 86_400_000);
    expect(fromStored(toStored(held))).toEqual(held);
  });
});
