import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { DomainEvent } from '#contracts/events.ts';
import { PARTITIONS } from '#contracts/subjects.ts';
import { inTransaction, useSchema } from '#projections/engine/checkpoints.ts';
import { loadProjectionNamed } from '#projections/engine/registry.ts';
import { prepareProjections } from '#projections/engine/versions.ts';
import { dueReminders, type ZoneMinutes } from '#projections/schedules/due.ts';
import { writeEvents } from '#projections/schedules/write-events.ts';
import { localMinutesBeginning } from '#services/platform/local-time/local-time.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres.ts';
import { asAggregateId, asMinute, asUserId } from '../../support/ids.ts';
import { recorded } from '../histories.ts';

export const READ = 'aaaaaaaaaaaaa';
export const RUN = 'bbbbbbbbbbbbb';
export const ZONE = 'Europe/Berlin';
/** A Wednesday. */
export const TODAY = '2026-11-25';
export const NIGHT = { from: '22:00', to: '07:00' };

let database: TestDatabase;

/** For the tests of a file: a database with the tables of schedules, emptied before each test. */
export function useSchedules(): void {
  beforeAll(async () => {
    database = await createTestDatabase();
    await prepareProjections({ schedules: database.pool, analytics: database.pool }, [
      await loadProjectionNamed('schedules'),
    ]);
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    const tables = ['accounts', 'habits', 'reminders', 'snoozes', 'answers'];
    await database.pool.query(`TRUNCATE ${tables.map((table) => `schedules_v1.${table}`)}`);
  });
}

export const pool = () => database.pool;

export type Step = [aggregateId: string, event: DomainEvent];
export const account = (event: DomainEvent): Step => ['account', event];
export const read = (event: DomainEvent): Step => [READ, event];
export const dayStart = (dayStartsAt: string) => account({ type: 'DayStartChanged', data: { dayStartsAt } });
export const quiet = (hours: typeof NIGHT | null) =>
  account({ type: 'QuietHoursChanged', data: { quiet: hours } });
export const vacation = (from: string, to: string) =>
  account({ type: 'VacationPlanned', data: { from, to } });
export const snoozed = (on: string, at: string, untilAt: string) =>
  read({ type: 'ReminderSnoozed', data: { on, at, untilAt } });
export const reminder = (at: string, windowMinutes?: number, weekdays = [1, 2, 3, 4, 5, 6, 7]) =>
  read({ type: 'ReminderScheduled', data: { at, weekdays, ...(windowMinutes && { windowMinutes }) } });
export const defined = (habit: string, name = 'Read'): Step => [
  habit,
  { type: 'HabitDefined', data: { name, goal: { kind: 'yesNo' }, frequency: { kind: 'daily' } } },
];
export const person: Step[] = [
  account({ type: 'AccountRegistered', data: { locale: 'en' } }),
  account({ type: 'TimezoneChanged', data: { timezone: ZONE } }),
  defined(READ),
];
export const registered = (timezone = ZONE): Step[] => [
  account({ type: 'AccountRegistered', data: { locale: 'ru' } }),
  account({ type: 'TimezoneChanged', data: { timezone } }),
];
/** A habit that is defined, with a reminder on every day. */
export const reminded = (habit: string, name = 'Read', at = '08:00'): Step[] => [
  defined(habit, name),
  [habit, { type: 'ReminderScheduled', data: { at, weekdays: [1, 2, 3, 4, 5, 6, 7] } }],
];

export async function happened(...steps: Step[]): Promise<void> {
  await happenedAt('2026-11-25T05:00:00.000Z', ...steps);
}

export async function happenedAt(at: string, ...steps: Step[]): Promise<void> {
  await happenedTo('7', at, steps);
}

/** Projects events of a person, one after the other. */
export async function happenedTo(userId: string, at: string, steps: readonly Step[]): Promise<void> {
  await inTransaction(database.pool, async (db) => {
    await useSchema(db, 'schedules_v1');
    for (const [aggregateId, event] of steps) {
      await writeEvents(
        [recorded({ userId: asUserId(userId), aggregateId: asAggregateId(aggregateId), at, event }, 1)],
        db,
      );
    }
  });
}

/** `habit at on`, with `*` when snoozed, of all that is due at an instant. */
export async function dueAt(instant: string, zone = ZONE): Promise<string[]> {
  const minute = asMinute(Date.parse(instant) / 60_000);
  const minutes: ZoneMinutes[] = localMinutesBeginning(minute, zone).map((begins) => ({
    timezone: zone,
    ...begins,
  }));
  const found: string[] = [];
  for await (const rows of dueReminders(database.pool, { partitions: PARTITIONS, minutes, minute }, 10)) {
    found.push(...rows.map((row) => `${row.habitId[0]} ${row.at} ${row.on}${row.snoozed ? ' *' : ''}`));
  }
  return found;
}
