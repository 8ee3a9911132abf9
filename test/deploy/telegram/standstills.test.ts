import { expect, test } from 'vitest';
import { watchStandstills } from '#deploy/telegram/standstills.ts';

/** The watch notices time by its beats, so time has to pass here. */
const afterBeats = () => new Promise((resolve) => setTimeout(resolve, 60));

function standStill(ms: number): void {
  const untilMs = performance.now() + ms;
  while (performance.now() < untilMs);
}

test('what is stamped after a standstill may have come during it, also one turn of the loop later', async () => {
  const standstills = watchStandstills();
  await afterBeats();
  const fromMs = performance.now();
  standStill(200);
  expect(standstills.earliestMs(performance.now())).toBeLessThan(fromMs);
  await new Promise((resolve) => setImmediate(resolve));
  standStill(50);
  expect(standstills.earliestMs(performance.now())).toBeLessThan(fromMs);
  standstills.stop();
});

test('what is stamped while the loop beats came then', async () => {
  const standstills = watchStandstills();
  // A machine with much to do may always be putting this process aside: one time of many is enough.
  await expect
    .poll(async () => {
      await afterBeats();
      const nowMs = performance.now();
      return standstills.earliestMs(nowMs) - nowMs;
    })
    .toBe(0);
  standstills.stop();
});
