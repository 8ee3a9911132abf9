import { minuteOfDay } from '#contracts/time.ts';
import { bulkRows, replaced, type Shape } from '../engine/bulk-write.ts';
import { columns, json } from '../engine/columns.ts';
import type { Queryable } from '../engine/projection.ts';
import type { AccountChange } from './changes.ts';
import { multirange } from './rests.ts';

/** Whether a change concerns what reminders copy from their account. */
export const affectsReminders = ({
  timezone,
  blocked,
  dayStarts,
  quiet,
  stopped,
  askedAtMs,
}: AccountChange): boolean =>
  [timezone, blocked, dayStarts, quiet, stopped, askedAtMs].some((each) => each !== undefined);

/**
 * Accounts of the batch that are asked whether to go on, read before they are written: a sign of life in the batch makes
 * their reminders active again.
 */
export async function askedToContinue(
  accounts: ReadonlyMap<string, AccountChange>,
  db: Queryable,
): Promise<{ userId: string }[]> {
  if (accounts.size === 0) return [];
  const { rows } = await db.query<{ userId: string }>(
    'SELECT user_id AS "userId" FROM accounts WHERE asked AND user_id = ANY ($1::bigint[])',
    columns(accounts.keys(), (userId) => userId),
  );
  return rows;
}

const NEW_ACCOUNT = `SELECT user_id, c.partition, coalesce(c.locale, a.locale) AS locale, coalesce(c.timezone, a.timezone) AS timezone,
  coalesce(c.blocked, a.blocked, false) AS blocked,
  greatest(to_timestamp(c.answered_at_ms / 1000.0), a.last_answered_at) AS last_answered_at,
  greatest(to_timestamp(c.active_at_ms / 1000.0), a.last_active_at) AS last_active_at,
  coalesce(c.day_starts, a.day_starts, 0) AS day_starts,
  CASE WHEN c.quiet_given THEN c.quiet_from ELSE a.quiet_from END AS quiet_from,
  CASE WHEN c.quiet_given THEN c.quiet_to ELSE a.quiet_to END AS quiet_to,
  nullif(coalesce(a.vacations * datemultirange(daterange(NULL, c.vacations_end_before)), '{}') + c.vacations, '{}')
    AS vacations,
  coalesce(c.habit_order, a.habit_order) AS habit_order,
  coalesce(c.stopped, a.stopped, false) AS stopped,
  CASE
    -- A person who was heard from between the question and its event has answered.
    WHEN c.asked_at_ms IS NOT NULL THEN coalesce(to_timestamp(c.asked_at_ms / 1000.0)
      >= greatest(to_timestamp(c.active_at_ms / 1000.0), a.last_active_at), true)
    WHEN c.active_at_ms IS NOT NULL THEN false
    ELSE coalesce(a.asked, false)
  END AS asked`;

const ACCOUNT_COLUMNS = [
  'locale',
  'timezone',
  'blocked',
  'last_answered_at',
  'last_active_at',
  'day_starts',
  'quiet_from',
  'quiet_to',
  'vacations',
  'habit_order',
  'stopped',
  'asked',
];

const CHANGE: Shape<AccountChange> = {
  user_id: ['bigint', (c) => c.userId],
  partition: ['smallint', (c) => c.partition],
  locale: ['text', (c) => c.locale],
  timezone: ['text', (c) => c.timezone],
  blocked: ['boolean', (c) => c.blocked],
  answered_at_ms: ['bigint', (c) => c.answeredAtMs],
  active_at_ms: ['bigint', (c) => c.activeAtMs],
  day_starts: ['smallint', (c) => c.dayStarts],
  quiet_given: ['boolean', (c) => c.quiet !== undefined],
  quiet_from: ['smallint', (c) => c.quiet && minuteOfDay(c.quiet.from)],
  quiet_to: ['smallint', (c) => c.quiet && minuteOfDay(c.quiet.to)],
  vacations: ['datemultirange', (c) => multirange(c.vacations?.planned ?? [])],
  vacations_end_before: ['date', (c) => c.vacations?.endBefore],
  habit_order: ['jsonb', (c) => json(c.habitOrder)],
  stopped: ['boolean', (c) => c.stopped],
  asked_at_ms: ['bigint', (c) => c.askedAtMs],
};

export async function writeAccounts(changed: AccountChange[], db: Queryable): Promise<void> {
  if (changed.length === 0) return;
  const { from, values } = bulkRows(changed, CHANGE);
  await db.query(
    `INSERT INTO accounts (user_id, partition, ${ACCOUNT_COLUMNS})
     ${NEW_ACCOUNT} FROM ${from} LEFT JOIN accounts a USING (user_id)
     ON CONFLICT (user_id) DO UPDATE SET ${replaced(ACCOUNT_COLUMNS)}`,
    values,
  );
}
