import { escapeIdentifier, type Pool } from 'pg';
import type { UserId } from '#contracts/ids.ts';
import { checkpointsOf, inTransaction, useSchema, versionSchema, versionSchemas } from './checkpoints.ts';
import { connectionOf } from './connection.ts';
import type { Projection, Queryable, SourceName } from './projection.ts';
import { type LogMessage, sourceOf } from './source.ts';

/*
 * What a projection has of one person goes without a replay of everybody's log. Rows with a `user_id` are theirs. A table without
 * one holds sums: what the person's messages alone would have made is taken off them, so that live rows stay what a replay of
 * the log without the person gives.
 */

/** What the log has of a person. */
export type MessagesOfPerson = ReadonlyMap<SourceName, readonly LogMessage[]>;

type Table = {
  name: string;
  hasUser: boolean;
  key: string[];
  others: { column: string; isNumber: boolean }[];
};

/** Temporary tables are in it. */
const SCRATCH = 'pg_temp';

/**
 * Removes a person's rows from every version of a projection, and takes their messages off the sums of the one in use: each message
 * once, however often it is tried. The checkpoints must have passed the messages, and neither rebuild nor
 * verify may run: see `claimProjection`.
 * @returns how many rows were removed.
 */
export function forgetRows(
  pool: Pool,
  projection: Projection,
  userId: UserId,
  messages: MessagesOfPerson,
): Promise<number> {
  return inTransaction(pool, async (db) => {
    const [checkpoint] = await checkpointsOf(db, projection.name, 'FOR UPDATE');
    if (!checkpoint) return 0;
    await takeOff(db, { projection, version: checkpoint.version }, userId, messages);
    let removed = 0;
    for (const schema of await versionSchemas(db, projection.name)) {
      for (const { name } of (await tablesOf(db, schema)).filter(({ hasUser }) => hasUser)) {
        const { rowCount } = await db.query(`DELETE FROM ${schema}."${name}" WHERE user_id = $1`, [userId]);
        removed += rowCount ?? 0;
      }
    }
    return removed;
  });
}

/** Rows that a person has in the version in use: what would be removed. */
export async function countRows(db: Queryable, { name }: Projection, userId: UserId): Promise<number> {
  const [checkpoint] = await checkpointsOf(db, name);
  if (!checkpoint) return 0;
  const schema = versionSchema(name, checkpoint.version);
  let count = 0;
  for (const table of (await tablesOf(db, schema)).filter(({ hasUser }) => hasUser)) {
    const { rows } = await db.query<{ count: string }>(
      `SELECT count(*) FROM ${schema}."${table.name}" WHERE user_id = $1`,
      [userId],
    );
    count += Number(rows[0]?.count);
  }
  return count;
}

/** Ends the forgetting of a person: nothing remembers any more that it was under way. */
export async function dropCorrections(db: Queryable, userId: UserId): Promise<void> {
  await db.query('DELETE FROM projections.corrections WHERE user_id = $1', [userId]);
}

type Version = { projection: Projection; version: number };

async function takeOff(
  db: Queryable,
  { projection, version }: Version,
  userId: UserId,
  messages: MessagesOfPerson,
): Promise<void> {
  const schema = versionSchema(projection.name, version);
  const sums = (await tablesOf(db, schema)).filter(({ hasUser }) => !hasUser);
  if (sums.length === 0) return;
  await useSchema(db, SCRATCH);
  await db.query(projection.tables);
  for (const [stream, all] of messages) {
    const upTo = all.at(-1)?.sequence;
    if (projection.sources[stream] === undefined || upTo === undefined) continue;
    const after = await correctedUpTo(db, { projection, version }, stream, userId);
    const batch = sourceOf(projection, stream)();
    batch.add(all.filter(({ sequence }) => sequence > after));
    await batch.write(db);
    await db.query(
      `INSERT INTO projections.corrections (projection, version, stream, user_id, sequence)
       VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (user_id, projection, version, stream) DO UPDATE
       SET sequence = greatest(corrections.sequence, excluded.sequence)`,
      [projection.name, version, stream, userId, upTo],
    );
  }
  for (const table of sums) await subtract(db, schema, table);
  for (const { name } of await tablesOf(db, schema)) await db.query(`DROP TABLE ${SCRATCH}."${name}"`);
}

