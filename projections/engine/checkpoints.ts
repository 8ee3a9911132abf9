import type { Pool, PoolClient } from 'pg';
import type { LogPosition } from '#contracts/logs.ts';
import { ConnectionLost, connectionOf, rollBack } from './connection.ts';
import { isDefinedBy } from './definitions.ts';
import { type Projection, type Queryable, RebuildNeeded, type SourceName } from './projection.ts';

/** Rows of version `version` hold every message of `stream` up to `sequence`. */
export type Checkpoint = LogPosition & { stream: SourceName; version: number; fingerprint: string };

/** Every message of a stream after `after`, up to and with `upTo`. */
export type SequenceRange = { after: number; upTo: number };

/** Schema of one version's tables. */
export const versionSchema = (name: string, version: number): string => `${name}_v${version}`;

/** Schemas of all versions, those that an interrupted rebuild left included. */
export async function versionSchemas(db: Queryable, name: string): Promise<string[]> {
  const { rows } = await db.query<{ schema: string }>(
    `SELECT nspname AS schema FROM pg_namespace WHERE nspname ~ ('^' || $1 || '_v[0-9]+$') ORDER BY 1`,
    [name],
  );
  return rows.map(({ schema }) => schema);
}

/**
 * Runs `work` in a transaction of its own: committed when it resolves, rolled back when it rejects.
 * @throws {ConnectionLost} when that is why it rejected; what `work` rejected with is its cause.
 */
export async function inTransaction<T>(pool: Pool, work: (db: PoolClient) => Promise<T>): Promise<T> {
  const { client, isLost, release } = await connectionOf(pool);
  let broken: Error | undefined;
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    const wasLost = isLost();
    broken = await rollBack(client);
    throw wasLost ? new ConnectionLost('the connection to Postgres was lost', { cause: error }) : error;
  } finally {
    release(broken);
  }
}

/** Makes unqualified names mean the tables of one schema, until the transaction ends. */
export async function useSchema(db: Queryable, schema: string): Promise<void> {
  await db.query("SELECT set_config('search_path', $1, true)", [schema]);
}

/** Before the first message of any log. */
export const BEGINNING: LogPosition = { sequence: 0, logId: null, seen: null };

/** A projection and one of the streams it reads: each pair has a checkpoint. */
export type ProjectionSource = { projection: Projection; stream: SourceName };

/** Messages after `after` up to a position in their log. */
export type CommittedRange = { after: number; upTo: LogPosition };

/**
 * Writes the messages of `range` and moves the checkpoint in one transaction: each message counts once, however many
 * projectors try.
 * @returns where the checkpoint stands now; when it was not at `range.after` of the same log, nothing was written.
 * @throws {RebuildNeeded} when the tables in use are of another form.
 */
export function commitRange(
  pool: Pool,
  { projection, stream }: ProjectionSource,
  { after, upTo }: CommittedRange,
  write: (db: Queryable) => Promise<void>,
): Promise<LogPosition> {
  return inTransaction(pool, async (db) => {
    // The row stays locked until the commit: another projector with the same range waits here, and finds it done.
    const { rows } = await db.query<{ version: number; fingerprint: string }>(
      `UPDATE projections.checkpoints SET sequence = $4, log_id = $5,
         seen_sequence = coalesce($6, seen_sequence), seen_at = coalesce($7, seen_at)
       WHERE projection = $1 AND stream = $2 AND sequence = $3 AND (log_id = $5 OR log_id IS NULL OR $3 = 0)
       RETURNING version, fingerprint`,
      [projection.name, stream, after, upTo.sequence, ...logColumns(upTo)],
    );
    const [moved] = rows;
    if (!moved) return checkpointOf(db, projection, stream);
    if (!(await isDefinedBy(db, projection, moved.fingerprint))) throw rebuildNeeded(projection);
    await useSchema(db, versionSchema(projection.name, moved.version));
    await write(db);
    return upTo;
  });
}

/** Keeps by what the log is known again, where a version before did not: once it has been compared. */
export async function keepLog(
  db: Queryable,
  { projection, stream }: ProjectionSource,
  position: LogPosition,
): Promise<void> {
  await db.query(
    `UPDATE projections.checkpoints SET log_id = $4, seen_sequence = $5, seen_at = $6
     WHERE projection = $1 AND stream = $2 AND sequence = $3 AND log_id IS NULL`,
    [projection.name, stream, position.sequence, ...logColumns(position)],
  );
}

/** Values of the columns `log_id`, `seen_sequence` and `seen_at`. */
export function logColumns({ logId, seen }: LogPosition): [string | null, number | null, string | null] {
  return [logId, seen?.sequence ?? null, seen ? new Date(seen.storedAtMs).toISOString() : null];
}

/** The columns of a position in a log, as they are read. */
export type LogRow = {
  sequence: string;
  log_id: string | null;
  seen_sequence: string | null;
  seen_at: Date | null;
};

export function positionOf({ sequence, log_id, seen_sequence, seen_at }: LogRow): LogPosition {
  const isSeen = seen_sequence !== null && seen_at !== null;
  return {
    sequence: Number(sequence),
    logId: log_id,
    seen: isSeen ? { sequence: Number(seen_sequence), storedAtMs: seen_at.getTime() } : null,
  };
}

/**
 * Where one source of a projection stands.
 * @throws {RebuildNeeded} when the tables in use are of another form, or never read this source.
 */
export async function checkpointOf(
  db: Queryable,
  projection: Projection,
  stream: SourceName,
): Promise<Checkpoint> {
  const [checkpoint] = await checkpointsOf(db, projection.name, '', stream);
  if (checkpoint && (await isDefinedBy(db, projection, checkpoint.fingerprint))) return checkpoint;
  throw rebuildNeeded(projection);
}

function rebuildNeeded({ name }: Projection): RebuildNeeded {
  return new RebuildNeeded(
    `the tables of projection ${name} were not built by this version: ` +
      `run "npm run habitstream -- projections rebuild ${name}"`,
  );
}

type Lock = 'FOR UPDATE' | '';
type CheckpointRow = LogRow & { stream: SourceName; version: number; fingerprint: string };

/** Where all sources of a projection stand, or the one named. None when it was never prepared. */
export async function checkpointsOf(
  db: Queryable,
  name: string,
  lock: Lock = '',
  stream?: SourceName,
): Promise<Checkpoint[]> {
  const { rows } = await db.query<CheckpointRow>(
    `SELECT stream, version, fingerprint, sequence, log_id, seen_sequence, seen_at FROM projections.checkpoints
     WHERE projection = $1 AND stream = coalesce($2, stream) ORDER BY stream ${lock}`,
    [name, stream],
  );
  return rows.map((row) => ({
    stream: row.stream,
    version: row.version,
    fingerprint: row.fingerprint,
    ...positionOf(row),
  }));
}

/**
 * Up to where in `stream` the rows of a projection stand: every message up to it is in them, or was dead-lettered.
 * Comparable with the stream's own last sequence, also where its last messages are poison or deleted. One index probe.
 */
export async function projectedUpTo(db: Queryable, name: string, stream: SourceName): Promise<LogPosition> {
  const [checkpoint = BEGINNING] = await checkpointsOf(db, name, '', stream);
  return checkpoint;
}
