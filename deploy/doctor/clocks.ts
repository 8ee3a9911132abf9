import type { NatsConnection } from '@nats-io/transport-node';
import type { Pool } from 'pg';
import { streamOfBucket } from '#contracts/streams.ts';
import { openServerTime } from '#services/platform/rate-limit/server-time.ts';
import { type Examination, type Finding, ok, problem, warning } from './finding.ts';

/** Reminders go by the clock of NATS; the machine's decides what expires, and Postgres's stands in rows. */
const NOTICEABLE_MS = 1_000;
const HARMFUL_MS = 30_000;
const ADVICE = 'let both machines follow the same time servers (chrony, systemd-timesyncd)';

type Stores = { nats: NatsConnection; database: Pool; now(): number };

/** How far the clocks of NATS and of Postgres are from this machine's. */
export function clocks({ nats, database, now }: Stores): Examination {
  return {
    about: 'clocks',
    async look() {
      const time = await openServerTime(nats, streamOfBucket('pacer'));
      return [
        finding('clock of NATS', time.now() - now()),
        finding('clock of Postgres', await postgresAheadMs(database, now)),
      ];
    },
  };
}

async function postgresAheadMs(database: Pool, now: () => number): Promise<number> {
  await database.query('SELECT 1');
  const askedMs = now();
  const { rows } = await database.query<{ ms: number }>(
    'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS ms',
  );
  return (rows[0]?.ms ?? Number.NaN) - (askedMs + now()) / 2;
}

function finding(about: string, aheadMs: number): Finding {
  const off = Math.abs(aheadMs);
  const found = `${(off / 1000).toFixed(1)} s ${aheadMs < 0 ? 'behind' : 'ahead of'} this machine's`;
  if (off < NOTICEABLE_MS) return ok(about, found);
  return off < HARMFUL_MS ? warning(about, found, ADVICE) : problem(about, found, ADVICE);
}
