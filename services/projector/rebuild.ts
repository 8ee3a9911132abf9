import type { Pool } from 'pg';
import {
  type Checkpoint,
  checkpointsOf,
  inTransaction,
  useSchema,
  versionSchema,
} from '#projections/engine/checkpoints.ts';
import { type Projection, type SourceName, sourceNames } from '#projections/engine/projection.ts';
import {
  lockPublishedViews,
  refuseLostDependents,
  relationsOf,
} from '#projections/engine/published-views.ts';
import {
  claimProjection,
  createVersion,
  type Databases,
  dropOtherVersions,
  publishVersion,
} from '#projections/engine/versions.ts';
import { NotProvisioned } from '#services/platform/jetstream/errors.ts';
import { positionIn } from '#services/platform/jetstream/log-guard.ts';
import type { Ports } from '#services/platform/process/run-service.ts';
import { lastSequence } from './read-log.ts';
import { replay } from './replay.ts';

/** `positions`: up to where the new version stood when it was swapped in. */
export type Rebuilt = { version: number; positions: Partial<Record<SourceName, number>> };

/** So few missing messages are replayed in the swap itself, while the live feed waits. */
const NEAR_MESSAGES = 2_000;
/** The rebuild gives up after about ten minutes in which long queries left no gap for the swap. */
const SWAP_TRIES = 300;
const SWAP_PAUSE_MS = 500;

/**
 * Builds the next version of a projection from the log beside the one in use, and swaps it in when it has caught up.
 * Readers see the old rows until they see the new ones. Interrupted, it leaves the old version in use; the next rebuild
 * removes the remains.
 * @throws {ProjectionBusy} while the projection is being rebuilt or verified.
 * @throws {ViewsInUse} before the work, when others built on columns that the new version does not have.
 */
export function rebuild(projection: Projection, ports: Ports & { databases: Databases }): Promise<Rebuilt> {
  const pool = ports.databases[projection.database];
  return inTransaction(pool, async (guard) => {
    await claimProjection(guard, projection.name);
    const [current] = await checkpointsOf(pool, projection.name);
    if (!current) throw new NotProvisioned(`projection ${projection.name} was never provisioned`);
    const version = current.version + 1;
    await inTransaction(pool, async (db) => {
      await dropOtherVersions(db, projection.name, current.version);
      await createVersion(db, projection, version);
      await refuseLostDependents(db, projection, version);
    });
    const building: Building = { projection, version, pool, positions: new Map() };
    await replayUntilNear(ports, building);
    await analyze(building);
    for (let tries = 0; tries < SWAP_TRIES; tries++) {
      if (await swap(ports, building)) return { version, positions: Object.fromEntries(building.positions) };
      ports.log.info({ projection: projection.name, version, tries }, 'swap waits for readers');
      await ports.clock.sleep(SWAP_PAUSE_MS);
      await replayUntilNear(ports, building);
    }
    throw new Error(
      `readers of ${projection.name} left no moment to swap versions in; the old one stays in use`,
    );
  });
}

type Building = {
  projection: Projection;
  version: number;
  pool: Pool;
  positions: Map<SourceName, number>;
};

/**
 * Where a source is to be built to: where the live feed stands, since that alone dead-letters the poison it passes. Less when
 * the log was put back to an earlier state; all of the log for a source that is new.
 */
async function targetOf(ports: Ports, live: Checkpoint[], stream: SourceName): Promise<number> {
  const end = await lastSequence(ports.nats, stream);
  const checkpoint = live.find((each) => each.stream === stream);
  return Math.min(checkpoint?.sequence ?? end, end);
}

/** Replays until at most {@link NEAR_MESSAGES} are missing. */
async function replayUntilNear(ports: Ports, building: Building): Promise<void> {
  const { projection, version, pool, positions } = building;
  const schema = versionSchema(projection.name, version);
  let missing = 0;
  do {
    missing = 0;
    const live = await checkpointsOf(pool, projection.name);
    for (const stream of sourceNames(projection)) {
      const after = positions.get(stream) ?? 0;
      const upTo = Math.max(after, await targetOf(ports, live, stream));
      missing += upTo - after;
      await replay(ports.nats, { projection, stream }, { after, upTo }, (batch) =>
        inTransaction(pool, async (db) => {
          // Rows lost in a crash are built again. Only the swap must reach the disk, and its commit flushes all before it.
          await db.query('SET LOCAL synchronous_commit = off');
          await useSchema(db, schema);
          return batch.write(db);
        }),
      );
      positions.set(stream, upTo);
      ports.log.info({ projection: projection.name, version, stream, upTo }, 'rebuilt');
    }
  } while (missing > NEAR_MESSAGES);
}

/** Without statistics on the new tables, readers would get bad plans after the swap. */
async function analyze({ projection, version, pool }: Building): Promise<void> {
  const schema = versionSchema(projection.name, version);
  for (const { name, isTable } of await relationsOf(pool, schema)) {
    if (isTable) await pool.query(`ANALYZE ${schema}."${name}"`);
  }
}

/** Replays what is missing and swaps, in one transaction. @returns false when readers kept the views locked. */
async function swap(ports: Ports, { projection, version, pool, positions }: Building): Promise<boolean> {
  const reached = new Map(positions);
  return inTransaction(pool, async (db) => {
    const live = await checkpointsOf(db, projection.name, 'FOR UPDATE');
    await useSchema(db, versionSchema(projection.name, version));
    for (const [stream, after] of positions) {
      const upTo = Math.max(after, await targetOf(ports, live, stream));
      await replay(ports.nats, { projection, stream }, { after, upTo }, (batch) => batch.write(db));
      reached.set(stream, upTo);
    }
    if (!(await lockPublishedViews(db, projection.name))) throw new ViewsStayedLocked();
    const ends = [...reached].map(
      async ([stream, sequence]) => [stream, await positionIn(ports.nats, stream, sequence)] as const,
    );
    await publishVersion(db, projection, version, new Map(await Promise.all(ends)));
    await dropOtherVersions(db, projection.name, version);
  }).then(
    () => {
      for (const [stream, sequence] of reached) positions.set(stream, sequence);
      return true;
    },
    (error: unknown) => {
      if (error instanceof ViewsStayedLocked) return false;
      throw error;
    },
  );
}

/** Rolls back a try to swap. */
class ViewsStayedLocked extends Error {}
