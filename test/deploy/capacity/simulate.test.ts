import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_MIX } from '#deploy/capacity/default-mix.ts';
import type { Distribution } from '#deploy/capacity/distribution.ts';
import { count, emptyHistogram } from '#deploy/capacity/histogram.ts';
import { populate, REMINDER_TIERS } from '#deploy/capacity/population.ts';
import { report } from '#deploy/capacity/report.ts';
import type { Settings } from '#deploy/capacity/settings.ts';
import { simulate } from '#deploy/capacity/simulate.ts';
import { summarize } from '#deploy/capacity/summary.ts';
import type { Lane } from '#services/platform/rate-limit/slots.ts';
import { mostInASecond } from '../../services/platform/rate-limit/sliding-second.ts';
import { type Message, messagesOf, send } from './one-by-one.ts';

const SETTINGS: Settings = {
  users: 400,
  windowMinutes: 0,
  habits: 2.5,
  coalesce: 0.4,
  sendRate: 28,
  bulkRate: 25,
  taps: 0,
  deadlineMs: 30 * 60_000,
  inFlight: 64,
  sendMs: 80,
  from: '2026-11-25',
  days: 1,
  seed: 1,
};

/** Everybody at the same few minutes: a long queue from few people. */
const CROWDED: Distribution = [
  {
    timezone: 'Europe/Moscow',
    weight: 3,
    times: [
      { minute: 540, weight: 2 },
      { minute: 541, weight: 1 },
    ],
  },
  { timezone: 'Asia/Kathmandu', weight: 1, times: [{ minute: 705, weight: 1 }] },
];

const tallied = (settings: Settings, distribution: Distribution) =>
  simulate(populate(settings, distribution), settings);

/** What {@link tallied} should find, from messages that were sent one by one. */
function expected(messages: readonly Message[], { from, days }: Settings) {
  const fromMs = Date.parse(`${from}T00:00:00Z`);
  const tiers = REMINDER_TIERS.map(() => ({ queued: 0, expired: 0, latenessMs: emptyHistogram() }));
  for (const { tier, dueMs, sentMs } of messages) {
    const into = tiers[tier];
    if (into === undefined || dueMs < fromMs || dueMs >= fromMs + days * 86_400_000) continue;
    into.queued++;
    if (sentMs === undefined) into.expired++;
    else count(into.latenessMs, sentMs - dueMs);
  }
  return tiers;
}

async function expectTheSame(changes: Partial<Settings>, distribution: Distribution) {
  const settings = { ...SETTINGS, ...changes };
  const messages = messagesOf(settings, distribution);
  await send(messages, settings);
  const { tiers } = tallied(settings, distribution);
  expect(tiers).toEqual(expected(messages, settings));
  return tiers;
}

describe('simulated counts against messages sent one by one', () => {
  it('at exact times', () => expectTheSame({}, DEFAULT_MIX));

  it('in windows', () => expectTheSame({ windowMinutes: 30, seed: 2 }, DEFAULT_MIX));

  it('over the end of summer time, at a time that clocks show twice', async () => {
    const autumn = { users: 150, from: '2026-10-24', days: 3 };
    await expectTheSame(autumn, DEFAULT_MIX);
    const twice = [{ timezone: 'Europe/Berlin', weight: 1, times: [{ minute: 150, weight: 1 }] }];
    await expectTheSame(autumn, twice);
  });

  it('over the beginning of summer time, at a time that clocks skip', async () => {
    const skipped = [{ timezone: 'Europe/Berlin', weight: 1, times: [{ minute: 150, weight: 1 }] }];
    await expectTheSame({ users: 150, from: '2027-03-27', days: 3 }, skipped);
  });

  it('when most of them expire, also in flight', async () => {
    const few = { users: 1500, sendRate: 3, bulkRate: 2, deadlineMs: 3 * 60_000, inFlight: 16 };
    const tiers = await expectTheSame(few, CROWDED);
    expect(tiers.every(({ expired, latenessMs }) => expired > 0 || latenessMs.total > 0)).toBe(true);
    expect(tiers[2]?.expired).toBeGreaterThan(100);
  });

  it('when a slot is granted just before the end', () =>
    expectTheSame({ users: 3000, deadlineMs: 60_000 }, CROWDED));

  it('when max_ack_pending bounds the rate', async () => {
    const bounded = { users: 1500, sendRate: 950, bulkRate: 850, inFlight: 4, sendMs: 200 };
    const tiers = await expectTheSame(bounded, CROWDED);
    expect(tiers[0]?.latenessMs.most).toBeGreaterThan(5_000);
  });
});

