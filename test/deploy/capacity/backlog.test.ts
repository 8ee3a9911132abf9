import { expect, it } from 'vitest';
import { openBacklog } from '#deploy/capacity/backlog.ts';
import { asMinute } from '../../support/ids.ts';

function filled() {
  const backlog = openBacklog();
  backlog.add(0, asMinute(10), 3);
  backlog.add(0, asMinute(11), 1);
  backlog.add(0, asMinute(12), 2);
  backlog.add(1, asMinute(10), 5);
  return backlog;
}

it('takes a tier in the order in which it became due', () => {
  const backlog = filled();
  expect(Array.from({ length: 7 }, () => backlog.take(0))).toEqual([10, 10, 10, 11, 12, 12, undefined]);
  expect([backlog.length(0), backlog.length(1), backlog.total()]).toEqual([0, 5, 5]);
});

it.each([
  [
    0,
    [
      { minute: 10, left: 3 },
      { minute: 11, left: 1 },
    ],
  ],
  [
    2,
    [
      { minute: 10, left: 1 },
      { minute: 11, left: 1 },
    ],
  ],
  [3, [{ minute: 11, left: 1 }]],
  [4, []],
  [5, []],
])('takes what is old, without the first %i', (kept, taken) => {
  const backlog = filled();
  expect(backlog.takeUpTo(0, asMinute(11), kept)).toEqual(taken);
  expect(backlog.length(0)).toBe(6 - taken.reduce((sum, { left }) => sum + left, 0));
  expect(backlog.take(0)).toBe(kept > 0 ? 10 : 12);
});
