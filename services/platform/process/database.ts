import { Pool } from 'pg';
import { kindOf } from './failure-run.ts';
import type { Log } from './log.ts';
import type { ReadinessCheck } from './readiness.ts';

/** A statement that takes longer than this fails, and its caller tries again. */
const TIMEOUT_MS = 30_000;
const CONNECT_TIMEOUT_MS = 5_000;

export type DatabaseOptions = { url: string; name: string; max: number; log: Log; timeoutMs?: number };

/** Connections to Postgres, at most `max`, seen there under `name`. One that is lost while idle is only logged. */
export function openDatabase({ url, name, max, log, timeoutMs = TIMEOUT_MS }: DatabaseOptions): Pool {
  const pool = new Pool({
    connectionString: url,
    max,
    keepAlive: true,
    application_name: name,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: timeoutMs,
  });
  pool.on('error', (error) => log.warn({ err: error }, 'idle database connection lost'));
  return pool;
}

/** All connections of the pool may be at work for a while: that is no absence. */
const PATIENCE_MS = 10_000;

const nothing = () => undefined;
const absent = (error: unknown) => `does not answer (${kindOf(error)})`;

/** Postgres answers. */
export function databaseCheck(pool: Pool, name = 'Postgres'): ReadinessCheck {
  return {
    name,
    isShared: true,
    patienceMs: PATIENCE_MS,
    problem: () => pool.query('SELECT 1').then(nothing, absent),
  };
}
