import { describe, expect, test } from 'vitest';
import { partitionOf } from '#contracts/ids.ts';
import { PARTITIONS } from '#contracts/subjects.ts';
import { type DueRow, dueReminders, type ZoneMinutes, zonesInUse } from '#projections/schedules/due.ts';
import { asUserId } from '../../support/ids.ts';
import { happenedTo, pool, READ, RUN, registered, reminded, type Step, useSchedules } from './fixture.ts';

const AT = '2026-11-25T05:00:00.000Z';
/** 2026-11-25 is a Wednesday. */
const EIGHT: ZoneMinutes = {
  timezone: 'Europe/Berlin',
  on: '2026-11-25',
  weekday: 3,
  fromMinute: 480,
  toMinute: 480,
};

useSchedules();

const happened = (userId: string, ...steps: Step[]) => happenedTo(userId, AT, steps);

async function due(minutes = [EIGHT], partitions = PARTITIONS, chunkSize = 100): Promise<DueRow[][]> {
  const chunks: DueRow[][] = [];
  for await (const chunk of dueReminders(pool(), { partitions, minutes }, chunkSize)) chunks.push(chunk);
  return chunks;
}
const dueHabits = async (minutes?: ZoneMinutes[]) => (await due(minutes)).flat().map((row) => row.habitId);

test('what is due, with what the sender and the tier need', async () => {
  await happened('7', ...registered(), ...reminded(READ));
  expect(await due()).toEqual([
    [{ userId: '7', habitId: READ, at: '08:00', on: '2026-11-25', lastAnsweredAt: null }],
  ]);
  await happened('7', [READ, { type: 'HabitCheckedIn', data: { on: '2026-11-24', value: 1 } }]);
  expect((await due()).flat()).toMatchObject([{ lastAnsweredAt: AT }]);
});

describe('left out', () => {
  const cases: Record<string, Step[]> = {
    'an answered day': [[READ, { type: 'HabitCheckedIn', data: { on: '2026-11-25', value: 1 } }]],
    'a day answered with no': [[READ, { type: 'HabitCheckedIn', data: { on: '2026-11-25', value: 0 } }]],
    'a skipped day': [[READ, { type: 'HabitSkipped', data: { on: '2026-11-25' } }]],
    'a paused habit': [[READ, { type: 'HabitPaused', data: { on: '2026-11-24' } }]],
    'an archived habit': [[READ, { type: 'HabitArchived', data: {} }]],
    'a blocked account': [['account', { type: 'BotBlocked', data: {} }]],
    'an unscheduled reminder': [[READ, { type: 'ReminderUnscheduled', data: { at: '08:00' } }]],
    'another weekday': [
      [READ, { type: 'ReminderScheduled', data: { at: '08:00', weekdays: [1, 2, 4, 5, 6, 7] } }],
    ],
    'another zone': [['account', { type: 'TimezoneChanged', data: { timezone: 'Asia/Tokyo' } }]],
  };
  test.each(Object.keys(cases))('%s', async (name) => {
    await happened('7', ...registered(), ...reminded(READ), ...reminded(RUN));
    expect(await dueHabits()).toEqual([READ, RUN]);
    await happened('7', ...(cases[name] ?? []));
    expect(await dueHabits()).toEqual(name.startsWith('a blocked') || name === 'another zone' ? [] : [RUN]);
  });

  test('a habit whose account chose no zone, and a reminder of no habit', async () => {
    await happened(
      '7',
      ['account', { type: 'AccountRegistered', data: { locale: 'en' } }],
      ...reminded(READ),
    );
    await happened('8', ...registered(), [
      RUN,
      { type: 'ReminderScheduled', data: { at: '08:00', weekdays: [3] } },
    ]);
    expect(await dueHabits()).toEqual([]);
  });
});

test('what was taken back is due again', async () => {
  await happened('7', ...registered(), ...reminded(READ));
  const back: [Step, Step][] = [
    [
      [READ, { type: 'HabitSkipped', data: { on: '2026-11-25' } }],
      [READ, { type: 'EntryCleared', data: { on: '2026-11-25' } }],
    ],
    [
      [READ, { type: 'HabitPaused', data: { on: '2026-11-24' } }],
      [READ, { type: 'HabitResumed', data: { on: '2026-11-25' } }],
    ],
    [
      [READ, { type: 'HabitArchived', data: {} }],
      [READ, { type: 'HabitRestored', data: {} }],
    ],
    [
      ['account', { type: 'BotBlocked', data: {} }],
      ['account', { type: 'BotUnblocked', data: {} }],
    ],
  ];
  for (const [away, again] of back) {
    await happened('7', away);
    expect(await dueHabits()).toEqual([]);
    await happened('7', again);
    expect(await dueHabits()).toEqual([READ]);
  }
});

