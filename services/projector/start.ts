import { projectionConsumer, sourceNames } from '#projections/engine/projection.ts';
import { loadProjections } from '#projections/engine/registry.ts';
import { type Databases, unpreparedProjections } from '#projections/engine/versions.ts';
import { watchConsumers } from '#services/platform/jetstream/consumer-watch.ts';
import { NotProvisioned } from '#services/platform/jetstream/errors.ts';
import { databaseCheck } from '#services/platform/process/database.ts';
import { type Running, stopAll } from '#services/platform/process/lifecycle.ts';
import type { Ports } from '#services/platform/process/run-service.ts';
import type { ProjectorConfig } from './config.ts';
import { startFeed } from './feed.ts';

/*
 * Guarantees:
 * - Rows and checkpoint commit in one transaction, in the order of each stream: exactly once, with any number of
 *   replicas, through kill -9 (G3).
 * - A checkpoint passes the end of its stream within about a second even where the last messages are poison or deleted,
 *   so that shards can wait for it (G5).
 * - Tables and a log that do not belong together are left as they are, until an operator has mended them.
 * - Poison is dead-lettered and holds nothing up (G10). While Postgres or NATS is away, nothing is acked.
 */

/** @throws {NotProvisioned} when a projection has no tables yet. */
export async function start(
  config: Pick<ProjectorConfig, 'projectorBatchSize'>,
  ports: Ports & Databases,
): Promise<Running> {
  const projections = await loadProjections();
  const missing = await unpreparedProjections(ports, projections);
  if (missing.length > 0) {
    throw new NotProvisioned(
      `These projections have no tables: ${missing.join(', ')}. Run "npm run habitstream -- provision" first.`,
    );
  }
  const all = projections.flatMap((projection) =>
    sourceNames(projection).map((stream) => {
      const consumer = { stream, name: projectionConsumer(projection.name, stream) };
      return { projection, stream, consumer };
    }),
  );
  const watches = watchConsumers(
    ports,
    all.map(({ consumer }) => consumer),
  );
  const feeds = all.map(({ projection, stream, consumer }) =>
    startFeed(ports, {
      projection,
      stream,
      database: ports[projection.database],
      batchSize: config.projectorBatchSize,
      watch: watches.of(consumer),
    }),
  );
  ports.readiness?.add(databaseCheck(ports.schedules, 'Postgres of the schedules'));
  ports.readiness?.add(databaseCheck(ports.analytics, 'Postgres of the analytics'));
  return { stop: () => stopAll(feeds) };
}
