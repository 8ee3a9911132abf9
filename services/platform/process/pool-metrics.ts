import type { Pool } from 'pg';
import { Histogram } from 'prom-client';
import { gaugesByAsking, type Metrics, registersOf } from './metrics.ts';

const WAITS_S = [0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** How long statements wait for a connection of each pool, and how many do now. */
export function measurePools(metrics: Metrics, pools: Readonly<Record<string, Pool>>): void {
  const waits = new Histogram({
    name: 'habitstream_database_pool_wait_seconds',
    help: 'How long a statement waited for a connection to Postgres, one that had to be made included',
    labelNames: ['pool'],
    buckets: WAITS_S,
    registers: registersOf(metrics),
  });
  for (const [name, pool] of Object.entries(pools)) {
    waits.zero({ pool: name });
    timeConnects(pool, () => waits.startTimer({ pool: name }));
  }
  gaugesByAsking(
    metrics,
    {
      habitstream_database_pool_connections: {
        help: 'Connections to Postgres by what they do',
        labels: ['pool', 'state'],
      },
      habitstream_database_pool_waiting_requests: {
        help: 'Statements that wait for a connection to Postgres now',
        labels: ['pool'],
      },
    },
    () => {
      const all = Object.entries(pools);
      return {
        habitstream_database_pool_connections: all.flatMap(([pool, { totalCount, idleCount }]) => [
          { labels: { pool, state: 'busy' }, value: totalCount - idleCount },
          { labels: { pool, state: 'idle' }, value: idleCount },
        ]),
        habitstream_database_pool_waiting_requests: all.map(([pool, { waitingCount }]) => ({
          labels: { pool },
          value: waitingCount,
        })),
      };
    },
  );
}

/** `pool.query` goes through `pool.connect` too, with a callback. */
function timeConnects(pool: Pool, begin: () => () => void): void {
  pool.connect = new Proxy(pool.connect, {
    apply(connect, self, [callback]) {
      const end = begin();
      if (callback === undefined) return Promise.resolve(Reflect.apply(connect, self, [])).finally(end);
      const connected = (...result: unknown[]) => {
        end();
        callback(...result);
      };
      return Reflect.apply(connect, self, [connected]);
    },
  });
}
