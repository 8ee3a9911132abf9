import type { Pool, PoolClient } from 'pg';
import { expect } from 'vitest';
import { eventually } from '#test/support/eventually.ts';

/** Of the advisory lock that a held rebuild waits for. */
const KEY = 20261128;

export type RebuildGate = {
  /** Resolves when the rebuild waits, in the transaction of the batch that goes beyond the gate. */
  untilHeld(): Promise<void>;
  /** Lets it go on, and every rebuild after it. May be called again. */
  open(): Promise<void>;
};

/**
 * Holds a rebuild, in whatever process, at its first batch beyond `sequence`: what is done to it then happens in the middle of
 * it, however fast the machine is.
 */
export async function closeGate(pool: Pool, sequence: number): Promise<RebuildGate> {
  await pool.query(
    `CREATE OR REPLACE FUNCTION public.gate() RETURNS trigger LANGUAGE plpgsql AS
       'BEGIN PERFORM pg_advisory_xact_lock_shared(${KEY}); RETURN NEW; END';
     CREATE OR REPLACE TRIGGER gate BEFORE UPDATE ON projections.building
       FOR EACH ROW WHEN (NEW.sequence > ${sequence}) EXECUTE FUNCTION public.gate()`,
  );
  const client = await lockOf(pool);
  let isOpen = false;
  return {
    async untilHeld() {
      await eventually(async () => {
        const { rowCount } = await pool.query(
          "SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = $1 AND NOT granted",
          [KEY],
        );
        expect(rowCount).toBe(1);
      });
    },
    async open() {
      if (isOpen) return;
      isOpen = true;
      // The lock ends with its session, which is gone already where the server was killed.
      client.release(true);
    },
  };
}

async function lockOf(pool: Pool): Promise<PoolClient> {
  const client = await pool.connect();
  // A session that is lost with its server rejects at the next statement; there is none.
  client.on('error', () => {});
  await client.query('SELECT pg_advisory_lock($1)', [KEY]);
  return client;
}

/** How far the version that is being built is in EVENTS; undefined when none is. */
export async function builtUpTo(pool: Pool, projection: string): Promise<number | undefined> {
  const { rows } = await pool.query<{ sequence: string }>(
    "SELECT sequence FROM projections.building WHERE projection = $1 AND stream = 'EVENTS'",
    [projection],
  );
  return rows[0] && Number(rows[0].sequence);
}
