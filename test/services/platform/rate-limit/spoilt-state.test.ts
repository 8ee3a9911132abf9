import { jetstreamManager } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { provision } from '#deploy/provision/provision.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import { createLog } from '#services/platform/process/log.ts';
import { openRateLimiter } from '#services/platform/rate-limit/rate-limiter.ts';
import { bookSlots, initialState } from '#services/platform/rate-limit/slots.ts';
import { fromStored, isPlausible, toStored } from '#services/platform/rate-limit/stored-state.ts';
import { GARBAGE, spoilt } from '#test/support/garbage.ts';
import { startTestNats, type TestNats } from '#test/support/nats.ts';

const RATES = { whole: 28, bulk: 25 };
const NOW = 1_795_622_287_123;
const DAY_MS = 86_400_000;

let server: TestNats;
beforeAll(async () => {
  server = await startTestNats();
  await provision(await server.connection(), { shardCount: 1 });
});
afterAll(() => server.stop());
vi.setConfig({ testTimeout: 90_000 });

const stored: Record<string, unknown> = JSON.parse(
  toStored(bookSlots(initialState(NOW, RATES), NOW, [{ lane: 'reply', chatId: '7' }], RATES).state),
);
const EXTREMES = [5e-324, 1e-6, 1, 2 ** 31, 1e12, 2 ** 53 - 1, -(2 ** 53 - 1), 1e18, 1e300, -1e300];
/** Every number of the state at its extremes, and every field wrong in turn. */
const TEXTS = [
  ...GARBAGE,
  ...spoilt(stored),
  ...Object.entries(stored).flatMap(([key, value]) =>
    typeof value === 'number' ? EXTREMES.map((each) => JSON.stringify({ ...stored, [key]: each })) : [],
  ),
];

test('whatever the budget holds, each lane gets a slot within a day, and soon where nothing was paused', () => {
  let read = 0;
  let looks = 0;
  for (const text of TEXTS) {
    const found = fromStored(text);
    if (!found || !isPlausible(found, NOW)) continue;
    read++;
    for (const lane of ['reply', 'bulk'] as const) {
      let nowMs = NOW;
      let state = found;
      for (let tries = 1; ; tries++) {
        const booked = bookSlots(state, nowMs, [{ lane }], RATES);
        state = booked.state;
        const [grant] = booked.grants;
        expect(grant, text).toBeDefined();
        looks = Math.max(looks, tries);
        if (!grant || 'slotMs' in grant) break;
        expect(grant.againAtMs, text).toBeGreaterThan(nowMs);
        expect(tries, text).toBeLessThan(50);
        nowMs = grant.againAtMs;
      }
      expect(nowMs - NOW, text).toBeLessThanOrEqual(DAY_MS);
      if (found.pausedUntilMs <= NOW) expect(nowMs - NOW, text).toBeLessThan(10_000);
    }
  }
  process.stderr.write(
    `${TEXTS.length} spoilt budgets, ${read} of them read: a slot after at most ${looks} looks\n`,
  );
});

test.each(['null', '{}', 'nonsense', JSON.stringify({ ...stored, pausedUntilMs: 9e13 })])(
  'a limiter that finds %s begins anew, without a dead letter',
  async (text) => {
    const nats = await server.connection();
    const bucket = await new Kvm(nats).open('pacer');
    await bucket.put('budget', text);
    const ports = { nats, clock: systemClock, log: createLog('test', 'silent') };
    const limiter = await openRateLimiter(ports, { sendRate: 28, bulkRate: 25 });
    const slot = await limiter.take({ lane: 'bulk', chatId: '7', rank: 0 }, new AbortController().signal);
    expect(slot).toBeDefined();
    await limiter.stop();
    expect(fromStored((await bucket.get('budget'))?.string() ?? '')).toBeDefined();
    expect((await (await jetstreamManager(nats)).streams.info('DEAD')).state.messages).toBe(0);
  },
);
