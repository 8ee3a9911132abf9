import { DatabaseError, type Pool } from 'pg';
import { z } from 'zod';

/** Something that can be done in the database: a statement, and the users that may do it. */
export type Right = { name: string; sql: string; of: readonly string[] };

const Relation = z.object({
  schema: z.string(),
  relation: z.string(),
  kind: z.enum(['r', 'v']),
  column: z.string(),
});
type Relation = z.infer<typeof Relation>;

const READERS: Readonly<Record<string, readonly string[]>> = {
  schedules: ['shards', 'sender', 'bot'],
  admin: ['bot'],
  analytics: ['analyst'],
};

/** What concerns more than our tables. */
export const ON_THE_SERVER: readonly Right[] = [
  { name: 'make a schema', sql: 'CREATE SCHEMA schedules_v99', of: ['owner'] },
  { name: 'make a table', sql: 'CREATE TABLE public.mine (n int)', of: ['owner'] },
  { name: 'make a role', sql: 'CREATE ROLE habitstream_other', of: ['owner'] },
  { name: 'set the database', sql: "ALTER DATABASE habitstream SET work_mem = '1GB'", of: ['owner'] },
  { name: 'become the owner', sql: 'SET ROLE habitstream_migrator', of: ['owner'] },
  { name: 'become a superuser', sql: 'SET ROLE postgres', of: [] },
  { name: 'make a superuser', sql: 'CREATE ROLE habitstream_other SUPERUSER', of: [] },
  { name: 'change another password', sql: "ALTER ROLE postgres PASSWORD 'mine'", of: [] },
  { name: 'read passwords', sql: 'SELECT rolpassword FROM pg_authid', of: [] },
  { name: 'run a program', sql: "COPY (SELECT 1) TO PROGRAM 'cat'", of: [] },
  { name: 'read a file', sql: "SELECT pg_read_file('postgresql.conf')", of: [] },
  { name: 'write a file', sql: "COPY (SELECT 1) TO '/tmp/habitstream-rights'", of: [] },
  { name: 'load a library', sql: "LOAD '/tmp/mine.so'", of: [] },
  {
    name: 'end others',
    sql: "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'postgres' AND pid <> pg_backend_pid()",
    of: [],
  },
];

/** Every way to every table and view there is, to the checkpoints, and to the server. */
export async function allRights(db: Pool): Promise<Right[]> {
  const { rows } = await db.query(
    `SELECT n.nspname AS schema, c.relname AS relation, c.relkind AS kind, a.attname AS column
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = 1
     WHERE n.nspname ~ '^(schedules|admin|analytics)(_v[0-9]+)?$' AND c.relkind IN ('r', 'v') ORDER BY 1, 2`,
  );
  const relations = z.array(Relation).parse(rows);
  return [...relations.flatMap(rightsOn), ...bookkeepingRights(), ...ON_THE_SERVER];
}

function rightsOn({ schema, relation, kind, column }: Relation): Right[] {
  const table = `${schema}.${relation}`;
  const readers = READERS[schema] ?? ['projector'];
  const writers = READERS[schema] === undefined ? ['projector'] : [];
  const what = kind === 'r' ? 'TABLE' : 'VIEW';
  const reading = [{ name: `read ${table}`, sql: `SELECT FROM ${table}`, of: readers }];
  const changing = [
    { name: `drop ${table}`, sql: `DROP ${what} ${table} CASCADE`, of: [] },
    { name: `alter ${table}`, sql: `ALTER ${what} ${table} RENAME TO other`, of: [] },
  ];
  // Not every view can be written by anybody.
  if (kind === 'v' && READERS[schema] === undefined) return [...reading, ...changing];
  return [
    ...reading,
    ...changing,
    { name: `insert ${table}`, sql: `INSERT INTO ${table} DEFAULT VALUES`, of: writers },
    { name: `update ${table}`, sql: `UPDATE ${table} SET ${column} = DEFAULT WHERE false`, of: writers },
    { name: `delete ${table}`, sql: `DELETE FROM ${table} WHERE false`, of: writers },
    ...(kind === 'r' ? [{ name: `truncate ${table}`, sql: `TRUNCATE ${table}`, of: [] }] : []),
  ];
}

function bookkeepingRights(): Right[] {
  const everybody = ['projector', 'shards', 'sender', 'bot'];
  const checkpoints = 'projections.checkpoints';
  return [
    { name: 'read checkpoints', sql: `SELECT * FROM ${checkpoints}`, of: everybody },
    { name: 'move checkpoints', sql: `UPDATE ${checkpoints} SET sequence = sequence`, of: ['projector'] },
    { name: 'change versions', sql: `UPDATE ${checkpoints} SET version = version`, of: [] },
    { name: 'change fingerprints', sql: `UPDATE ${checkpoints} SET fingerprint = fingerprint`, of: [] },
    { name: 'make checkpoints', sql: `INSERT INTO ${checkpoints} DEFAULT VALUES`, of: [] },
    { name: 'remove checkpoints', sql: `DELETE FROM ${checkpoints}`, of: [] },
    { name: 'change published views', sql: `UPDATE projections.published_views SET hash = ''`, of: [] },
    { name: 'read definitions', sql: 'SELECT FROM projections.definitions', of: everybody },
    { name: 'define', sql: 'DELETE FROM projections.definitions', of: [] },
  ];
}

const INSUFFICIENT_PRIVILEGE = '42501';
/** A row that a permitted statement cannot make: integrity constraints are checked after rights. */
const INTEGRITY = /^23/;
/** A view that nobody can write: it has no single table behind it. */
const NOT_WRITABLE = ['55000', '0A000'];

/** Whether the user may, in a transaction that is rolled back: a setting that reads only must not stand in for a right. */
export async function mayDo(pool: Pool, sql: string): Promise<boolean> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN READ WRITE');
    await client.query(sql);
    return true;
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.code === undefined) throw error;
    if (error.code === INSUFFICIENT_PRIVILEGE || NOT_WRITABLE.includes(error.code)) return false;
    if (INTEGRITY.test(error.code)) return true;
    throw new Error(`${sql}: ${error.message}`, { cause: error });
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
}
