import { expect, test } from 'vitest';
import type { RequestRecord } from '#deploy/telegram/requests.ts';
import { pause } from '#services/platform/rate-limit/pauses.ts';
import { bookSlots, initialState } from '#services/platform/rate-limit/slots.ts';
import { pauseVerdict, type StoredBudget } from './pauses.ts';

/* The judge of pauses, on runs that are made up: it must see each way in which one is not kept, and only those. */

const NOW = 1_800_000_000_000;
const RATES = { whole: 28, bulk: 28 };
const RETRY_S = 2;

const budget = (afterMs: number, state: StoredBudget['state']): StoredBudget => ({
  storedMs: NOW + afterMs,
  state,
});
const booked = (state: StoredBudget['state'], afterMs: number, chatId: string) =>
  bookSlots(state, NOW + afterMs, [{ lane: 'bulk', chatId }], RATES).state;
const request = (afterMs: number, chatId: number, status = 200): RequestRecord => ({
  ...{ index: 0, revision: 0, atMs: NOW + afterMs, monotonicMs: afterMs },
  ...{ method: 'sendMessage', chatId, counted: true, parameters: {}, status },
  ...(status === 429 && { retryAfterSeconds: RETRY_S }),
});

const before = booked(booked(initialState(NOW, RATES), 0, '1'), 0, '2');
const paused = pause(before, NOW + 20, { forMs: RETRY_S * 1000, because: '429' });
const after = booked(paused, 2_030, '3');
const kept = [budget(0, before), budget(25, paused), budget(2_035, after)];
const limited = request(10, 1, 429);

test('a pause that is kept: what was under way is no violation, however late its arrival is stamped', () => {
  const { violations, note } = pauseVerdict(kept, [limited, request(30, 2), request(1_800, 2)]);
  expect(violations).toEqual([]);
  expect(note).toMatch(/^1 pauses stored 15 ms after their 429 \(at most 15\); 2 messages under way then/);
});

test.each([
  { what: 'paused nobody', budgets: [budget(0, before)], requests: [limited] },
  {
    what: 'paused too short',
    budgets: [budget(0, before), budget(25, { ...paused, pausedUntilMs: NOW + 500 })],
    requests: [limited],
  },
])('a 429 that $what', ({ budgets, requests }) => {
  expect(pauseVerdict(budgets, requests).violations).toContain('1 of 1 429s paused nobody');
});

test('a slot that is booked in a pause, also when nothing is seen of its message', () => {
  const inside = booked({ ...paused, pausedUntilMs: 0 }, 500, '3');
  const budgets = [...kept.slice(0, 2), budget(505, { ...inside, pausedUntilMs: paused.pausedUntilMs })];
  expect(pauseVerdict(budgets, [limited]).violations).toEqual(['1 of 1 pauses had slots booked in them']);
});

test('a message in a pause that had no slot before it', () => {
  expect(pauseVerdict(kept, [limited, request(500, 3)]).violations).toEqual([
    '1 messages left in a pause that had no slot before it',
  ]);
});

test('a 429 for one chat is known when that chat is held', () => {
  const held = { ...before, held: new Map([['1', NOW + 2_020]]) };
  expect(pauseVerdict([budget(0, before), budget(25, held)], [limited]).violations).toEqual([]);
});
