import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HABIT_ACTIONS, habitButtonData, parseHabitButtonData } from '#contracts/callback-data.ts';
import { BOT_CONSUMER_COUNT, botConsumer, serviceConsumers } from '#contracts/consumers.ts';
import { ACCOUNT, HabitId, habitIdFrom, partitionOf, partitionsOf, UserId } from '#contracts/ids.ts';
import { DeliveryOutcome, Tier } from '#contracts/messages.ts';
import { buckets, streams } from '#contracts/streams.ts';
import { covers } from '#contracts/subject-pattern.ts';
import * as subjects from '#contracts/subjects.ts';
import { asMinute, asUserId } from '../support/ids.ts';

const userId = fc.integer({ min: 1, max: 9_999_999_999_999 }).map(asUserId);
const habitId = fc.tuple(userId, fc.nat(), fc.nat({ max: 5 })).map((source) => habitIdFrom(...source));
const aggregateId = fc.oneof(fc.constant(ACCOUNT), habitId);
const minute = fc.nat({ max: 40_000_000 });
/** What people type, and what would hurt as a token. */
const typed = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom(
    '*',
    '>',
    'a.b',
    '$JS.API',
    ' ',
    '\r\nPUB x 1',
    '',
    '1.2',
    '-5',
    '0',
    '007',
    '1e3',
    '٣',
    '..',
    '42\n',
  ),
);

describe('subjects', () => {
  test('an event subject is read back as what it was built from', () => {
    fc.assert(
      fc.property(userId, aggregateId, (user, aggregate) => {
        const subject = subjects.eventSubject(user, aggregate);
        const partition = partitionOf(user);
        expect(subjects.parseEventSubject(subject)).toEqual({
          userId: user,
          aggregateId: aggregate,
          partition,
        });
        expect(covers(subjects.eventsOfUser(user), subject)).toBe(true);
        expect(covers(subjects.ALL_EVENTS, subject)).toBe(true);
        expect(subjects.userOfUpdateSubject(subjects.updateSubject(user))).toBe(user);
        const snapshot = subjects.snapshotSubject(user, aggregate);
        expect(subjects.aggregateOfSnapshotSubject(snapshot)).toBe(aggregate);
        expect(covers(subjects.snapshotsOfUser(user), snapshot)).toBe(true);
      }),
    );
  });

  test('every subject that is built is kept by exactly one stream', () => {
    fc.assert(
      fc.property(
        fc.tuple(userId, aggregateId, minute),
        fc.constantFrom(...Tier.options),
        fc.constantFrom(...DeliveryOutcome.options),
        ([user, aggregate, at], tier, outcome) => {
          const built = {
            EVENTS: subjects.eventSubject(user, aggregate),
            TICKS: subjects.TICK_SUBJECT,
            UPDATES: subjects.updateSubject(user),
            REMINDERS: subjects.reminderSubject(tier, user, asMinute(at)),
            DELIVERIES: subjects.deliverySubject(outcome, user),
            DEAD: subjects.deadSubject(botConsumer(3).name),
          };
          for (const [name, subject] of Object.entries(built)) {
            const keeping = streams.filter((stream) =>
              stream.subjects.some((pattern) => covers(pattern, subject)),
            );
            expect(keeping.map((stream) => stream.name)).toEqual([name]);
          }
          expect(covers(subjects.reminderInAnyTier(user, asMinute(at)), built.REMINDERS)).toBe(true);
          expect(covers(subjects.remindersOfTier(tier), built.REMINDERS)).toBe(true);
          expect(covers(subjects.deliveriesWithOutcome(outcome), built.DELIVERIES)).toBe(true);
          expect(covers(subjects.updatesOfPartition(partitionOf(user)), built.UPDATES)).toBe(true);
        },
      ),
    );
  });

  test('forged and foreign ones are refused', () => {
    const habit = habitIdFrom(asUserId('42'), 1);
    const right = partitionOf(asUserId('42'));
    expect(subjects.parseEventSubject(`events.${right}.42.${habit}`)).toBeDefined();
    for (const forged of [
      `events.${(right + 1) % 64}.42.${habit}`,
      `events.0${right}.42.${habit}`,
      `events.${right}.42.${habit}.more`,
      `events.${right}.42`,
      `events.${right}.042.${habit}`,
      `events.${right}.-42.${habit}`,
      `events.${right}.42.${habit.toUpperCase()}`,
      `events.${right}.42.accounts`,
      `events.${right}.42.*`,
      `events.*.42.${habit}`,
      `events.${right}.>`,
      `Events.${right}.42.${habit}`,
      `updates.${right}.42.${habit}`,
      '',
    ])
      expect(subjects.parseEventSubject(forged)).toBeUndefined();
    for (const forged of ['updates.1.*', 'updates.1', 'events.1.42', '', 'updates.1.4 2'])
      expect(subjects.userOfUpdateSubject(forged)).toBeUndefined();
    for (const forged of ['$KV.snapshots.42.*', '$KV.dialogs.42.account', '$KV.snapshots.42.account.x', ''])
      expect(subjects.aggregateOfSnapshotSubject(forged)).toBeUndefined();
  });

  test('nothing that a person types passes as a token', () => {
    const token = /^[a-z0-9]+$/;
    fc.assert(
      fc.property(typed, (text) => {
        const [user, habit] = [UserId.safeParse(text), HabitId.safeParse(text)];
        if (user.success) expect(text).toMatch(/^[1-9][0-9]{0,15}$/);
        if (habit.success) expect(text).toMatch(token);
        const parsed = subjects.parseEventSubject(`events.1.${text}.${text}`);
        if (parsed) expect(Object.values(parsed).every((part) => token.test(String(part)))).toBe(true);
      }),
      { numRuns: 2000 },
    );
    expect(UserId.safeParse('42\n').success).toBe(false);
    expect(HabitId.safeParse(`${habitIdFrom(asUserId('42'), 1)}\n`).success).toBe(false);
  });
});

