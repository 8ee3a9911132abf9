import type { Pool } from 'pg';
import type { LogPosition } from '#contracts/logs.ts';
import {
  type BuildingVersion,
  beginBuilding,
  buildingOf,
  emptyPositions,
  moveBuilding,
  originOf,
} from '#projections/engine/building.ts';
import {
  BEGINNING,
  type Checkpoint,
  checkpointsOf,
  inTransaction,
  useSchema,
  versionSchema,
} from '#projections/engine/checkpoints.ts';
import { type Projection, type SourceName, sourceNames } from '#projections/engine/projection.ts';
import { refuseLostDependents, relationsOf } from '#projections/engine/published-views.ts';
import { createVersion, dropOtherVersions, prepareBookkeeping } from '#projections/engine/versions.ts';
import { StoresDisagree } from '#services/platform/jetstream/errors.ts';
import { openLogGuard } from '#services/platform/jetstream/log-guard.ts';
import type { Ports } from '#services/platform/process/run-service.ts';
import { lastSequence } from './read-log.ts';
import { replay } from './replay.ts';

/** So few missing messages are replayed in the swap itself, while the live feed waits. */
const NEAR_MESSAGES = 2_000;

/** A version that is being built. `logIds`: which log each position is of. */
export type Building = BuildingVersion & {
  projection: Projection;
  pool: Pool;
  logIds: ReadonlyMap<SourceName, string>;
};

export type BuildPorts = Pick<Ports, 'nats' | 'log'> & {
  /** Messages written at once. */
  batchSize?: number | undefined;
  /** Ends the building between two batches. */
  signal?: AbortSignal | undefined;
  /** Told after each batch up to where the streams are built, and up to where they are to be. */
  onProgress?: ((done: number, total: number) => void) | undefined;
};

/**
 * Goes on with the version that an interrupted rebuild has left, or begins one.
 * @throws {ViewsInUse} when others built on columns that the new version does not have.
 */
export async function openBuilding(
  { nats }: Pick<BuildPorts, 'nats'>,
  projection: Projection,
  pool: Pool,
  current: number,
): Promise<Building> {
  const origin = await originOf(projection);
  const kept = await inTransaction(pool, async (db) => {
    await prepareBookkeeping(db);
    return origin === undefined ? undefined : buildingOf(db, projection, origin);
  });
  const same = kept && kept.version > current ? await logIdsOf(nats, projection, kept.positions) : undefined;
  if (kept && same) return { ...kept, projection, pool, logIds: same };
  const version = current + 1;
  await inTransaction(pool, async (db) => {
    await dropOtherVersions(db, projection.name, current);
    await createVersion(db, projection, version);
    await refuseLostDependents(db, projection, version);
    await beginBuilding(db, projection, version, origin);
  });
  const positions = emptyPositions(projection);
  const logIds = (await logIdsOf(nats, projection, positions)) ?? new Map();
  return { version, positions, projection, pool, logIds };
}

/** Which logs there are; undefined when one is not the log of these positions. */
async function logIdsOf(
  nats: Ports['nats'],
  { name }: Projection,
  positions: ReadonlyMap<SourceName, LogPosition>,
): Promise<Map<SourceName, string> | undefined> {
  const ids = new Map<SourceName, string>();
  try {
    for (const [stream, position] of positions) {
      const guard = openLogGuard(nats, { stream, projection: name });
      ids.set(stream, (await guard.check(position, 'fresh')).id);
    }
    return ids;
  } catch (error) {
    if (error instanceof StoresDisagree) return undefined;
    throw error;
  }
}

/**
 * Where a source is to be built to: where the live feed stands, since that alone dead-letters the poison it passes. Less when
 * the log was put back to an earlier state; all of the log for a source that is new.
 */
export async function targetOf(
  nats: Ports['nats'],
  live: readonly Checkpoint[],
  stream: SourceName,
): Promise<number> {
  const end = await lastSequence(nats, stream);
  const checkpoint = live.find((each) => each.stream === stream);
  return Math.min(checkpoint?.sequence ?? end, end);
}

/** Replays until at most {@link NEAR_MESSAGES} are missing. */
export async function buildUntilNear(ports: BuildPorts, building: Building): Promise<void> {
  const { projection, pool, positions } = building;
  let missing = 0;
  do {
    missing = 0;
    const live = await checkpointsOf(pool, projection.name);
    const targets = new Map<SourceName, number>();
    for (const stream of sourceNames(projection)) {
      const { sequence } = positions.get(stream) ?? BEGINNING;
      const target = Math.max(sequence, await targetOf(ports.nats, live, stream));
      targets.set(stream, target);
      missing += target - sequence;
    }
    for (const stream of targets.keys()) await buildUpTo(ports, building, stream, targets);
  } while (missing > NEAR_MESSAGES);
}

const sum = (numbers: Iterable<number>): number => [...numbers].reduce((all, each) => all + each, 0);

async function buildUpTo(
  { nats, log, batchSize, signal, onProgress }: BuildPorts,
  building: Building,
  stream: SourceName,
  targets: ReadonlyMap<SourceName, number>,
): Promise<void> {
  const { projection, version, pool, positions, logIds } = building;
  const schema = versionSchema(projection.name, version);
  const move = (position: LogPosition) => {
    positions.set(stream, position);
    onProgress?.(sum([...positions.values()].map(({ sequence }) => sequence)), sum(targets.values()));
  };
  const logId = logIds.get(stream) ?? null;
  const { sequence: after, seen: seenBefore } = positions.get(stream) ?? BEGINNING;
  const upTo = targets.get(stream) ?? after;
  let seen = seenBefore;
  await replay(nats, { projection, stream }, { after, upTo, batchSize }, async (batch, last) => {
    signal?.throwIfAborted();
    const position = { sequence: last.sequence, logId, seen: last };
    await inTransaction(pool, async (db) => {
      // Rows lost in a crash are built again. Only the swap must reach the disk, and its commit flushes all before it.
      await db.query('SET LOCAL synchronous_commit = off');
      await useSchema(db, schema);
      await batch.write(db);
      await moveBuilding(db, { projection, stream }, position);
    });
    seen = last;
    move(position);
  });
  move({ sequence: upTo, logId, seen });
  log.info({ projection: projection.name, version, stream, upTo }, 'rebuilt');
}

/** Without statistics on the new tables, readers would get bad plans after the swap. */
export async function analyze({ projection, version, pool }: Building): Promise<void> {
  const schema = versionSchema(projection.name, version);
  for (const { name, isTable } of await relationsOf(pool, schema)) {
    if (isTable) await pool.query(`ANALYZE ${schema}."${name}"`);
  }
}
