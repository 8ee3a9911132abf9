import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { oncePerMinute } from '#services/platform/process/once-per-minute.ts';

beforeAll(() => void vi.useFakeTimers());
afterAll(() => void vi.useRealTimers());

test('the first is said at once, the others together a minute later, and after a silent minute all begins anew', () => {
  const said: [string, number][] = [];
  const say = oncePerMinute((latest: string, times) => said.push([latest, times]));
  say('a');
  for (let i = 1; i <= 400; i++) say(`b${i}`);
  expect(said).toStrictEqual([['a', 1]]);
  vi.advanceTimersByTime(60_000);
  say('c');
  expect(said).toStrictEqual([
    ['a', 1],
    ['b400', 400],
  ]);
  vi.advanceTimersByTime(120_000);
  say('d');
  expect(said.slice(2)).toStrictEqual([
    ['c', 1],
    ['d', 1],
  ]);
});

test('100,000 over ten minutes are eleven lines that count every one', () => {
  const counts: number[] = [];
  const say = oncePerMinute((_: number, times) => counts.push(times));
  for (let i = 0; i < 100_000; i++) {
    say(i);
    vi.advanceTimersByTime(6);
  }
  vi.advanceTimersByTime(60_000);
  expect(counts).toHaveLength(11);
  expect(counts.reduce((sum, times) => sum + times)).toBe(100_000);
});
