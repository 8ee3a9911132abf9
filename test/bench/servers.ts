import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import type { Pool } from 'pg';
import { resolveNatsServer } from '#deploy/local/nats-binary.ts';
import { startNatsServer } from '#deploy/local/nats-server.ts';
import { startPostgres } from '#deploy/local/postgres.ts';
import { PROJECT_FOLDER } from '#deploy/local/project-folder.ts';
import { openDatabase } from '#services/platform/process/database.ts';
import { createLog } from '#services/platform/process/log.ts';

export type BenchServers = { natsUrl: string; databaseUrl: string };

/** The benchmark's own pool: it waits for long statements and ignores that the server ends first. */
export function benchDatabase({ databaseUrl: url }: BenchServers): Pool {
  const log = createLog('bench', 'silent');
  return openDatabase({ url, name: 'bench', max: 6, log, timeoutMs: 600_000 });
}

/**
 * A nats-server and a Postgres as shipped (`syncAlways: false` is for filling a log fast), empty, for one benchmark.
 * Everything else that `work` hands to `owned` is stopped before them.
 */
export async function withServers<T>(
  work: (servers: BenchServers, owned: AsyncDisposableStack) => Promise<T>,
  { syncAlways = true }: { syncAlways?: boolean } = {},
): Promise<T> {
  await using owned = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'habitstream-bench-'));
  owned.defer(() => rm(folder, { recursive: true, force: true }));
  const cache = join(PROJECT_FOLDER, 'node_modules/.cache/habitstream');
  const binary = await resolveNatsServer({ dataDir: cache, log: console.error });
  const nats = await startNatsServer({ binary, storeDir: join(folder, 'nats'), port: 0, syncAlways });
  owned.defer(() => nats.stop());
  const postgres = await startPostgres({ dataDir: join(folder, 'postgres'), port: 0 });
  owned.defer(() => postgres.stop());
  return await work({ natsUrl: nats.url, databaseUrl: postgres.url }, owned);
}

/** {@link withServers} for filling a log fast, with a connection to each. */
export function withStores<T>(
  work: (stores: { nats: NatsConnection; pool: Pool; servers: BenchServers }) => Promise<T>,
): Promise<T> {
  return withServers(
    async (servers, owned) => {
      const nats = await connect({ servers: servers.natsUrl, noAsyncTraces: true });
      owned.defer(() => nats.close());
      const pool = benchDatabase(servers);
      owned.defer(() => pool.end());
      return await work({ nats, pool, servers });
    },
    { syncAlways: false },
  );
}
