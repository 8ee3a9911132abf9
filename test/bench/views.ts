import { readFile } from 'node:fs/promises';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Pool, PoolClient } from 'pg';
import { storeHistory } from '#deploy/history/generate.ts';
import { provision } from '#deploy/provision/provision.ts';
import { loadProjectionNamed } from '#projections/engine/registry.ts';
import { prepareProjections } from '#projections/engine/versions.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import { createLog } from '#services/platform/process/log.ts';
import { lastSequence } from '#services/projector/read-log.ts';
import { rebuild } from '#services/projector/rebuild.ts';
import type { BenchRow } from './bench-row.ts';
import { withStores } from './servers.ts';

/** Their histories are a million reminders and three quarters as many entries. */
const PEOPLE = 20_000;
const UNTIL = '2026-11-28T00:00:00Z';
/** What each view is to stay below. */
const LIMIT_MS = 1000;

type View = { name: string; day: string | null; hasPeople: boolean };

/** Each published view of the analytics at a million rows of facts: whole, a week of it, and a person's rows. */
export async function benchViews(): Promise<BenchRow[]> {
  return withStores(async ({ nats, pool }) => {
    const facts = await fillAnalytics(nats, pool);
    const rows: BenchRow[] = [];
    const client = await pool.connect();
    // One process does all of it, so that its clock has all of it.
    await client.query('SET max_parallel_workers_per_gather = 0');
    for (const view of await viewsOf(pool)) rows.push(...(await measured(client, view, facts)));
    client.release();
    return rows;
  });
}

/** @returns how many rows the two large facts have. */
async function fillAnalytics(nats: NatsConnection, pool: Pool): Promise<string> {
  const projection = await loadProjectionNamed('analytics');
  const databases = { schedules: pool, analytics: pool };
  await provision(nats, { shardCount: 1 });
  await prepareProjections(databases, [projection]);
  const request = { seed: 1, days: 60, untilMs: Date.parse(UNTIL), people: PEOPLE, first: 0 };
  const { signal } = new AbortController();
  await storeHistory(nats, request, { signal, onGenerated() {}, onStored() {} });
  for (const stream of ['EVENTS', 'DELIVERIES'] as const)
    await pool.query('UPDATE projections.checkpoints SET sequence = $2 WHERE stream = $1', [
      stream,
      await lastSequence(nats, stream),
    ]);
  await rebuild(projection, { nats, clock: systemClock, log: createLog('bench', 'silent'), databases });
  await pool.query('VACUUM ANALYZE');
  const { rows } = await pool.query<{ facts: string }>(
    `SELECT format('%s reminders, %s entries', (SELECT count(*) FROM analytics.fact_reminders),
       (SELECT count(*) FROM analytics.fact_entry_changes)) AS facts`,
  );
  return rows[0]?.facts ?? '';
}

/** The first date among a view's columns is its day. */
async function viewsOf(pool: Pool): Promise<View[]> {
  const { rows } = await pool.query<View>(`
    SELECT c.relname AS name, bool_or(a.attname = 'user_id') AS "hasPeople",
      (array_agg(a.attname ORDER BY a.attnum) FILTER (WHERE a.atttypid = 'date'::regtype))[1] AS day
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
    WHERE c.relnamespace = 'analytics'::regnamespace GROUP BY 1 ORDER BY 1`);
  return rows;
}

async function measured(
  client: PoolClient,
  { name, day, hasPeople }: View,
  note: string,
): Promise<BenchRow[]> {
  const filters = [
    { of: 'whole', where: '' },
    ...(day ? [{ of: 'a week', where: `WHERE ${day} BETWEEN '2026-11-16' AND '2026-11-22'` }] : []),
    ...(hasPeople ? [{ of: 'a person', where: 'WHERE user_id = 4000000000000042' }] : []),
  ];
  const rows: BenchRow[] = [];
  for (const { of, where } of filters) {
    const ours = await cpuMs(client, `SELECT * FROM analytics.${name} ${where}`);
    rows.push({ name: `${name}, ${of}`, ours, raw: LIMIT_MS, unit: 'ms', ratio: ours / LIMIT_MS, note });
  }
  return rows;
}

/**
 * CPU time of the server for all rows and columns made ready to be sent, without the client that would read them: it does
 * not grow with what else the machine does.
 */
async function cpuMs(client: PoolClient, query: string): Promise<number> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const before = await cpuTicks(rows[0]?.pid);
  await client.query(`EXPLAIN (ANALYZE, TIMING OFF, SERIALIZE TEXT) ${query}`);
  return ((await cpuTicks(rows[0]?.pid)) - before) * TICK_MS;
}

/** Of Linux, on which clocks of processes tick a hundred times a second. */
const TICK_MS = 10;

async function cpuTicks(pid: number | undefined): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? [];
  return Number(fields[11]) + Number(fields[12]);
}
