import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DomainEvent } from '#contracts/events.ts';
import { writeEvents } from '#projections/analytics/write-events.ts';
import { inTransaction, useSchema } from '#projections/engine/checkpoints.ts';
import { loadProjectionNamed } from '#projections/engine/registry.ts';
import { prepareProjections } from '#projections/engine/versions.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres.ts';
import { asAggregateId, asUserId } from '../../support/ids.ts';
import { HABITS } from '../arbitrary-events.ts';
import { recorded } from '../histories.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  const analytics = await loadProjectionNamed('analytics');
  await prepareProjections({ schedules: database.pool, analytics: database.pool }, [analytics]);
});
afterAll(() => database.drop());

const at = '2026-11-25T08:00:00.000Z';
const event = (sequence: number, aggregateId: string, happened: DomainEvent) =>
  recorded({ userId: asUserId('7'), aggregateId: asAggregateId(aggregateId), at, event: happened }, sequence);
const planned = (from: string, to: string): DomainEvent => ({ type: 'VacationPlanned', data: { from, to } });
const cancelled = (on: string): DomainEvent => ({ type: 'VacationCancelled', data: { on } });

test('snoozes and vacations are facts; a vacation says from when it was cancelled', async () => {
  const habitId = HABITS[0] ?? '';
  const events = [
    event(1, habitId, {
      type: 'ReminderSnoozed',
      data: { on: '2026-11-25', at: '09:40', untilAt: '2026-11-25T08:40:00.000Z' },
    }),
    event(2, 'account', planned('2026-11-01', '2026-11-10')),
    event(3, 'account', planned('2026-12-01', '2026-12-10')),
    event(4, 'account', cancelled('2026-12-05')),
    event(5, 'account', planned('2026-12-05', '2026-12-20')),
    event(6, 'account', cancelled('2026-12-20')),
    event(7, 'account', { type: 'DayStartChanged', data: { dayStartsAt: '03:00' } }),
    event(8, 'account', { type: 'RemindersStopped', data: {} }),
  ];
  await inTransaction(database.pool, async (db) => {
    await useSchema(db, 'analytics_v1');
    await writeEvents(events, db);
  });
  const rows = async (query: string) => (await database.pool.query({ text: query, rowMode: 'array' })).rows;
  expect(
    await rows(
      'SELECT sequence, from_date::text, to_date::text, cancelled_on::text FROM analytics.fact_vacations',
    ),
  ).toEqual([
    ['2', '2026-11-01', '2026-11-10', null],
    ['3', '2026-12-01', '2026-12-10', '2026-12-05'],
    ['5', '2026-12-05', '2026-12-20', '2026-12-20'],
  ]);
  expect(
    await rows('SELECT habit_id, on_date::text, snoozed_at, until_at FROM analytics.fact_snoozes'),
  ).toEqual([[habitId, '2026-11-25', new Date(at), new Date('2026-11-25T08:40:00.000Z')]]);
  expect(await rows('SELECT day_starts_at::text, stopped FROM analytics.dim_users')).toEqual([
    ['03:00:00', true],
  ]);
});
