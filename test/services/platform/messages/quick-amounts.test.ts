import { expect, test } from 'vitest';
import { quickAmounts } from '#services/platform/messages/quick-amounts.ts';

test.each([
  [8, 'atLeast', '+1 +4 8'],
  [1, 'atLeast', '1'],
  [2, 'atLeast', '+1 2'],
  [20, 'atLeast', '+2 +10 20'],
  [30, 'atLeast', '+5 +15 30'],
  [10_000, 'atLeast', '+1000 +5000 10000'],
  [2.5, 'atLeast', '+0.2 +1.25 2.5'],
  [0.001, 'atLeast', '0.001'],
  [0, 'atLeast', '+1'],
  [1e9, 'atLeast', '+100000000 +500000000 1000000000'],
  [2, 'atMost', '0 +1'],
  [0, 'atMost', '0 +1'],
] as const)('a goal of %d (%s) offers %s', (target, direction, offered) => {
  const quick = quickAmounts({ kind: 'numeric', direction, target, unit: '' });
  expect(quick.map(({ action, value }) => `${action === 'add' ? '+' : ''}${value}`).join(' ')).toBe(offered);
});