describe('any simulation', () => {
  const anySettings = fc.record({
    users: fc.integer({ min: 1, max: 3_000 }),
    windowMinutes: fc.constantFrom(0, 1, 45),
    sendRate: fc.integer({ min: 4, max: 1000 }),
    bulkShare: fc.double({ min: 0.3, max: 1, noNaN: true }),
    taps: fc.constantFrom(0, 0.5, 1),
    deadlineMs: fc.constantFrom(60_000, 600_000, 7_200_000),
    inFlight: fc.constantFrom(1, 64, 1000),
    seed: fc.nat(),
  });

  it('ends every reminder once, answers every tap, and stays in the budget in every sliding second', () => {
    fc.assert(
      fc.property(anySettings, ({ bulkShare, ...changes }) => {
        const bulkRate = Math.ceil(changes.sendRate * bulkShare);
        const settings = { ...SETTINGS, ...changes, bulkRate };
        const sent: { lane: Lane; slotMs: number }[] = [];
        const tally = simulate(populate(settings, CROWDED), settings, (lane, slotMs) =>
          sent.push({ lane, slotMs }),
        );
        for (const { queued, expired, latenessMs } of tally.tiers) {
          expect(latenessMs.total + expired).toBe(queued);
          expect(latenessMs.most).toBeLessThanOrEqual(settings.deadlineMs + 40);
        }
        const bulk = sent.filter(({ lane }) => lane === 'bulk');
        expect(mostInASecond(sent.map(({ slotMs }) => slotMs))).toBeLessThanOrEqual(settings.sendRate);
        expect(mostInASecond(bulk.map(({ slotMs }) => slotMs))).toBeLessThanOrEqual(bulkRate + 1);
        expect(summarize(settings, tally).all.queued).toBe(
          tally.timeline.due.reduce((sum, due) => sum + due, 0),
        );
      }),
      { numRuns: 40 },
    );
  });

  it('answers a tap for every reminder when everybody taps', () => {
    const settings = { ...SETTINGS, taps: 1 };
    let [reminders, replies] = [0, 0];
    simulate(populate(settings, CROWDED), settings, (lane) => {
      if (lane === 'bulk') reminders++;
      else replies++;
    });
    expect(reminders).toBeGreaterThan(400);
    expect(replies).toBe(reminders);
  });

  it('is the same again with the same seed, and another with another', () => {
    const settings = { ...SETTINGS, users: 5_000, taps: 0.4 };
    expect(tallied(settings, DEFAULT_MIX)).toEqual(tallied(settings, DEFAULT_MIX));
    expect(tallied({ ...settings, seed: 2 }, DEFAULT_MIX)).not.toEqual(tallied(settings, DEFAULT_MIX));
  });

  it('knows how long a backlog lasts, also one that never ends', () => {
    const nine = [{ timezone: 'Europe/Moscow', weight: 1, times: [{ minute: 540, weight: 1 }] }];
    const settings = { ...SETTINGS, habits: 1, deadlineMs: 86_400_000 };
    const short = tallied(settings, nine);
    expect(short.longestBacklog).toEqual({
      fromMs: Date.parse('2026-11-25T06:00:00Z'),
      ms: expect.closeTo(Math.max(...short.tiers.map(({ latenessMs }) => latenessMs.most)), 0),
    });
    const tooMany = { ...settings, users: 100_000, sendRate: 1, bulkRate: 1 };
    expect(report(summarize(tooMany, tallied(tooMany, nine)))).toContain('Longest backlog: never empty');
  });

  it('sends the better tier first, and windows make the peak lower', () => {
    const settings = { ...SETTINGS, users: 50_000 };
    const { tiers } = summarize(settings, tallied(settings, DEFAULT_MIX));
    const p95 = (tier: string) => tiers[tier]?.latenessMs?.p95 ?? Number.NaN;
    expect(p95('engaged')).toBeLessThan(p95('regular'));
    expect(p95('regular')).toBeLessThan(p95('dormant'));
    const flexible = { ...settings, windowMinutes: 30 };
    const { all } = summarize(flexible, tallied(flexible, DEFAULT_MIX));
    expect(all.latenessMs?.p99).toBeLessThan(p95('engaged') / 5);
  });
});
