import { setTimeout as delay } from 'node:timers/promises';
import { DatabaseError } from 'pg';
import { useSchema, versionSchema } from './checkpoints.ts';
import { hashOf, type Projection, type Queryable } from './projection.ts';
import {
  columnList,
  columnsOf,
  copyComments,
  dependentLines,
  grantsOf,
  inPlace,
  restoreGrant,
} from './view-shape.ts';

export type Relation = { name: string; isTable: boolean };

/** Tables and views of a schema, in the order in which they were made. */
export async function relationsOf(db: Queryable, schema: string): Promise<Relation[]> {
  const { rows } = await db.query<{ relname: string; relkind: string }>(
    `SELECT relname, relkind FROM pg_class
     WHERE relnamespace = to_regnamespace($1)::oid AND relkind IN ('r', 'v') ORDER BY oid`,
    [schema],
  );
  return rows.map(({ relname, relkind }) => ({ name: relname, isTable: relkind === 'r' }));
}

/** Raised when a change takes away what others built on: `dependents` says of each published view what stands on it. */
export class ViewsInUse extends Error {
  override name = 'ViewsInUse';
}

/**
 * Says before the work whether a version can take the place of the published one.
 * @throws {ViewsInUse} when a view that cannot be replaced in place, because a column of it is gone or of another type, has dependents.
 */
export async function refuseLostDependents(
  db: Queryable,
  projection: Projection,
  version: number,
): Promise<void> {
  const { name } = projection;
  const schema = versionSchema(name, version);
  const changed: string[] = [];
  for (const { name: view } of await relationsOf(db, name)) {
    const published = await columnsOf(db, name, view);
    if (!inPlace(published, await columnsOf(db, schema, view))) changed.push(view);
  }
  const lost = await dependentLines(db, name, changed);
  if (lost.length === 0) return;
  throw new ViewsInUse(
    `Columns of ${name} are gone or have another type, and others built on these views. Drop theirs first, ` +
      `and make them again afterwards:\n${lost.join('\n')}`,
  );
}

/**
 * Makes the schema `<name>` show exactly the tables and views of a version, with what their comments say. Grants stay, and so
 * do views that others built on these.
 * @throws {ViewsInUse} as {@link refuseLostDependents} does.
 */
export async function publishViews(db: Queryable, projection: Projection, version: number): Promise<void> {
  const { name } = projection;
  const schema = versionSchema(name, version);
  await db.query(`CREATE SCHEMA IF NOT EXISTS ${name}`);
  await refuseLostDependents(db, projection, version);
  const wanted = await relationsOf(db, schema);
  const published = await relationsOf(db, name);
  const gone = published.filter((view) => !wanted.some((relation) => relation.name === view.name));
  for (const view of gone) await db.query(`DROP VIEW ${name}."${view.name}"`);
  for (const relation of wanted) await publishRelation(db, name, schema, relation.name);
  await recordViews(db, projection);
}

/** Columns that readers know keep their place, and new ones follow: Postgres replaces such a view in place. */
async function publishRelation(db: Queryable, name: string, schema: string, relation: string): Promise<void> {
  const view = `${name}."${relation}"`;
  const published = await columnsOf(db, name, relation);
  const wanted = await columnsOf(db, schema, relation);
  const kept = inPlace(published, wanted);
  const definition = `VIEW ${view} AS SELECT ${columnList(kept ?? wanted)} FROM ${schema}."${relation}"`;
  if (kept) {
    await db.query(`CREATE OR REPLACE ${definition}`);
  } else {
    const grants = await grantsOf(db, name, relation);
    await db.query(`DROP VIEW ${view}`);
    await db.query(`CREATE ${definition}`);
    for (const grant of grants) await restoreGrant(db, grant, view, wanted);
  }
  await copyComments(db, { schema, name, relation });
}

/** Makes a version's views again from a changed `views.sql`. @throws {ViewsInUse} */
export async function replaceViews(db: Queryable, projection: Projection, version: number): Promise<void> {
  const schema = versionSchema(projection.name, version);
  const before = `${schema}_before`;
  const views = (await relationsOf(db, schema)).filter((relation) => !relation.isTable);
  // Set aside until the published views stand on the new ones: dropped first, they would take those along.
  await db.query(`CREATE SCHEMA ${before}`);
  for (const view of views) await db.query(`ALTER VIEW ${schema}."${view.name}" SET SCHEMA ${before}`);
  await useSchema(db, schema);
  await db.query(projection.views);
  await publishViews(db, projection, version);
  for (const view of views.reverse()) await db.query(`DROP VIEW ${before}."${view.name}"`);
  await db.query(`DROP SCHEMA ${before}`);
}

async function recordViews(db: Queryable, { name, views }: Projection): Promise<void> {
  await db.query(
    `INSERT INTO projections.published_views (projection, hash) VALUES ($1, $2)
     ON CONFLICT (projection) DO UPDATE SET hash = excluded.hash`,
    [name, hashOf(views)],
  );
}

/** Whether the views in use were made from this `views.sql`. */
export async function viewsAreCurrent(db: Queryable, { name, views }: Projection): Promise<boolean> {
  const { rows } = await db.query<{ hash: string }>(
    'SELECT hash FROM projections.published_views WHERE projection = $1',
    [name],
  );
  return rows[0]?.hash === hashOf(views);
}

const LOCK_TRIES = 20;
/** How long a swap may keep readers waiting. Far below Postgres's deadlock_timeout, which would end one of them. */
const LOCK_TIMEOUT_MS = 50;

/**
 * Keeps readers away from the published views until the transaction ends. Queries lock views in orders of their own, so
 * waiting for all of them can deadlock with any two: each try is short, and lets go of what it has before the next.
 * @returns false when the tries did not suffice; the transaction is as it was before.
 */
export async function lockPublishedViews(db: Queryable, name: string): Promise<boolean> {
  const locks = await viewLocks(db, name);
  for (let tries = 0; tries < LOCK_TRIES; tries++) {
    await db.query(`SAVEPOINT locks; SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`);
    try {
      await db.query(locks.join('; '));
      return true;
    } catch (error) {
      if (!isLockTimeout(error)) throw error;
      await db.query('ROLLBACK TO SAVEPOINT locks; RELEASE SAVEPOINT locks');
      await delay(Math.min(10 * tries, LOCK_TIMEOUT_MS));
    }
  }
  return false;
}

/**
 * Statements that lock a view and change nothing. `LOCK TABLE` would lock also what it is made of, down to views of the
 * system, which only a superuser may.
 */
async function viewLocks(db: Queryable, name: string): Promise<string[]> {
  const { rows } = await db.query<{ statement: string }>(
    `SELECT format('ALTER VIEW %s OWNER TO %s', oid::regclass, relowner::regrole) AS statement FROM pg_class
     WHERE relnamespace = to_regnamespace($1)::oid AND relkind = 'v' ORDER BY oid`,
    [name],
  );
  return rows.map(({ statement }) => statement);
}

function isLockTimeout(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === '55P03';
}
