import { expect, test } from 'vitest';
import type { Digest } from '#contracts/account-events.ts';
import { DIGEST } from '#contracts/ids.ts';
import { PARTITIONS } from '#contracts/subjects.ts';
import { dueReminders, type ZoneMinutes } from '#projections/schedules/due.ts';
import { countAll } from '#projections/schedules/recipients.ts';
import { sendFacts } from '#projections/schedules/send-facts.ts';
import { habitsIn } from '#projections/schedules/week.ts';
import { asHabitId, asMinute, asUserId } from '../../support/ids.ts';
import {
  account,
  dueAt as anyDueAt,
  defined,
  happened,
  NIGHT,
  person,
  pool,
  quiet,
  READ,
  RUN,
  reminded,
  type Step,
  useSchedules,
  vacation,
  ZONE,
} from './fixture.ts';

useSchedules();

/** 2026-11-29 is a Sunday. */
const SUNDAY = '2026-11-29';
const digest = (to: Digest | null): Step => account({ type: 'DigestChanged', data: { digest: to } });
const minuteOf = (on: string, weekday: number, minute: number): ZoneMinutes => ({
  ...{ timezone: ZONE, on, weekday },
  ...{ fromMinute: minute, toMinute: minute },
});

async function dueAt(on: string, weekday: number, minute: number): Promise<string[]> {
  const due: string[] = [];
  const query = { partitions: PARTITIONS, minutes: [minuteOf(on, weekday, minute)] };
  for await (const rows of dueReminders(pool(), query, 100))
    due.push(...rows.map((row) => `${row.habitId} ${row.on} ${row.at}`));
  return due;
}

test('a digest is due once a week, at its own time; moved, it is due at the new one alone; off, not at all', async () => {
  await happened(...person, digest({ weekday: 7, at: '18:00' }));
  expect(await dueAt(SUNDAY, 7, 1080)).toEqual([`${DIGEST} ${SUNDAY} 18:00`]);
  expect(await dueAt('2026-11-28', 6, 1080)).toEqual([]);
  await happened(digest({ weekday: 7, at: '21:00' }), digest({ weekday: 1, at: '08:00' }));
  expect(await dueAt(SUNDAY, 7, 1080)).toEqual([]);
  expect(await dueAt(SUNDAY, 7, 1260)).toEqual([]);
  expect(await dueAt('2026-11-30', 1, 480)).toEqual([`${DIGEST} 2026-11-30 08:00`]);
  await happened(digest(null));
  expect(await dueAt('2026-11-30', 1, 480)).toEqual([]);
  const { rows } = await pool().query(
    'SELECT count(*)::int AS rows FROM schedules.habits WHERE habit_id = $1',
    [DIGEST],
  );
  expect(rows).toEqual([{ rows: 0 }]);
});

test('it comes once on a Sunday on which the clock jumps: after a gap of its hour, and in the first of two', async () => {
  await happened(...person, digest({ weekday: 7, at: '02:30' }));
  expect(await anyDueAt('2026-03-29T01:59+01:00')).toEqual([]);
  expect(await anyDueAt('2026-03-29T03:30+02:00')).toEqual([`${DIGEST[0]} 02:30 2026-03-29`]);
  expect(await anyDueAt('2026-03-29T02:30+02:00')).toEqual([]);
  expect(await anyDueAt('2026-10-25T02:30+02:00')).toEqual([`${DIGEST[0]} 02:30 2026-10-25`]);
  expect(await anyDueAt('2026-10-25T02:30+01:00')).toEqual([]);
});

test('it rests on vacation, and for people who blocked the bot or stopped reminders; quiet hours hold it back', async () => {
  const resting: Record<string, Step[]> = {
    vacation: [vacation('2026-11-28', '2026-12-01')],
    blocked: [account({ type: 'BotBlocked', data: {} })],
    stopped: [account({ type: 'RemindersStopped', data: {} })],
    asked: [account({ type: 'ContinuationAsked', data: { on: '2026-11-25' } })],
  };
  for (const [why, steps] of Object.entries(resting)) {
    await pool().query('TRUNCATE schedules_v1.accounts, schedules_v1.habits, schedules_v1.reminders');
    await happened(...person, digest({ weekday: 7, at: '18:00' }));
    await happened(...steps);
    expect(await dueAt(SUNDAY, 7, 1080), why).toEqual([]);
  }
  await pool().query('TRUNCATE schedules_v1.accounts, schedules_v1.habits, schedules_v1.reminders');
  await happened(...person, quiet(NIGHT), digest({ weekday: 7, at: '23:00' }));
  expect(await dueAt(SUNDAY, 7, 1380)).toEqual([]);
  expect(await dueAt('2026-11-30', 1, 420)).toEqual([`${DIGEST} ${SUNDAY} 23:00`]);
});

