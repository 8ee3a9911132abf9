import type { Locale } from '#contracts/account-events.ts';
import { DIGEST, type UserId } from '#contracts/ids.ts';
import type { Queryable } from '../engine/projection.ts';

/*
 * The recipients of a broadcast: people who registered and did not block the bot. Read by the sender and by `/admin`.
 */

/** At most `limit` recipients with an id above `after`, by rising id: every page costs the same. */
export async function recipientsAfter(db: Queryable, after: UserId | '0', limit: number): Promise<UserId[]> {
  const { rows } = await db.query<{ user_id: UserId }>(
    `SELECT user_id FROM schedules.accounts
     WHERE user_id > $1 AND locale IS NOT NULL AND NOT blocked ORDER BY user_id LIMIT $2`,
    [after, limit],
  );
  return rows.map(({ user_id }) => user_id);
}

export type Recipient = { locale: Locale; blocked: boolean };

/** Recipients as they are now, in the order of the ids; undefined for a person who is not registered. One statement. */
export async function recipients(
  db: Queryable,
  userIds: readonly UserId[],
): Promise<(Recipient | undefined)[]> {
  const { rows } = await db.query<{ locale: Locale | null; blocked: boolean }>(
    `SELECT a.locale, a.blocked FROM unnest($1::bigint[]) WITH ORDINALITY AS c (user_id, place)
     LEFT JOIN schedules.accounts a USING (user_id) ORDER BY c.place`,
    [userIds],
  );
  return rows.map(({ locale, blocked }) => (locale === null ? undefined : { locale, blocked }));
}

export type Counts = { accounts: number; reachable: number; habits: number };

/** `reachable` accounts did not block the bot; `habits` are those not in the archive. Reads every row. */
export async function countAll(db: Queryable): Promise<Counts> {
  const { rows } = await db.query<Record<keyof Counts, string>>(
    `SELECT count(*) AS accounts, count(*) FILTER (WHERE NOT blocked) AS reachable,
       (SELECT count(*) FROM schedules.habits WHERE name IS NOT NULL AND NOT archived AND habit_id <> '${DIGEST}') AS habits
     FROM schedules.accounts WHERE locale IS NOT NULL`,
  );
  const [row] = rows;
  return {
    accounts: Number(row?.accounts ?? 0),
    reachable: Number(row?.reachable ?? 0),
    habits: Number(row?.habits ?? 0),
  };
}
