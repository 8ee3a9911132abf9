import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DomainEvent } from '#contracts/events.ts';
import { partitionOf } from '#contracts/ids.ts';
import type { Delivery } from '#contracts/messages.ts';
import { writeDeliveries } from '#projections/analytics/write-deliveries.ts';
import { writeEvents } from '#projections/analytics/write-events.ts';
import { inTransaction, useSchema } from '#projections/engine/checkpoints.ts';
import { loadProjectionNamed } from '#projections/engine/registry.ts';
import { prepareProjections } from '#projections/engine/versions.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres.ts';
import { asAggregateId, asHabitId, asMinute, asUserId } from '../../support/ids.ts';
import { recorded } from '../histories.ts';

const HABIT = 'aaaaaaaaaaaaa';
let database: TestDatabase;
let sequence = 0;

const happened = (userId: string, aggregateId: string, at: string, event: DomainEvent) =>
  recorded({ userId: asUserId(userId), aggregateId: asAggregateId(aggregateId), at, event }, ++sequence);

/** Due at 08:00 in Berlin on that date, in winter. */
function reminder(userId: string, on: string, more: Partial<Delivery> = {}): Delivery {
  const dueMs = Date.parse(`${on}T07:00:00.000Z`);
  const occurrences = [{ habitId: asHabitId(HABIT), on, at: '08:00' }];
  const at = new Date(dueMs + 1_000).toISOString();
  const base = {
    userId: asUserId(userId),
    minute: asMinute(dueMs / 60_000),
    tier: 'engaged' as const,
    outcome: 'delivered' as const,
  };
  return { ...base, occurrences, at, latenessMs: 1_000, ...more };
}

beforeAll(async () => {
  database = await createTestDatabase();
  const projection = await loadProjectionNamed('analytics');
  await prepareProjections({ schedules: database.pool, analytics: database.pool }, [projection]);
  const registered = (userId: string, zone: string) => [
    happened(userId, 'account', '2026-11-03T10:00:00.000Z', {
      type: 'AccountRegistered',
      data: { locale: 'en' },
    }),
    happened(userId, 'account', '2026-11-03T10:01:00.000Z', {
      type: 'TimezoneChanged',
      data: { timezone: zone },
    }),
  ];
  const checkedIn = (userId: string, on: string, at: string) =>
    happened(userId, HABIT, at, { type: 'HabitCheckedIn', data: { on, value: 1 } });
  const events = [
    ...registered('1', 'Europe/Berlin'),
    ...registered('2', 'Not/AZone'),
    happened('1', HABIT, '2026-11-03T10:02:00.000Z', {
      type: 'HabitDefined',
      data: {
        name: 'A secret',
        goal: { kind: 'numeric', direction: 'atLeast', target: 2.5, unit: 'pills' },
        frequency: { kind: 'weekdays', weekdays: [1, 3] },
      },
    }),
    checkedIn('1', '2026-11-04', '2026-11-04T07:10:00.000Z'),
    checkedIn('2', '2026-11-04', '2026-11-04T23:00:00.000Z'),
    happened('1', HABIT, '2026-11-10T07:00:30.000Z', { type: 'HabitSkipped', data: { on: '2026-11-10' } }),
    checkedIn('1', '2026-11-11', '2026-11-11T08:00:00.000Z'),
    happened('1', HABIT, '2026-11-11T08:01:00.000Z', { type: 'EntryCleared', data: { on: '2026-11-11' } }),
    // Neither the days nor the hour at which they were brought are in any view.
    happened('1', HABIT, '2026-11-20T12:00:00.000Z', {
      type: 'EntriesImported',
      data: {
        entries: [
          { on: '2026-11-11', value: 1 },
          { on: '2026-11-12', skipped: true },
        ],
      },
    }),
  ];
  const deliveries = [
    reminder('1', '2026-11-04', { outcome: 'uncertain' }),
    reminder('1', '2026-11-04'),
    reminder('1', '2026-11-04', { outcome: 'suppressed', reason: 'alreadyReminded' }),
    reminder('1', '2026-11-11'),
    reminder('2', '2026-11-11', { outcome: 'failed', reason: '403: Forbidden' }),
  ].map((each, i) => ({ ...each, sequence: i + 1, partition: partitionOf(each.userId) }));
  await inTransaction(database.pool, async (db) => {
    await useSchema(db, 'analytics_v1');
    await writeEvents(events, db);
    await writeDeliveries(deliveries, db);
  });
});
afterAll(() => database.drop());

async function rows(sql: string): Promise<unknown[]> {
  return (await database.pool.query(sql)).rows;
}

test('a date: who was active, what was done, skipped and reminded', async () => {
  expect(await rows('SELECT to_jsonb(d) AS d FROM analytics.daily_activity d ORDER BY on_date')).toEqual(
    [
      {
        on_date: '2026-11-04',
        active_users: 2,
        check_ins: 2,
        skips: 0,
        reminders_delivered: 1,
        reminders_not_delivered: 0,
      },
      {
        on_date: '2026-11-10',
        active_users: 1,
        check_ins: 0,
        skips: 1,
        reminders_delivered: 0,
        reminders_not_delivered: 0,
      },
      {
        on_date: '2026-11-11',
        active_users: 0,
        check_ins: 0,
        skips: 0,
        reminders_delivered: 1,
        reminders_not_delivered: 1,
      },
    ].map((d) => ({ d })),
  );
});

test('the local hour of an answer is unknown where Postgres does not know the zone', async () => {
  expect(
    await rows('SELECT local_hour, answers::int, users::int FROM analytics.completion_by_hour ORDER BY 1'),
  ).toEqual([
    { local_hour: 8, answers: 2, users: 1 },
    { local_hour: null, answers: 1, users: 1 },
  ]);
});

test('a cohort by weeks', async () => {
  expect(
    await rows(`SELECT cohort_week::text, week_number, users::int, cohort_size::int, retained::float
      FROM analytics.retention_cohorts ORDER BY week_number`),
  ).toEqual([
    { cohort_week: '2026-11-02', week_number: 0, users: 2, cohort_size: 2, retained: 1 },
    { cohort_week: '2026-11-02', week_number: 1, users: 1, cohort_size: 2, retained: 0.5 },
    { cohort_week: '2026-11-02', week_number: 2, users: 0, cohort_size: 2, retained: 0 },
  ]);
});

test('a reminder worked when the day was answered after it, also where the entry was taken back', async () => {
  expect(
    await rows(`SELECT local_hour, delivered::int, answered::int, answered_share::float,
      round(median_minutes_to_answer::numeric, 2)::float AS minutes FROM analytics.reminder_effect`),
  ).toEqual([{ local_hour: 8, delivered: 2, answered: 2, answered_share: 1, minutes: 34.98 }]);
});

test('a habit without its name and unit', async () => {
  const [habit] = await rows('SELECT to_jsonb(h) AS habit FROM analytics.dim_habits h');
  expect(habit).toMatchObject({
    habit: { goal: 'numeric', direction: 'atLeast', target: 2.5, frequency: 'weekdays', weekdays: [1, 3] },
  });
  expect(JSON.stringify(habit)).not.toMatch(/secret|pills/);
});
