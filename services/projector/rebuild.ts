import { DatabaseError, type Pool } from 'pg';
import { checkpointsOf, inTransaction, useSchema, versionSchema } from '#projections/checkpoints.ts';
import { type Projection, type SourceName, sourceNames } from '#projections/projection.ts';
import {
  claimProjection,
  createVersion,
  type Databases,
  dropOtherVersions,
  publishVersion,
  relationsOf,
} from '#projections/versions.ts';
import { NotProvisioned } from '#services/runtime/nats.ts';
import type { Ports } from '#services/runtime/process.ts';
import { lastSequence } from './read-log.ts';
import { replay } from './replay.ts';

/** `positions`: up to where the new version stood when it was swapped in. */
export type Rebuilt = { version: number; positions: Partial<Record<SourceName, number>> };

/** A new version this close to the end of the log is near enough to do the rest while the live feed waits. */
const NEAR = 2_000;
/** A swap waits no longer for readers, so that it neither makes others wait nor deadlocks; it is tried again. */
const LOCK_TIMEOUT_MS = 250;
const SWAP_TRIES = 600;

/**
 * Builds the next version of a projection from the log beside the one in use, and swaps it in when it has caught up.
 * Readers see the old rows until they see the new ones. Interrupted, it leaves the old version in use; the next rebuild
 * removes the remains.
 * @throws {ProjectionBusy} while the projection is being rebuilt or verified.
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
    });
    const building: Building = { projection, version, pool, positions: new Map() };
    for (let tries = 0; tries < SWAP_TRIES; tries++) {
      await approach(ports, building);
      if (await swap(ports, building)) return { version, positions: Object.fromEntries(building.positions) };
      await ports.clock.sleep(LOCK_TIMEOUT_MS);
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

/** Replays until little is missing in any source. */
async function approach(ports: Ports, building: Building): Promise<void> {
  const { projection, version, pool, positions } = building;
  const schema = versionSchema(projection.name, version);
  let missing = 0;
  do {
    missing = 0;
    for (const stream of sourceNames(projection)) {
      const after = positions.get(stream) ?? 0;
      const upTo = Math.max(after, await lastSequence(ports.nats, stream));
      missing += upTo - after;
      await replay(ports.nats, projection, stream, { after, upTo }, (batch) =>
        inTransaction(pool, async (db) => {
          // Lost rows are built again: only the swap has to be on disk, and it takes all before it along.
          await db.query('SET LOCAL synchronous_commit = off');
          await useSchema(db, schema);
          return batch.write(db);
        }),
      );
      positions.set(stream, upTo);
      ports.log.info({ projection: projection.name, version, stream, upTo }, 'rebuilt');
    }
  } while (missing > NEAR);
  for (const { name, isTable } of await relationsOf(pool, schema)) {
    if (isTable) await pool.query(`ANALYZE ${schema}."${name}"`);
  }
}

/** Does the last bit and swaps in one transaction. @returns false when a lock could not be had at once. */
async function swap(ports: Ports, { projection, version, pool, positions }: Building): Promise<boolean> {
  try {
    const final = await inTransaction(pool, async (db) => {
      await db.query(`SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`);
      const live = await checkpointsOf(db, projection.name, 'FOR UPDATE');
      await useSchema(db, versionSchema(projection.name, version));
      const reached = new Map(positions);
      for (const { stream, sequence } of live) {
        const after = positions.get(stream);
        if (after === undefined || after >= sequence) continue;
        await replay(ports.nats, projection, stream, { after, upTo: sequence }, (batch) => batch.write(db));
        reached.set(stream, sequence);
      }
      await publishVersion(db, projection, version, reached);
      await dropOtherVersions(db, projection.name, version);
      return reached;
    });
    for (const [stream, sequence] of final) positions.set(stream, sequence);
    return true;
  } catch (error) {
    if (lockRefused(error)) return false;
    throw error;
  }
}

/** 55P03: lock_timeout passed; 40P01: a deadlock was broken at our cost. */
function lockRefused(error: unknown): boolean {
  return error instanceof DatabaseError && (error.code === '55P03' || error.code === '40P01');
}
