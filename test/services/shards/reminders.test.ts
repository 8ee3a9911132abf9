import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DIGEST } from '#contracts/ids.ts';
import { ReminderDue } from '#contracts/messages.ts';
import { localTimeOf } from '#contracts/time.ts';
import { readSettings, SettingsProblem } from '#services/platform/process/settings.ts';
import { shardsSettings } from '#services/shards/config.ts';
import { localMinutesOf } from '#services/shards/local-minutes.ts';
import { remindersOf, tierOf } from '#services/shards/reminders.ts';
import { asHabitId, asMinute, asUserId } from '#test/support/ids.ts';

const MINUTE = asMinute(29_579_050);
const NOW = MINUTE * 60_000;
const daysAgo = (days: number) => new Date(NOW - days * 86_400_000).toISOString();

describe('the tier of a person', () => {
  it.each([
    ['engaged', daysAgo(0)],
    ['engaged', daysAgo(3)],
    ['regular', daysAgo(3.01)],
    ['regular', daysAgo(14)],
    ['dormant', daysAgo(14.01)],
    ['regular', null],
  ])('is %s when the last answer was at %s', (tier, lastAnsweredAt) => {
    expect(tierOf(lastAnsweredAt, NOW)).toBe(tier);
  });
});

const row = fc.record({
  userId: fc.integer({ min: 1, max: 9 }).map(asUserId),
  habitId: fc.constantFrom(...['aaaaaaaaaaaaa', 'bbbbbbbbbbbbb', 'ccccccccccccc'].map(asHabitId)),
  on: fc.constantFrom('2026-03-29', '2026-03-28'),
  at: fc.integer({ min: 0, max: 1439 }).map(localTimeOf),
  lastAnsweredAt: fc.constantFrom(null, daysAgo(1), daysAgo(20)),
});
const sortedRows = fc.array(row).map((rows) => rows.sort((a, b) => Number(a.userId) - Number(b.userId)));

describe('reminders', () => {
  it('are one for a person, hold every row once and in order, and are valid', () => {
    fc.assert(
      fc.property(sortedRows, (rows) => {
        const reminders = remindersOf(rows, MINUTE, 3_600_000);
        expect(new Set(reminders.map((reminder) => reminder.userId)).size).toBe(reminders.length);
        expect(reminders.flatMap(({ userId, due }) => due.map((each) => ({ userId, ...each })))).toEqual(
          rows.map(({ lastAnsweredAt: _, ...occurrence }) => occurrence),
        );
        for (const reminder of reminders) expect(ReminderDue.parse(reminder)).toEqual(reminder);
      }),
    );
  });

  it('depend on the minute, not on when they are made', () => {
    const rows = [
      {
        userId: asUserId(5),
        habitId: asHabitId('aaaaaaaaaaaaa'),
        on: '2026-03-29',
        at: '02:10',
        lastAnsweredAt: daysAgo(1),
      },
    ];
    expect(remindersOf(rows, MINUTE, 7_200_000)).toEqual([
      {
        userId: '5',
        minute: MINUTE,
        tier: 'engaged',
        expiresAt: new Date(NOW + 7_200_000).toISOString(),
        due: [{ habitId: 'aaaaaaaaaaaaa', on: '2026-03-29', at: '02:10' }],
      },
    ]);
  });
});

it('a snooze stands beside a reminder of the same habit at the same time', () => {
  const row = {
    userId: asUserId(5),
    habitId: asHabitId('aaaaaaaaaaaaa'),
    on: '2026-03-29',
    at: '02:10',
    lastAnsweredAt: null,
  };
  const [reminder] = remindersOf([row, { ...row, snoozed: true }], MINUTE, 7_200_000);
  expect(reminder?.due).toEqual([
    { habitId: 'aaaaaaaaaaaaa', on: '2026-03-29', at: '02:10' },
    { habitId: 'aaaaaaaaaaaaa', on: '2026-03-29', at: '02:10', snoozed: true },
  ]);
});

describe('due minutes', () => {
  it('are those of every zone; a zone that this Node does not know stops nobody else', () => {
    const minute = asMinute(Date.parse('2026-03-29T01:30:00Z') / 60_000);
    expect(localMinutesOf(['Europe/Berlin', 'Mars/Olympus', 'Asia/Kathmandu'], minute)).toEqual({
      minutes: [
        { timezone: 'Europe/Berlin', on: '2026-03-29', weekday: 7, fromMinute: 210, toMinute: 210 },
        { timezone: 'Europe/Berlin', on: '2026-03-29', weekday: 7, fromMinute: 150, toMinute: 150 },
        { timezone: 'Asia/Kathmandu', on: '2026-03-29', weekday: 7, fromMinute: 435, toMinute: 435 },
      ],
      unknown: ['Mars/Olympus'],
    });
  });
});

describe('settings', () => {
  const given = { NATS_URL: 'nats://127.0.0.1:4222', DATABASE_URL: 'postgres://x@127.0.0.1/y' };

  it('name the shards to run', () => {
    expect(readSettings(shardsSettings, { ...given, SHARDS: '0-2,5,1' }).shards).toEqual([0, 1, 2, 5]);
    expect(readSettings(shardsSettings, given).shards).toBeUndefined();
  });

  it('report every problem at once', () => {
    const wrong = {
      NATS_URL: 'x',
      DATABASE_URL: '',
      SHARDS: '0-8',
      SHARD_COUNT: '8',
      REMINDER_DEADLINE_MS: '1',
    };
    const read = () => readSettings(shardsSettings, wrong);
    expect(read).toThrow(SettingsProblem);
    for (const name of ['NATS_URL', 'DATABASE_URL', 'SHARDS', 'REMINDER_DEADLINE_MS'])
      expect(read).toThrow(new RegExp(`^  ${name}:`, 'm'));
    expect(() => readSettings(shardsSettings, { ...given, SHARDS: 'all' })).toThrow(/SHARDS: shards such as/);
  });
});

describe('a weekly digest', () => {
  const one = { on: '2026-03-29', at: '18:00', lastAnsweredAt: daysAgo(1) };
  const digest = { ...one, userId: asUserId(1), habitId: DIGEST };
  const habit = { ...one, userId: asUserId(1), habitId: asHabitId('aaaaaaaaaaaaa') };

  it('goes behind everybody’s reminders when it is by itself, and with them otherwise', () => {
    const tiers = (...rows: (typeof habit)[]) => remindersOf(rows, MINUTE, 60_000).map(({ tier }) => tier);
    expect(tiers(digest)).toEqual(['dormant']);
    expect(tiers(habit)).toEqual(['engaged']);
    expect(tiers(habit, digest)).toEqual(['engaged']);
    expect(tiers({ ...habit, userId: asUserId(2) }, digest)).toEqual(['engaged', 'dormant']);
  });
});