test('the place of a delivered message: its milliseconds are not rounded up by what a number cannot hold', () => {
  const place = { sequence: 12, tries: 1, delivery: 3, storedAtMs: 1_764_057_600_123, behind: 5 };
  for (const before of ['$JS.ACK', '$JS.ACK.domain.account'])
    for (const nanos of ['000000', '123456', '999999'])
      expect(
        subjects.deliveryPlace(
          `${before}.EVENTS.projection-x.1.12.3.1764057600123${nanos}.5${before === '$JS.ACK' ? '' : '.x'}`,
        ),
      ).toEqual(place);
});

describe('ids', () => {
  test('one update defines the same habit however often it comes, and others define others', () => {
    expect(habitIdFrom(asUserId('42'), 7)).toBe(habitIdFrom(asUserId('42'), 7, 0));
    const made = [1, 2, 3].flatMap((user) =>
      Array.from({ length: 2000 }, (_, update) =>
        [0, 1].map((n) => habitIdFrom(asUserId(user), update, n)),
      ).flat(),
    );
    expect(new Set(made).size).toBe(made.length);
    for (const id of made) expect(HabitId.safeParse(id).success).toBe(true);
  });

  test.each([1, 3, 16, 32, 64])('%i members own every partition once', (count) => {
    const owned = Array.from({ length: count }, (_, index) => partitionsOf(index, count)).flat();
    expect(owned.toSorted((a, b) => a - b)).toEqual([...subjects.PARTITIONS]);
  });
});

describe('streams, buckets and consumers', () => {
  test('have names of their own', () => {
    const names = [...streams, ...buckets].map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const consumers = serviceConsumers(64).map(({ stream, name }) => `${stream}/${name}`);
    expect(new Set(consumers).size).toBe(consumers.length);
  });

  test('consumers listen to what their stream keeps, and the bots to every update once', () => {
    for (const { stream, filterSubjects } of serviceConsumers(16)) {
      const kept = streams.find(({ name }) => name === stream)?.subjects ?? [];
      // `covers` cannot compare `reminders.engaged.>` with `reminders.*.*.*.*`, so the roots are.
      for (const filter of filterSubjects)
        expect(kept.some((pattern) => filter.split('.')[0] === pattern.split('.')[0])).toBe(true);
    }
    const heard = serviceConsumers(1)
      .filter(({ stream }) => stream === 'UPDATES')
      .flatMap(({ filterSubjects }) => filterSubjects);
    expect(heard.toSorted()).toEqual(subjects.PARTITIONS.map(subjects.updatesOfPartition).toSorted());
    expect(BOT_CONSUMER_COUNT).toBe(32);
  });

  test('what is acked before it is on disk is never atomic, nor the source of truth', () => {
    for (const { name, async, atomic } of streams) expect(async && (atomic || name === 'EVENTS')).toBe(false);
  });
});

describe('callback data', () => {
  const action = fc.constantFrom(...HABIT_ACTIONS);
  const date = fc
    .date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
    .map((day) => day.toISOString().slice(0, 10));

  test('is read back, and short enough for Telegram', () => {
    fc.assert(
      fc.property(action, habitId, date, (what, habit, on) => {
        const button = { action: what, habitId: habit, on };
        const data = habitButtonData(button);
        expect(Buffer.byteLength(data)).toBeLessThanOrEqual(64);
        expect(parseHabitButtonData(data)).toEqual(button);
      }),
    );
  });

  test('forged data is no button', () => {
    const habit = habitIdFrom(asUserId('42'), 1);
    for (const forged of [
      '',
      ':::',
      'done',
      `done:${habit}`,
      `done:${habit}:2026-11-25:more`,
      `erase:${habit}:2026-11-25`,
      `DONE:${habit}:2026-11-25`,
      `done:${habit}x:2026-11-25`,
      `done:${habit}:2026-02-30`,
      `done:${habit}:2026-11-25 `,
      `done:${habit}:2026-11-25\n`,
      `constructor:${habit}:2026-11-25`,
    ])
      expect(parseHabitButtonData(forged)).toBeUndefined();
    fc.assert(
      fc.property(typed, (text) => {
        const button = parseHabitButtonData(text);
        if (button) expect(habitButtonData(button)).toBe(text);
      }),
    );
  });
});
