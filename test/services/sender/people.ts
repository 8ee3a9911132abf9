import type { NatsConnection } from '@nats-io/transport-node';
import type { Pool } from 'pg';
import { partitionOf } from '#contracts/ids.ts';
import type { Occurrence } from '#contracts/messages.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import { createLog } from '#services/platform/process/log.ts';
import { openRateLimiter, type RateLimiter } from '#services/platform/rate-limit/rate-limiter.ts';
import { asUserId } from '../../support/ids.ts';

export type Person = { userId: string; due: Occurrence[] };

/** Writes people into the schedules as the projector would have, each habit with a reminder at 08:00 UTC every day. */
export async function insertPeople(pool: Pool, people: Person[]): Promise<void> {
  const ids = people.map(({ userId }) => userId);
  const partitions = people.map(({ userId }) => partitionOf(asUserId(userId)));
  const habits = people.flatMap(({ userId, due }) => due.map(({ habitId }) => ({ userId, habitId })));
  const owners = habits.map(({ userId }) => userId);
  const habitIds = habits.map(({ habitId }) => habitId);
  await pool.query(
    `INSERT INTO schedules.accounts (user_id, partition, locale, timezone, blocked)
     SELECT user_id, partition, 'en', 'UTC', false FROM unnest($1::bigint[], $2::smallint[]) AS c (user_id, partition)`,
    [ids, partitions],
  );
  await pool.query(
    `INSERT INTO schedules.habits (user_id, habit_id, name, goal, frequency, paused, archived)
     SELECT user_id, habit_id, 'Habit ' || habit_id, '{"kind":"yesNo"}', '{"kind":"daily"}', false, false
     FROM unnest($1::bigint[], $2::text[]) AS c (user_id, habit_id)`,
    [owners, habitIds],
  );
  await pool.query(
    `INSERT INTO schedules.reminders (user_id, habit_id, local_minute, weekdays, partition, timezone, active)
     SELECT user_id, habit_id, 480, 127, partition, 'UTC', true
     FROM unnest($1::bigint[], $2::text[]) AS c (user_id, habit_id) JOIN schedules.accounts USING (user_id)`,
    [owners, habitIds],
  );
}

/** As a 429 does: nothing leaves any sender for that long. */
export function pauseFleet(nats: NatsConnection, ms: number): Promise<void> {
  return withLimiter(nats, (limiter) => limiter.pause(ms, 'a test'));
}

/** As 429s for single chats do. */
export function holdChats(nats: NatsConnection, ms: number, chatIds: readonly number[]): Promise<void> {
  return withLimiter(nats, async (limiter) => {
    for (const chatId of chatIds) await limiter.hold(String(chatId), ms);
  });
}

async function withLimiter(nats: NatsConnection, use: (limiter: RateLimiter) => Promise<void>) {
  const ports = { nats, clock: systemClock, log: createLog('test', 'silent') };
  const limiter = await openRateLimiter(ports, { sendRate: 500, bulkRate: 500 });
  await use(limiter);
  await limiter.stop();
}
