import { expect, test } from 'vitest';
import { mostWithinASecond, watchStandstills } from './standstill.ts';

const every = (ms: number, count: number) => Array.from({ length: count }, (_, i) => i * ms);
const asStamped = (stampMs: number) => stampMs;

test('one more than fits into a second is counted', () => {
  expect(mostWithinASecond(every(100, 30), asStamped)).toBe(10);
  expect(mostWithinASecond([...every(100, 30), 2900.5], asStamped)).toBe(11);
});

test('what was held back by a standstill may have come at any time in it, and no other', () => {
  const held = every(100, 30).map((ms) => (ms > 1000 && ms < 1500 ? 1500 : ms));
  const earliestMs = (stampMs: number) => (stampMs === 1500 ? 1000 : stampMs);
  expect(mostWithinASecond(held, asStamped)).toBeGreaterThan(10);
  expect(mostWithinASecond(held, earliestMs)).toBe(10);
  expect(mostWithinASecond([...held, 2900.5], earliestMs)).toBe(11);
});

test('a standstill of this process is noticed, and only what is stamped at its end is in doubt', async () => {
  const standstills = watchStandstills();
  const before = await afterBeats();
  const until = performance.now() + 200;
  while (performance.now() < until);
  const held = performance.now();
  const after = await afterBeats();
  standstills.stop();
  expect(standstills.earliestMs(held)).toBeLessThan(held - 195);
  expect(standstills.earliestMs(held)).toBeGreaterThanOrEqual(before - 25);
  expect(standstills.earliestMs(after + 1_000)).toBe(after + 1_000);
});

/** The watch notices time by its beats, so time has to pass here. */
async function afterBeats(): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 30));
  return performance.now();
}
