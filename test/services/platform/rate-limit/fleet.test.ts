import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openReadiness } from '#services/sender/delivery/readiness.ts';
import { mostInASecond } from './sliding-second.ts';
import { virtualFleet } from './virtual-fleet.ts';

const RATES = { whole: 28, bulk: 25 };
const FAST = { whole: 950, bulk: 950 };

test.each([
  { senders: 1, rates: RATES },
  { senders: 16, rates: RATES },
  { senders: 64, rates: RATES },
  { senders: 1, rates: FAST },
  { senders: 16, rates: FAST },
])(
  '$senders senders with a backlog use all of $rates.bulk a second, and never more',
  async ({ senders, rates }) => {
    const fleet = virtualFleet(rates, 1);
    const budgets = [];
    for (let i = 0; i < senders; i++) budgets.push(await fleet.open());
    for (const limiter of budgets) fleet.backlog(limiter, Math.ceil(rates.bulk / senders) + 8);
    await fleet.run(2_000);
    const before = fleet.instants.length;
    await fleet.run(10_000);
    expect(fleet.instants.length - before).toBeGreaterThanOrEqual(rates.bulk * 10 * 0.99 - 1);
    // Their clocks differ by less than a millisecond.
    expect(mostInASecond(fleet.instants)).toBeLessThanOrEqual(Math.floor(rates.bulk * 1.002) + 1);
    const figures = budgets.map((limiter) => limiter.figures());
    const total = (key: 'conflicts' | 'bookings') => figures.reduce((sum, each) => sum + each[key], 0);
    expect(total('conflicts') / total('bookings')).toBeLessThan(1);
    await fleet.close();
  },
);

test('property: processes that wake too late send less, and never more', async () => {
  const cases = fc.tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 0, max: 300 }), fc.nat(1e6));
  await fc.assert(
    fc.asyncProperty(cases, async ([senders, lateMs, seed]) => {
      const fleet = virtualFleet(RATES, seed, { lateMs });
      for (let i = 0; i < senders; i++) fleet.backlog(await fleet.open(), 12);
      await fleet.run(6_000);
      expect(mostInASecond(fleet.instants)).toBeLessThanOrEqual(Math.floor(RATES.bulk * 1.03) + 1);
      await fleet.close();
    }),
    { numRuns: 60 },
  );
});

test('a reply goes ahead of a bulk backlog', async () => {
  const fleet = virtualFleet(RATES, 1);
  const limiter = await fleet.open();
  fleet.backlog(limiter, 40);
  await fleet.run(1_400);
  const askedMs = fleet.now();
  const leftMs = limiter.acquire('reply').then(fleet.now);
  await fleet.run(1_000);
  expect((await leftMs) - askedMs).toBeLessThan(360);
  await fleet.close();
});

test('a message in an idle system leaves within milliseconds', async () => {
  const fleet = virtualFleet(RATES, 1);
  const limiter = await fleet.open();
  for (let i = 0; i < 3; i++) {
    await fleet.run(100);
    const askedMs = fleet.now();
    const leftMs = limiter.acquire('reply').then(fleet.now);
    await fleet.run(100);
    expect((await leftMs) - askedMs).toBeLessThan(5);
  }
  await fleet.close();
});

test.each([0.3, 2, 4, 20])(
  '256 in hand get ready on a server that needs %d ms for each: no convoy misses its slots',
  async (each) => {
    const fleet = virtualFleet(FAST, 1);
    const limiter = await fleet.open();
    const readiness = openReadiness(fleet);
    const server = { freeAtMs: fleet.now() };
    const one = async () => {
      for (let missed = 0; ; ) {
        const slot = await limiter.take({ lane: 'bulk', earlyMs: readiness.earlyMs(missed) });
        const preparing = readiness.begin();
        if (!preparing) {
          // Its slot holds its chat back.
          await fleet.sleep(1_000);
          continue;
        }
        server.freeAtMs = Math.max(server.freeAtMs, fleet.now()) + each;
        await fleet.sleep(server.freeAtMs - fleet.now());
        preparing.ready();
        const granted = await slot.begin();
        // Its send record is withdrawn.
        if (!granted) server.freeAtMs += each;
        missed = granted ? 0 : missed + 1;
        if (granted) fleet.instants.push(fleet.now());
      }
    };
    for (let i = 0; i < 256; i++) one().catch(() => {});
    await fleet.run(5_000);
    const before = fleet.instants.length;
    await fleet.run(5_000);
    expect(fleet.instants.length - before).toBeGreaterThan(5 * Math.min(950, 1000 / each) * 0.8);
    await fleet.close();
  },
);
