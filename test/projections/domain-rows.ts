import type { RecordedEvent } from '#contracts/events.ts';
import { ACCOUNT, DIGEST } from '#contracts/ids.ts';
import type { Queryable } from '#projections/engine/projection.ts';
import * as account from '#services/bot/domain/account.ts';
import * as habit from '#services/bot/domain/habit-state.ts';

/** What schedules and the bot's domain both know of people, a line for each account and habit, sorted. */
export type DomainRows = { accounts: string[]; habits: string[] };

/** Folded by the domain that made the events, apart from any projection. */
export function foldedByDomain(events: Iterable<RecordedEvent>): DomainRows {
  const accounts = new Map<string, account.State>();
  const habits = new Map<string, habit.State>();
  for (const event of events) {
    const key = `${event.userId} ${event.aggregateId}`;
    if (event.aggregateId === ACCOUNT)
      accounts.set(
        event.userId,
        account.evolve(accounts.get(event.userId) ?? account.initialState(), event as never),
      );
    else habits.set(key, habit.evolve(habits.get(key) ?? habit.initialState(), event as never));
  }
  const kept = [...habits].filter(([, { deleted }]) => !deleted);
  return {
    accounts: [...accounts]
      .map(([id, a]) => JSON.stringify([id, a.locale, a.timezone, a.blocked, a.remindersStopped]))
      .sort(),
    habits: kept
      .map(([key, { name, paused, archived }]) => JSON.stringify([...key.split(' '), name, paused, archived]))
      .sort(),
  };
}

/** The same of the rows that the tables of schedules in a schema have of some people. */
export async function foldedBySchedules(
  db: Queryable,
  schema: string,
  userIds: readonly string[],
): Promise<DomainRows> {
  const lines = async (sql: string, ...more: string[]) => {
    const { rows } = await db.query<{ line: unknown[] }>(sql, [userIds, ...more]);
    return rows.map(({ line }) => JSON.stringify(line)).sort();
  };
  return {
    accounts: await lines(
      `SELECT jsonb_build_array(user_id::text, locale, timezone, blocked, stopped) AS line
       FROM ${schema}.accounts WHERE user_id = ANY ($1::bigint[])`,
    ),
    habits: await lines(
      `SELECT jsonb_build_array(user_id::text, habit_id, name, paused, archived) AS line
       FROM ${schema}.habits WHERE user_id = ANY ($1::bigint[]) AND habit_id <> $2`,
      DIGEST,
    ),
  };
}
