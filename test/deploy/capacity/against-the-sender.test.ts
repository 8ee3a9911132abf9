import { afterAll, beforeAll, expect, it } from 'vitest';
import { REMINDER_TIERS } from '#deploy/capacity/population.ts';
import { emptyTally } from '#deploy/capacity/tally.ts';
import { openVirtualSender } from '#deploy/capacity/virtual-sender.ts';
import { eventually } from '#test/support/eventually.ts';
import { type SenderFixture, startSenderFixture } from '../../services/sender/fixture.ts';
import { asMinute } from '../../support/ids.ts';

const RATES = { sendRate: 28, bulkRate: 25 };
const DUE = [80, 40, 30];

/** Milliseconds from the first message to the last one of each tier, as simulated. */
function simulated(): number[] {
  const settings = { ...RATES, taps: 0, deadlineMs: 600_000, inFlight: 64, sendMs: 80, seed: 1 };
  const tally = emptyTally({ from: asMinute(0), to: asMinute(1) });
  const sender = openVirtualSender(settings, 0, tally);
  sender.add(asMinute(0), DUE);
  for (let nowMs = 0; nowMs < 60_000; nowMs = sender.nextMs(nowMs)) sender.step(nowMs);
  return tally.tiers.map(({ latenessMs }) => latenessMs.most);
}

let fixture: SenderFixture;
beforeAll(async () => {
  fixture = await startSenderFixture();
});
afterAll(() => fixture?.stop());

it('a real sender with a queue sends by tier as simulated, and not sooner', async () => {
  const tierOf = new Map<number, number>();
  for (const [tier, due] of DUE.entries()) {
    const people = await fixture.crowd(due);
    await Promise.all(
      people.map((person) => fixture.remind(person, { tier: REMINDER_TIERS[tier] ?? 'regular' })),
    );
    for (const { userId } of people) tierOf.set(Number(userId), tier);
  }
  await fixture.sender(RATES);
  const sends = await eventually(
    async () => {
      const all = await fixture.telegram.requests({ method: 'sendMessage' });
      if (all.length < tierOf.size) throw new Error(`${all.length} were sent`);
      return all;
    },
    { timeoutMs: 60_000 },
  );
  const firstMs = Math.min(...sends.map(({ monotonicMs }) => monotonicMs));
  const sentMs: number[][] = DUE.map(() => []);
  for (const { chatId, monotonicMs } of sends)
    sentMs[tierOf.get(chatId ?? 0) ?? 0]?.push(monotonicMs - firstMs);

  const ratios = simulated().map((ms, tier) => Math.max(...(sentMs[tier] ?? [])) / ms);
  console.log(
    `the real sender took ${ratios.map((ratio) => ratio.toFixed(3)).join(', ')} of the simulated time`,
  );
  expect(sends).toHaveLength(tierOf.size);
  // Sooner would be over the budget; late it may be, on a busy machine.
  for (const ratio of ratios) expect(ratio).toBeGreaterThan(0.95);
  const middles = sentMs.map((each) => each.toSorted((a, b) => a - b)[Math.floor(each.length / 2)] ?? 0);
  expect(middles).toEqual(middles.toSorted((a, b) => a - b));
}, 120_000);
