import { expect, test } from 'vitest';
import type { RateLimiter } from '#services/platform/rate-limit/rate-limiter.ts';
import type { SlotRequest } from '#services/platform/rate-limit/slot-queue.ts';
import { mostInASecond } from './sliding-second.ts';
import { virtualFleet } from './virtual-fleet.ts';

const RATES = { whole: 28, bulk: 25 };

type Fleet = ReturnType<typeof virtualFleet>;

/** Resolves with the instant at which the message left. */
async function sent(fleet: Fleet, limiter: RateLimiter, request: SlotRequest): Promise<number> {
  while (!(await (await limiter.take(request)).begin()));
  fleet.instants.push(fleet.now());
  return fleet.now();
}

/** The longest wait of 60 replies of rank 0, each to another chat, one in each half second of a flood. */
async function longestWait(fleet: Fleet, limiter: RateLimiter): Promise<number> {
  let longestMs = 0;
  for (let i = 0; i < 60; i++) {
    const askedMs = fleet.now();
    const left = sent(fleet, limiter, { lane: 'reply', chatId: `old-${i}` });
    void left.then((leftMs) => {
      longestMs = Math.max(longestMs, leftMs - askedMs);
    });
    await fleet.run(487);
  }
  await fleet.run(2_000);
  return longestMs;
}

test.each([
  { bulk: 0, mostMs: 540 },
  { bulk: 40, mostMs: 900 },
])(
  'a reply goes before 3,000 patient ones within $mostMs ms, with $bulk bulk messages waiting',
  async ({ bulk, mostMs }) => {
    const fleet = virtualFleet(RATES, 1);
    const [bot, sender] = [await fleet.open(), await fleet.open()];
    fleet.backlog(sender, bulk);
    for (let i = 0; i < 3_000; i++)
      sent(fleet, bot, { lane: 'reply', chatId: `new-${i}`, rank: 1 }).catch(() => {});
    await fleet.run(1_500);
    expect(await longestWait(fleet, bot)).toBeLessThan(mostMs);
    // The flood uses all the rest of the budget.
    expect(fleet.instants.length).toBeGreaterThan(28 * 30 * 0.98);
    expect(mostInASecond(fleet.instants)).toBeLessThanOrEqual(29);
    await fleet.close();
  },
);

test('of the patient ones, those of a lower rank go first', async () => {
  const fleet = virtualFleet(RATES, 1);
  const limiter = await fleet.open();
  const left: number[] = [];
  for (const [chat, rank] of [9, 9, 9, 9, 9, 9, 7, 7, 7, 8, 8, 8].entries()) {
    const request = { lane: 'reply', chatId: String(chat), rank } as const;
    void sent(fleet, limiter, request).then(() => left.push(rank));
  }
  await fleet.run(2_000);
  expect(left).toEqual(left.toSorted((a, b) => a - b));
  expect(left).toHaveLength(12);
  await fleet.close();
});
