import type { Pool } from 'pg';
import { endBuilding } from './building.ts';
import { inTransaction, versionSchemas } from './checkpoints.ts';
import type { Queryable } from './projection.ts';
import { relationsOf } from './published-views.ts';
import { claimProjection } from './versions.ts';
import { dependentLines } from './view-shape.ts';

/*
 * What is left in a database of versions that are not in use, and of projections whose folder is gone.
 */

/** Raised when a projection may not be dropped. */
export class NotDropped extends Error {
  override name = 'NotDropped';
}

const VERSION = '^[a-z][a-z0-9_]*_v[0-9]+$';

/** Schemas of versions that are neither in use nor, as of now, to go on being built. By the projection they are of. */
export async function unusedVersions(db: Queryable): Promise<Map<string, string[]>> {
  const { rows } = await db.query<{ name: string; schema: string }>(
    `SELECT nspname AS schema, regexp_replace(nspname, '_v[0-9]+$', '') AS name FROM pg_namespace
     WHERE nspname ~ $1 AND regexp_replace(nspname, '_v[0-9]+$', '') IN (SELECT projection FROM projections.checkpoints)
       AND nspname NOT IN (SELECT projection || '_v' || version FROM projections.checkpoints)
     ORDER BY nspname`,
    [VERSION],
  );
  const found = new Map<string, string[]>();
  for (const { name, schema } of rows) found.set(name, [...(found.get(name) ?? []), schema]);
  return found;
}

/**
 * Drops the versions of a projection that are not in use, also one whose rebuild was interrupted.
 * @throws {ProjectionBusy} while the projection is being rebuilt or verified.
 */
export function dropUnusedVersions(pool: Pool, name: string): Promise<void> {
  return inTransaction(pool, async (db) => {
    await claimProjection(db, name);
    for (const schema of (await unusedVersions(db)).get(name) ?? [])
      await db.query(`DROP SCHEMA ${schema} CASCADE`);
    await endBuilding(db, name);
  });
}

/** Names of all projections that have tables in a database. */
export async function projectionsIn(db: Queryable): Promise<string[]> {
  const { rows } = await db.query<{ projection: string }>(
    'SELECT DISTINCT projection FROM projections.checkpoints ORDER BY 1',
  );
  return rows.map(({ projection }) => projection);
}

/**
 * Drops all that a database has of a projection: its versions, its published views, where it stands.
 * @throws {NotDropped} when others built on its views; {ProjectionBusy} while it is being rebuilt or verified.
 */
export function dropProjection(pool: Pool, name: string): Promise<void> {
  return inTransaction(pool, async (db) => {
    await claimProjection(db, name);
    const views = (await relationsOf(db, name)).map((relation) => relation.name);
    const lines = await dependentLines(db, name, views);
    if (lines.length > 0)
      throw new NotDropped(`Others built on the views of ${name}. Drop theirs first:\n${lines.join('\n')}`);
    for (const schema of [name, ...(await versionSchemas(db, name))])
      await db.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
    for (const table of ['checkpoints', 'building', 'published_views'])
      await db.query(`DELETE FROM projections.${table} WHERE projection = $1`, [name]);
  });
}
