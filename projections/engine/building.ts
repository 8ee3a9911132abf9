import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogPosition } from '#contracts/logs.ts';
import { BEGINNING, type LogRow, logColumns, type ProjectionSource, positionOf } from './checkpoints.ts';
import { hashOf, type Projection, type Queryable, type SourceName, sourceNames } from './projection.ts';

/*
 * A version that is being built keeps up to where it holds each stream, in the transactions that write its rows. What is
 * interrupted goes on from there, as long as it would be made from the same text and code.
 */

/** A version under construction. */
export type BuildingVersion = { version: number; positions: Map<SourceName, LogPosition> };

const ENGINE = import.meta.dirname;
const CONTRACTS = join(ENGINE, '../../contracts');

/**
 * Names all that rows come from but the messages: SQL, handlers, what they import. Undefined where the code of the handlers
 * is not known.
 */
export async function originOf(projection: Projection): Promise<string | undefined> {
  const { folder, tables, views } = projection;
  if (folder === undefined) return undefined;
  const code = await Promise.all([folder, ENGINE, CONTRACTS].map(codeIn));
  return hashOf(JSON.stringify([tables, views, sourceNames(projection), ...code]));
}

async function codeIn(folder: string): Promise<string[]> {
  const all = await readdir(folder, { recursive: true });
  const names = all.filter((name) => name.endsWith('.ts')).sort();
  return Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
}

/** The version that an interrupted rebuild has left of this origin, if its tables are still there. */
export async function buildingOf(
  db: Queryable,
  projection: Projection,
  origin: string,
): Promise<BuildingVersion | undefined> {
  const { rows } = await db.query<LogRow & { stream: SourceName; version: number }>(
    `SELECT stream, version, sequence, log_id, seen_sequence, seen_at FROM projections.building
     WHERE projection = $1 AND made_from = $2 AND to_regnamespace(projection || '_v' || version) IS NOT NULL`,
    [projection.name, origin],
  );
  const [first] = rows;
  if (!first || rows.length !== sourceNames(projection).length) return undefined;
  return {
    version: first.version,
    positions: new Map(rows.map((row) => [row.stream, positionOf(row)])),
  };
}

/** Keeps that a version without rows is being built. */
export async function beginBuilding(
  db: Queryable,
  projection: Projection,
  version: number,
  origin: string | undefined,
): Promise<void> {
  await endBuilding(db, projection.name);
  if (origin === undefined) return;
  await db.query(
    `INSERT INTO projections.building (projection, stream, version, made_from, sequence)
     SELECT $1, stream, $2, $3, 0 FROM unnest($4::text[]) AS stream`,
    [projection.name, version, origin, sourceNames(projection)],
  );
}

/** Moves the position of one stream, as part of the transaction that writes its rows. */
export async function moveBuilding(
  db: Queryable,
  { projection, stream }: ProjectionSource,
  position: LogPosition,
): Promise<void> {
  await db.query(
    `UPDATE projections.building SET sequence = $3, log_id = $4, seen_sequence = $5, seen_at = $6
     WHERE projection = $1 AND stream = $2`,
    [projection.name, stream, position.sequence, ...logColumns(position)],
  );
}

/** Forgets that a version is being built. */
export async function endBuilding(db: Queryable, name: string): Promise<void> {
  await db.query('DELETE FROM projections.building WHERE projection = $1', [name]);
}

/** Where every stream of a version without rows stands. */
export const emptyPositions = (projection: Projection): BuildingVersion['positions'] =>
  new Map(sourceNames(projection).map((stream) => [stream, BEGINNING]));
