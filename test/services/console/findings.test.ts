import { expect, test } from 'vitest';
import type { Figures } from '#services/console/figures.ts';
import { type Finding, findingsOf } from '#services/console/findings.ts';
import type { Queue } from '#services/console/queues.ts';

const SECOND = 1_000;

const queue = (name: string, given: Partial<Queue> = {}): Queue => ({
  ...{ name, stream: 'S', waiting: 0, inHand: 0, mayBeInHand: 64, oldestMs: 0, stillMs: 0 },
  ...given,
});

const WELL: Figures = {
  nowMs: 1_000_000_000_000,
  tick: { ageMs: 59 * SECOND },
  updates: queue('bot'),
  replies: queue('bot-replies'),
  shards: queue('shards'),
  tiers: [queue('sender-engaged'), queue('sender-broadcast')],
  projections: [queue('projection-schedules-events')],
  others: [],
  missing: [],
  dead: [],
  budget: {
    ...{ nowMs: 1_000_000_000_000, rates: { whole: 28, bulk: 25 }, lastSecond: 28, share: 1, held: [] },
  },
};

test('all well: a full second of the budget, and a tick that is nearly a minute old', () => {
  expect(findingsOf(WELL)).toEqual([]);
});

const PAUSE = { untilMs: WELL.nowMs + 40 * SECOND, because: 'Too Many Requests: retry after 40' };
const still = (name: string) => queue(name, { waiting: 9, oldestMs: 90 * SECOND, stillMs: 80 * SECOND });

test.each<[string, Partial<Figures>, Finding[]]>([
  [
    'a tick that is missing',
    { tick: { ageMs: 76 * SECOND } },
    [{ level: 'stuck', place: 'tick', text: 'The newest tick is of 76 s ago' }],
  ],
  ['no tick ever', { tick: {} }, [{ level: 'stuck', place: 'tick', text: 'There has never been a tick' }]],
  [
    'shards behind, still moving',
    { shards: queue('shards', { waiting: 3, oldestMs: 200 * SECOND }) },
    [{ level: 'late', place: 'shards', text: 'Ticks: the oldest has waited for 3 min' }],
  ],
  [
    'a tier that nothing takes from',
    { tiers: [still('sender-engaged')] },
    [
      {
        level: 'stuck',
        place: 'sender',
        text: 'Reminders of sender-engaged: 9 wait, and none has been taken for 80 s',
      },
    ],
  ],
  [
    'a pause of Telegram: who waits for it does not stand still, and is late',
    { tiers: [still('sender-engaged')], budget: { ...WELL.budget, pause: PAUSE } },
    [
      {
        level: 'late',
        place: 'telegram',
        text: 'Telegram asks everybody to wait for 40 s: Too Many Requests: retry after 40',
      },
      {
        level: 'late',
        place: 'sender',
        text: 'Reminders of sender-engaged: the oldest has waited for 90 s',
      },
    ],
  ],
  [
    'what an operator paused is noted, and neither late nor stuck',
    { tiers: [{ ...still('sender-engaged'), pausedUntil: '2026-11-28T10:00:00Z' }] },
    [
      {
        level: 'note',
        place: 'sender',
        text: 'Reminders of sender-engaged: an operator has paused them until 2026-11-28T10:00:00Z',
      },
    ],
  ],
  [
    'consumers that are gone',
    { missing: [{ place: 'bot', name: 'bot-07' }] },
    [{ level: 'stuck', place: 'bot', text: 'The consumer bot-07 is gone: run "habitstream provision"' }],
  ],
  [
    'worst first',
    {
      dead: [{ consumer: 'bot-01', letters: 1_200, mayBeRedriven: true }],
      updates: queue('bot', { inHand: 1, oldestMs: 11 * SECOND }),
      projections: [still('projection-schedules-events')],
    },
    [
      {
        level: 'stuck',
        place: 'projector',
        text: 'Messages of projection-schedules-events: 9 wait, and none has been taken for 80 s',
      },
      { level: 'late', place: 'bot', text: 'Updates: the oldest has waited for 11 s' },
      { level: 'note', place: 'dead', text: '1,200 dead letters: see "habitstream dead list"' },
    ],
  ],
])('%s', (_name, given, expected) => {
  expect(findingsOf({ ...WELL, ...given })).toEqual(expected);
});
