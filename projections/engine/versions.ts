import { readFile } from 'node:fs/promises';
import { escapeLiteral, type Pool, type PoolClient } from 'pg';
import type { LogPosition } from '#contracts/logs.ts';
import {
  BEGINNING,
  type Checkpoint,
  checkpointsOf,
  inTransaction,
  logColumns,
  useSchema,
  versionSchema,
  versionSchemas,
} from './checkpoints.ts';
import { isDefinedBy, recordDefinition } from './definitions.ts';
import {
  type DatabaseName,
  fingerprint,
  type Projection,
  type Queryable,
  type SourceName,
  sourceNames,
} from './projection.ts';
import { publishViews, replaceViews, viewsAreCurrent } from './published-views.ts';
import { usualProjections } from './registry.ts';
import { grantBookkeeping, grantVersion } from './rights.ts';

/*
 * The tables of version n of a projection live in the schema `<name>_v<n>`. Readers use the schema `<name>`: a view for
 * each table and view of the version in use. A checkpoint row carries its version, so that a projector that waited for its
 * lock while versions were swapped finds the new one.
 */

/** The servers projections live on; both may be the same pool. */
export type Databases = Record<DatabaseName, Pool>;

const BOOKKEEPING = new URL('./bookkeeping.sql', import.meta.url);

/**
 * Makes what is missing: bookkeeping, the first version of each projection, changed views. Safe to run at any time, and
 * twice at once. Tables that were built by another `tables.sql` are left as they are.
 * @returns a line for each thing changed or to be done, none when all is as it should be.
 */
export async function prepareProjections(
  databases: Databases,
  projections?: readonly Projection[],
): Promise<string[]> {
  const changes: string[] = [];
  for (const projection of projections ?? (await usualProjections())) {
    const change = await inTransaction(databases[projection.database], (db) =>
      prepareProjection(db, projection),
    );
    if (change) changes.push(`projection ${projection.name}: ${change}`);
  }
  return changes;
}

/** Whether a projection has tables here, and bookkeeping of this version. */
export async function isPrepared(db: Queryable, name: string): Promise<boolean> {
  const { rows } = await db.query<{ known: boolean }>(
    `SELECT to_regclass('projections.definitions') IS NOT NULL
       AND EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('projections.checkpoints')
         AND attname = 'log_id') AS known`,
  );
  return rows[0]?.known === true && (await checkpointsOf(db, name)).length > 0;
}

/** Raised when another process rebuilds or verifies the projection. */
export class ProjectionBusy extends Error {
  override name = 'ProjectionBusy';
}

/**
 * Keeps other processes from rebuilding or verifying a projection until the transaction is committed or rolled back.
 * @throws {ProjectionBusy}
 */
export async function claimProjection(db: Queryable, name: string): Promise<void> {
  // Without parameters: those would leave a portal open, and with it a snapshot that keeps dead rows from being removed
  // in the whole database until the transaction ends.
  const key = escapeLiteral(`habitstream projection ${name}`);
  const { rows } = await db.query<{ claimed: boolean }>(
    `SELECT pg_try_advisory_xact_lock(hashtext(${key})) AS claimed`,
  );
  if (!rows[0]?.claimed) throw new ProjectionBusy(`projection ${name} is being rebuilt or verified already`);
}

/**
 * Readers queue behind a view that waits to be replaced, also when its client has long given up: so the server gives up, and
 * first. It is run again when long readers have ended.
 */
const LOCK_TIMEOUT_MS = 5_000;

/** Makes what is missing of the tables that say where projections stand. */
export async function prepareBookkeeping(db: Queryable): Promise<void> {
  await db.query(`SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`);
  await db.query("SELECT pg_advisory_xact_lock(hashtext('habitstream projections'))");
  await db.query(await readFile(BOOKKEEPING, 'utf8'));
}

async function prepareProjection(db: PoolClient, projection: Projection): Promise<string | undefined> {
  await prepareBookkeeping(db);
  await recordDefinition(db, projection);
  await grantBookkeeping(db);
  const [current] = await checkpointsOf(db, projection.name, 'FOR UPDATE');
  if (!current) {
    await createVersion(db, projection, 1);
    await publishVersion(db, projection, 1, new Map());
    return 'version 1 created';
  }
  const change = await renewViews(db, projection, current);
  await grantVersion(db, projection, current.version);
  return change;
}

async function renewViews(
  db: PoolClient,
  projection: Projection,
  current: Checkpoint,
): Promise<string | undefined> {
  if (!(await isDefinedBy(db, projection, current.fingerprint)))
    return 'tables.sql or sources changed: rebuild it';
  if (await viewsAreCurrent(db, projection)) return undefined;
  await replaceViews(db, projection, current.version);
  return 'views changed';
}

/** Makes a version's empty tables and its views. */
export async function createVersion(db: Queryable, projection: Projection, version: number): Promise<void> {
  const schema = versionSchema(projection.name, version);
  await db.query(`CREATE SCHEMA ${schema}`);
  await useSchema(db, schema);
  await db.query(projection.tables);
  await db.query(projection.views);
}

/** Makes a version the one that is read and written, from `positions` on, as part of the caller's transaction. */
export async function publishVersion(
  db: Queryable,
  projection: Projection,
  version: number,
  positions: ReadonlyMap<SourceName, LogPosition>,
): Promise<void> {
  const { name } = projection;
  await publishViews(db, projection, version);
  await recordDefinition(db, projection);
  await grantVersion(db, projection, version);
  const sources = sourceNames(projection);
  await db.query('DELETE FROM projections.checkpoints WHERE projection = $1 AND stream <> ALL ($2)', [
    name,
    sources,
  ]);
  for (const source of sources) {
    const at = positions.get(source) ?? BEGINNING;
    await db.query(
      `INSERT INTO projections.checkpoints
         (projection, stream, version, sequence, fingerprint, log_id, seen_sequence, seen_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
       ON CONFLICT (projection, stream) DO UPDATE
       SET version = excluded.version, sequence = excluded.sequence, fingerprint = excluded.fingerprint,
         log_id = excluded.log_id, seen_sequence = excluded.seen_sequence, seen_at = excluded.seen_at`,
      [name, source, version, at.sequence, fingerprint(projection), ...logColumns(at)],
    );
  }
}

/** Drops all versions but `keep`: the one swapped out, and what interrupted rebuilds left. */
export async function dropOtherVersions(db: Queryable, name: string, keep: number): Promise<void> {
  const others = (await versionSchemas(db, name)).filter((schema) => schema !== versionSchema(name, keep));
  for (const schema of others) await db.query(`DROP SCHEMA ${schema} CASCADE`);
}
