import type { PoolClient } from 'pg';
import { endBuilding } from '#projections/engine/building.ts';
import { checkpointsOf, inTransaction, useSchema, versionSchema } from '#projections/engine/checkpoints.ts';
import type { Projection, SourceName } from '#projections/engine/projection.ts';
import { lockPublishedViews } from '#projections/engine/published-views.ts';
import {
  claimProjection,
  type Databases,
  dropOtherVersions,
  publishVersion,
} from '#projections/engine/versions.ts';
import { NotProvisioned } from '#services/platform/jetstream/errors.ts';
import { positionIn } from '#services/platform/jetstream/log-guard.ts';
import type { Ports } from '#services/platform/process/run-service.ts';
import { analyze, type Building, type BuildPorts, buildUntilNear, openBuilding, targetOf } from './build.ts';
import { type Patience, withPatience } from './patience.ts';
import { replay } from './replay.ts';

/** `positions`: up to where the new version stood when it was swapped in. */
export type Rebuilt = { version: number; positions: Partial<Record<SourceName, number>> };

/** The rebuild gives up after about ten minutes in which long queries left no gap for the swap. */
const SWAP_TRIES = 300;
const SWAP_PAUSE_MS = 500;

export type RebuildPorts = Ports &
  BuildPorts &
  Patience & {
    databases: Databases;
    /** `kept`: messages that an interrupted rebuild has left in the version. */
    onBegin?: ((version: number, kept: number) => void) | undefined;
  };

/**
 * Builds the next version of a projection from the log beside the one in use, and swaps it in when it has caught up.
 * Readers see the old rows until they see the new ones. While NATS or Postgres is away it waits. Interrupted, it leaves the
 * old version in use, and the next rebuild goes on from its last batch, unless code or SQL have changed since.
 * @throws {ProjectionBusy} while the projection is being rebuilt or verified.
 * @throws {ViewsInUse} before the work, when others built on columns that the new version does not have.
 */
export function rebuild(projection: Projection, ports: RebuildPorts): Promise<Rebuilt> {
  const pool = ports.databases[projection.database];
  let begun: number | undefined;
  return withPatience(ports, () =>
    inTransaction(pool, async (guard) => {
      await claimProjection(guard, projection.name);
      const live = await checkpointsOf(pool, projection.name);
      const [current] = live;
      if (!current) throw new NotProvisioned(`projection ${projection.name} was never provisioned`);
      // The connection was lost while the swap was being committed.
      if (current.version === begun) return rebuilt(begun, live);
      const building = await openBuilding(ports, projection, pool, current.version);
      begun = building.version;
      const kept = [...building.positions.values()].reduce((sum, { sequence }) => sum + sequence, 0);
      ports.onBegin?.(begun, kept);
      return await buildAndSwap(ports, building);
    }),
  );
}

const rebuilt = (version: number, reached: Iterable<{ stream: SourceName; sequence: number }>): Rebuilt => ({
  version,
  positions: Object.fromEntries([...reached].map(({ stream, sequence }) => [stream, sequence])),
});

async function buildAndSwap(ports: RebuildPorts, building: Building): Promise<Rebuilt> {
  const { projection, version } = building;
  await buildUntilNear(ports, building);
  await analyze(building);
  for (let tries = 0; tries < SWAP_TRIES; tries++) {
    const reached = await swap(ports, building);
    if (reached) return rebuilt(version, reached);
    ports.log.info({ projection: projection.name, version, tries }, 'swap waits for readers');
    await ports.clock.sleep(SWAP_PAUSE_MS);
    await buildUntilNear(ports, building);
  }
  throw new Error(
    `readers of ${projection.name} left no moment to swap versions in; the old one stays in use`,
  );
}

type Reached = { stream: SourceName; sequence: number }[];

/** @returns undefined when readers kept the views locked: then nothing was done. */
function swap(ports: RebuildPorts, building: Building): Promise<Reached | undefined> {
  return inTransaction(building.pool, (db) => swapIn(db, ports, building)).catch((error: unknown) => {
    if (error instanceof ViewsStayedLocked) return undefined;
    throw error;
  });
}

/** Replays what is missing and swaps. */
async function swapIn(
  db: PoolClient,
  { nats }: RebuildPorts,
  { projection, version, positions }: Building,
): Promise<Reached> {
  const reached: Reached = [];
  const live = await checkpointsOf(db, projection.name, 'FOR UPDATE');
  await useSchema(db, versionSchema(projection.name, version));
  for (const [stream, { sequence: after }] of positions) {
    const upTo = Math.max(after, await targetOf(nats, live, stream));
    await replay(nats, { projection, stream }, { after, upTo }, (batch) => batch.write(db));
    reached.push({ stream, sequence: upTo });
  }
  if (!(await lockPublishedViews(db, projection.name))) throw new ViewsStayedLocked();
  const ends = reached.map(
    async ({ stream, sequence }) => [stream, await positionIn(nats, stream, sequence)] as const,
  );
  await publishVersion(db, projection, version, new Map(await Promise.all(ends)));
  await dropOtherVersions(db, projection.name, version);
  await endBuilding(db, projection.name);
  return reached;
}

/** Rolls back a try to swap. */
class ViewsStayedLocked extends Error {}
