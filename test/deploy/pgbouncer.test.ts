import type { NatsConnection } from '@nats-io/transport-node';
import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PARTITIONS } from '#contracts/subjects.ts';
import { provision } from '#deploy/provision/provision.ts';
import { provisionRoles } from '#deploy/provision/roles.ts';
import type { Projection } from '#projections/engine/projection.ts';
import { projectionConsumers, usualProjections } from '#projections/engine/registry.ts';
import { prepareProjections } from '#projections/engine/versions.ts';
import { dueReminders, zonesInUse } from '#projections/schedules/due.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import { openDatabase } from '#services/platform/process/database.ts';
import { createLog } from '#services/platform/process/log.ts';
import { rebuild } from '#services/projector/rebuild.ts';
import { start as startProjector } from '#services/projector/start.ts';
import { verify } from '#services/projector/verify.ts';
import { startTestNats, type TestNats } from '#test/support/nats.ts';
import { hasPgBouncer, type PgBouncer, startPgBouncer } from '#test/support/pgbouncer.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres.ts';
import { sampleDeliveries, sampleEvents } from '../projections/histories.ts';
import { appendTo, untilLevel } from '../services/projector/fixture.ts';

const POOL = 2;
const log = createLog('test', 'silent');

describe.skipIf(!hasPgBouncer)('PgBouncer in transaction mode (skipped without /usr/sbin/pgbouncer)', () => {
  let server: TestNats;
  let nats: NatsConnection;
  let direct: TestDatabase;
  let bouncer: PgBouncer;
  let pool: Pool;
  let projections: Projection[];
  beforeAll(async () => {
    server = await startTestNats();
    nats = await server.connection();
    direct = await createTestDatabase();
    bouncer = await startPgBouncer(direct.url, POOL);
    pool = openDatabase({ url: bouncer.url, name: 'pooled', max: 8, log });
    projections = await usualProjections();
    await provision(nats, { shardCount: 1, consumers: await projectionConsumers(projections) });
  }, 120_000);
  afterAll(async () => {
    await pool?.end();
    await bouncer?.stop();
    await direct?.drop();
    await server?.stop();
  });

  test(`${POOL} connections do for provisioning, projecting, rebuilds, verifications and what shards read`, async () => {
    const databases = { schedules: pool, analytics: pool };
    const ports = { nats, clock: systemClock, log, databases };
    await provisionRoles(pool);
    await prepareProjections(databases, projections);
    const projector = await startProjector({ projectorBatchSize: 50 }, { ...ports, ...databases });
    await appendTo(nats, [...sampleEvents(1), ...sampleDeliveries(2)]);
    await untilLevel(nats, direct.pool, projections);
    for (const projection of projections) await rebuild(projection, ports);
    await projector.stop();

    // Started after the rebuilds, as its tables were swapped.
    const next = await startProjector({ projectorBatchSize: 50 }, { ...ports, ...databases });
    await appendTo(nats, [...sampleEvents(3), ...sampleDeliveries(4)]);
    await untilLevel(nats, direct.pool, projections);
    for (const projection of projections) {
      const { equal, tables } = await verify(projection, ports);
      const rows = tables.reduce((sum, table) => sum + table.rows, 0);
      expect({ name: projection.name, equal, empty: rows === 0 }).toMatchObject({
        equal: true,
        empty: false,
      });
    }
    await next.stop();
    expect(await dueThrough(pool)).toEqual(await dueThrough(direct.pool));
    const { rows } = await direct.pool.query(
      `SELECT count(*)::int AS backends FROM pg_stat_activity WHERE datname = current_database()
         AND application_name IN ('pooled', 'projector')`,
    );
    expect(rows[0]?.backends).toBeLessThanOrEqual(POOL);
  }, 300_000);
});

/** What shards read of a whole day, over as many connections as they have partitions to read at once. */
async function dueThrough(pool: Pool): Promise<unknown[]> {
  const minutes = (await zonesInUse(pool)).map((timezone) => ({
    ...{ timezone, on: '2026-11-25', weekday: 3, fromMinute: 0, toMinute: 1_439 },
  }));
  const found = await Promise.all(
    PARTITIONS.map(async (partition) => {
      const rows: unknown[] = [];
      for await (const chunk of dueReminders(pool, { partitions: [partition], minutes }, 5))
        rows.push(...chunk);
      return rows;
    }),
  );
  return found.flat();
}
