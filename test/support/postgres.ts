import { randomUUID } from 'node:crypto';
import { Client, escapeIdentifier, Pool } from 'pg';
import { inject } from 'vitest';

export type TestDatabase = {
  url: string;
  name: string;
  pool: Pool;
  /** Closes the pool and removes the database, also when other processes are still connected to it. */
  drop(): Promise<void>;
};

/**
 * A fresh, empty database for a test file, in the run's one Postgres (no fsync).
 * @param admin URL of the maintenance database, for another server than the run's.
 */
export async function createTestDatabase(admin: string = inject('postgresUrl')): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await queryOnce(admin, `create database ${escapeIdentifier(name)}`);
  const url = new URL(admin);
  url.pathname = `/${name}`;
  const pool = new Pool({ connectionString: url.href, max: 10 });
  // A test that stops backends on purpose must not end the worker by an unhandled event.
  pool.on('error', () => {});
  return {
    url: url.href,
    name,
    pool,
    async drop() {
      await pool.end();
      await queryOnce(admin, `drop database if exists ${escapeIdentifier(name)} with (force)`);
    },
  };
}

/** One statement over a connection of its own. Returns its rows. */
export async function queryOnce(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
