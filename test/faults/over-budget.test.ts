import { expect, test } from 'vitest';
import type { RequestRecord } from '#deploy/telegram/requests.ts';
import { overBudget } from './over-budget.ts';

/* The judge of the budget, on arrivals that are made up: it must see what is too much, and only what certainly is. */

const LIMIT = 10;
const every = (ms: number, count: number) => Array.from({ length: count }, (_, i) => i * ms);
const arrival = (monotonicMs: number, notBeforeMs = monotonicMs): RequestRecord => ({
  ...{ index: 0, revision: 0, atMs: monotonicMs, monotonicMs, notBeforeMs },
  ...{ method: 'sendMessage', chatId: 1, counted: true, parameters: {}, status: 200 },
});

/** The event loop comes to its sockets only once in so long: what came meanwhile is all stamped then. */
const noticedEach = (turnMs: number) => (atMs: number) => {
  const turn = Math.ceil(atMs / turnMs);
  return arrival(turn * turnMs, (turn - 1) * turnMs);
};

test('one more than fits into a second is counted, what does not count is not', () => {
  const full = every(100, 30).map((ms) => arrival(ms));
  expect(overBudget(full, LIMIT)).toBe(0);
  expect(overBudget([...full, arrival(2900.5)], LIMIT)).toBe(1);
  expect(overBudget([...full, { ...arrival(2900.5), counted: false }], LIMIT)).toBe(0);
});

test.each([30, 200, 1_500, 4_000])('a simulator that looks every %d ms accuses nobody', (turnMs) => {
  expect(overBudget(every(100, 600).map(noticedEach(turnMs)), LIMIT)).toBe(0);
});

test('by its stamps alone it would', () => {
  const stamped = every(100, 600).map((atMs) => arrival(noticedEach(1_500)(atMs).monotonicMs));
  expect(overBudget(stamped, LIMIT)).toBeGreaterThan(0);
});

test.each([30, 200, 1_500, 4_000])(
  'a fifth more than permitted is seen by one that looks every %d ms',
  (turnMs) => {
    expect(overBudget(every(100 / 1.2, 720).map(noticedEach(turnMs)), LIMIT)).toBeGreaterThan(0);
  },
);

test('a burst beyond the limit is seen beside a standstill before it', () => {
  const held = every(100, 10).map((ms) => arrival(2_000, ms));
  const burst = every(50, 20).map((ms) => arrival(3_500 + ms));
  expect(overBudget([...held, ...burst], LIMIT)).toBe(10);
});