test('a flight takes all reminders of the person along', async () => {
  await happened('7', ...registered(), ...reminded(READ), ...reminded(RUN));
  await happened('7', ['account', { type: 'TimezoneChanged', data: { timezone: 'Asia/Tokyo' } }]);
  expect(await dueHabits([{ ...EIGHT, timezone: 'Asia/Tokyo' }])).toEqual([READ, RUN]);
  expect(await zonesInUse(pool())).toEqual(['Asia/Tokyo']);
});

test('a gap: a whole range of local minutes begins at once', async () => {
  await happened('7', ...registered(), ...reminded(READ, 'Read', '02:00'), ...reminded(RUN, 'Run', '02:59'));
  const gap = { timezone: 'Europe/Berlin', on: '2026-03-29', weekday: 7, fromMinute: 120, toMinute: 179 };
  expect((await due([gap])).flat().map(({ at, on }) => [at, on])).toEqual([
    ['02:00', '2026-03-29'],
    ['02:59', '2026-03-29'],
  ]);
  expect(await due([{ ...gap, fromMinute: 121, toMinute: 178 }])).toEqual([]);
});

test('only the partitions asked for', async () => {
  await happened('7', ...registered(), ...reminded(READ));
  const mine = partitionOf(asUserId('7'));
  expect(await due([EIGHT], [mine])).toHaveLength(1);
  expect(
    await due(
      [EIGHT],
      PARTITIONS.filter((partition) => partition !== mine),
    ),
  ).toEqual([]);
  expect(await due([EIGHT], [])).toEqual([]);
  expect(await due([], PARTITIONS)).toEqual([]);
});

test('chunks are in order and never cut a person in two, whatever their size', async () => {
  const people = ['3', '20', '100'];
  for (const userId of people) {
    await happened(userId, ...registered(), ...reminded(RUN), ...reminded(READ), [
      READ,
      { type: 'ReminderScheduled', data: { at: '08:01', weekdays: [3] } },
    ]);
  }
  const minutes = [{ ...EIGHT, toMinute: 481 }];
  const whole = (await due(minutes)).flat();
  expect(whole.map(({ userId, habitId, at }) => `${userId} ${habitId[0]} ${at}`)).toEqual(
    people.flatMap((userId) => [`${userId} a 08:00`, `${userId} a 08:01`, `${userId} b 08:00`]),
  );
  for (const chunkSize of [1, 2, 3, 4, 8, 9, 10]) {
    const chunks = await due(minutes, PARTITIONS, chunkSize);
    expect(chunks.flat()).toEqual(whole);
    const owners = chunks.flatMap((chunk) => [...new Set(chunk.map(({ userId }) => userId))]);
    expect(owners).toEqual(people);
  }
});

test('a reader that leaves early gives its connection back', async () => {
  await happened('7', ...registered(), ...reminded(READ));
  for (let i = 0; i < 30; i++) {
    for await (const _ of dueReminders(pool(), { partitions: PARTITIONS, minutes: [EIGHT] }, 1)) break;
  }
  expect(pool().idleCount).toBe(pool().totalCount);
  await expect(due([{ ...EIGHT, on: 'nonsense' }])).rejects.toThrow('invalid input syntax');
  expect(pool().idleCount).toBe(pool().totalCount);
});

test('a connection lost between two chunks is an error of the reader, not the end of the process', async () => {
  await happened('7', ...registered(), ...reminded(READ));
  await happened('8', ...registered(), ...reminded(READ));
  await happened('9', ...registered(), ...reminded(READ));
  const reading = async () => {
    for await (const _ of dueReminders(pool(), { partitions: PARTITIONS, minutes: [EIGHT] }, 1)) {
      await pool().query(
        `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
         WHERE state = 'idle in transaction' AND datname = current_database()`,
      );
    }
  };
  await expect(reading()).rejects.toThrow();
  expect(await dueHabits()).toEqual([READ, READ, READ]);
});
