import type { Pool } from 'pg';
import { partitionOf } from '#contracts/ids.ts';
import { type LocalTime, minuteOfDay } from '#contracts/time.ts';
import { asUserId } from '#test/support/ids.ts';

/** A person with habits `a…`, `b…`, … that all remind at the same time, every day. */
export type Person = { userId: string; timezone: string; at: LocalTime; habits: number; answeredAt?: string };

export const habitIdOf = (index: number): string => String.fromCharCode(97 + index).repeat(13);

/** Writes people into the schedules as the projector would have. */
export async function addPeople(db: Pool, people: readonly Person[]): Promise<void> {
  await db.query(
    `INSERT INTO schedules.accounts (user_id, partition, locale, timezone, blocked, last_answered_at)
     SELECT user_id, partition, 'en', timezone, false, answered_at
     FROM unnest($1::bigint[], $2::smallint[], $3::text[], $4::timestamptz[])
       AS p (user_id, partition, timezone, answered_at)`,
    [
      people.map((person) => person.userId),
      people.map((person) => partitionOf(asUserId(person.userId))),
      people.map((person) => person.timezone),
      people.map((person) => person.answeredAt ?? null),
    ],
  );
  const reminders = people.flatMap(({ userId, timezone, at, habits }) =>
    Array.from({ length: habits }, (_, i) => ({ userId, timezone, at, habitId: habitIdOf(i) })),
  );
  await db.query(
    `INSERT INTO schedules.reminders (user_id, habit_id, local_minute, weekdays, partition, timezone, active)
     SELECT user_id, habit_id, local_minute, 127, partition, timezone, true
     FROM unnest($1::bigint[], $2::text[], $3::smallint[], $4::smallint[], $5::text[])
       AS r (user_id, habit_id, local_minute, partition, timezone)`,
    [
      reminders.map((each) => each.userId),
      reminders.map((each) => each.habitId),
      reminders.map((each) => minuteOfDay(each.at)),
      reminders.map((each) => partitionOf(asUserId(each.userId))),
      reminders.map((each) => each.timezone),
    ],
  );
}