async function correctedUpTo(
  db: Queryable,
  { projection, version }: Version,
  stream: SourceName,
  userId: UserId,
): Promise<number> {
  const { rows } = await db.query<{ sequence: string }>(
    `SELECT sequence FROM projections.corrections
     WHERE projection = $1 AND version = $2 AND stream = $3 AND user_id = $4`,
    [projection.name, version, stream, userId],
  );
  return Number(rows[0]?.sequence ?? 0);
}

/** A row whose sums are all nothing would not be in a replay. */
async function subtract(db: Queryable, schema: string, { name, key, others }: Table): Promise<void> {
  const text = others.find(({ isNumber }) => !isNumber);
  if (text || others.length === 0 || key.length === 0)
    throw new Error(
      `${schema}.${name} has neither a user_id nor sums by a key: a person cannot be taken out of it`,
    );
  const columns = others.map(({ column }) => escapeIdentifier(column));
  const same = key.map((each) => `live.${escapeIdentifier(each)} = own.${escapeIdentifier(each)}`);
  await db.query(
    `UPDATE ${schema}."${name}" live SET ${columns.map((each) => `${each} = live.${each} - own.${each}`)}
     FROM ${SCRATCH}."${name}" own WHERE ${same.join(' AND ')}`,
  );
  await db.query(
    `DELETE FROM ${schema}."${name}" live USING ${SCRATCH}."${name}" own
     WHERE ${same.join(' AND ')} AND ${columns.map((each) => `live.${each} = 0`).join(' AND ')}`,
  );
}

async function tablesOf(db: Queryable, schema: string): Promise<Table[]> {
  const { rows } = await db.query<{ name: string; column: string; in_key: boolean; is_number: boolean }>(
    `SELECT c.relname AS name, a.attname AS column, a.attnum = ANY (i.indkey) AS in_key, t.typcategory = 'N' AS is_number
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
     WHERE c.relnamespace = to_regnamespace($1)::oid AND c.relkind = 'r' ORDER BY c.oid, a.attnum`,
    [schema],
  );
  return [...Map.groupBy(rows, ({ name }) => name)].map(([name, columns]) => ({
    name,
    hasUser: columns.some(({ column }) => column === 'user_id'),
    key: columns.filter((each) => each.in_key).map(({ column }) => column),
    others: columns
      .filter((each) => !each.in_key)
      .map(({ column, is_number }) => ({ column, isNumber: is_number })),
  }));
}

/** Larger tables are not written again at once: their readers would wait too long. */
const MOST_REWRITTEN_BYTES = 32 * 1024 * 1024;
const LOCK_TIMEOUT_MS = 5_000;

/**
 * Has Postgres write the files of the tables again in which people's rows were. Deleted rows keep their bytes until then.
 * @returns the tables that are too large for that; a rebuild writes those again.
 */
export async function rewriteTables(pool: Pool, { name }: Projection): Promise<string[]> {
  const tooLarge: string[] = [];
  for (const schema of await versionSchemas(pool, name)) {
    for (const table of await tablesOf(pool, schema)) {
      const full = `${schema}."${table.name}"`;
      if (await rewriteTable(pool, full)) continue;
      tooLarge.push(`${schema}.${table.name}`);
    }
  }
  return tooLarge;
}

/** The same for the bookkeeping, which named the person for a while, and for the planner's samples of values. */
export async function rewriteBookkeeping(pool: Pool): Promise<void> {
  await rewriteTable(pool, 'projections.corrections');
  // The database's owner may; for others Postgres leaves it out with a warning.
  await rewriteTable(pool, 'pg_catalog.pg_statistic');
}

/** @returns false for a table that is too large: it is only made free to be written over. */
async function rewriteTable(pool: Pool, table: string): Promise<boolean> {
  const { client, release } = await connectionOf(pool);
  try {
    const size = 'SELECT pg_total_relation_size($1) AS bytes';
    const { rows } = await client.query<{ bytes: string }>(size, [table]);
    const isSmall = Number(rows[0]?.bytes) <= MOST_REWRITTEN_BYTES;
    await client.query(`SET lock_timeout = ${LOCK_TIMEOUT_MS}`);
    await client.query(`VACUUM ${isSmall ? '(FULL, ANALYZE)' : '(ANALYZE)'} ${table}`);
    await client.query('RESET lock_timeout');
    release();
    return isSmall;
  } catch (error) {
    // It may still have the timeout, and the next to use it asked for none.
    release(error instanceof Error ? error : new Error('not rewritten', { cause: error }));
    throw error;
  }
}