test('it is wanted at the send like a reminder, and is no habit in the figures', async () => {
  await happened(...person, digest({ weekday: 7, at: '18:00' }));
  const occurrence = { habitId: DIGEST, on: SUNDAY, at: '18:00' };
  const asked = [{ userId: asUserId('7'), minute: asMinute(1), occurrences: [occurrence] }];
  expect((await sendFacts(pool(), asked))[0]?.occurrences[0]).not.toHaveProperty('suppressed');
  expect((await countAll(pool())).habits).toBe(1);
  await happened(digest(null));
  expect((await sendFacts(pool(), asked))[0]?.occurrences[0]).toMatchObject({ suppressed: 'unscheduled' });
});

test('the week: days done and amounts of each habit in use', async () => {
  const water = 'ccccccccccccc';
  const coffee = 'ddddddddddddd';
  const numeric = (direction: 'atLeast' | 'atMost', target: number) =>
    ({ kind: 'numeric', direction, target, unit: 'l' }) as const;
  const entered = (habit: string, on: string, value: number): Step => [
    habit,
    { type: 'HabitCheckedIn', data: { on, value } },
  ];
  await happened(
    ...person,
    digest({ weekday: 7, at: '18:00' }),
    defined(RUN, 'Archived'),
    [RUN, { type: 'HabitArchived', data: {} }],
    [
      water,
      {
        type: 'HabitDefined',
        data: { name: 'Water', goal: numeric('atLeast', 2), frequency: { kind: 'daily' } },
      },
    ],
    [
      coffee,
      {
        type: 'HabitDefined',
        data: { name: 'Coffee', goal: numeric('atMost', 2), frequency: { kind: 'daily' } },
      },
    ],
    entered(READ, '2026-11-22', 1),
    entered(READ, '2026-11-23', 1),
    entered(READ, '2026-11-24', 0),
    [READ, { type: 'HabitSkipped', data: { on: '2026-11-25' } }],
    entered(water, '2026-11-23', 2.1),
    entered(water, '2026-11-24', 0.2),
    entered(coffee, '2026-11-23', 3),
    entered(coffee, '2026-11-24', 2),
  );
  const week = { from: '2026-11-23', to: SUNDAY };
  expect(await habitsIn(pool(), asUserId('7'), week)).toMatchObject([
    { name: 'Coffee', done: 1, total: 5 },
    { name: 'Read', done: 1, total: 0 },
    { name: 'Water', done: 1, total: 2.3 },
  ]);
});

test('the week is in the order of /today: the chosen one, by part of the day; else by the first reminder', async () => {
  const weekOf = async () =>
    (await habitsIn(pool(), asUserId('7'), { from: '2026-11-23', to: SUNDAY })).map(({ name }) => name);
  const late = 'ccccccccccccc';
  await happened(...person, ...reminded(RUN, 'Zumba', '07:00'), ...reminded(late, 'Aerobics', '22:00'));
  expect(await weekOf()).toEqual(['Zumba', 'Aerobics', 'Read']);
  const group = (habit: string, part: 'morning' | 'evening'): Step => [
    habit,
    { type: 'HabitGrouped', data: { group: { kind: 'part', part } } },
  ];
  await happened(group(RUN, 'evening'), group(READ, 'morning'));
  expect(await weekOf()).toEqual(['Read', 'Zumba', 'Aerobics']);
  const order = [late, RUN, READ].map(asHabitId);
  await happened(account({ type: 'HabitsReordered', data: { habitIds: order } }), group(late, 'evening'));
  expect(await weekOf()).toEqual(['Read', 'Aerobics', 'Zumba']);
});
