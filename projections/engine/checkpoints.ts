import type { Pool, PoolClient } from 'pg';
import { connectionOf, rollBack } from './connection.ts';
import {
  fingerprint,
  type Projection,
  type Queryable,
  RebuildNeeded,
  type SourceName,
} from './projection.ts';

/** Rows of version `version` hold every message of `stream` up to `sequence`. */
export type Checkpoint = { stream: SourceName; version: number; sequence: number; fingerprint: string };

/** Every message of a stream after `after`, up to and with `upTo`. */
export type SequenceRange = { after: number; upTo: number };

/** Schema of one version's tables. */
export const versionSchema = (name: string, version: number): string => `${name}_v${version}`;

/** Runs `work` in a transaction of its own: committed when it resolves, rolled back when it rejects. */
export async function inTransaction<T>(pool: Pool, work: (db: PoolClient) => Promise<T>): Promise<T> {
  const { client, release } = await connectionOf(pool);
  let broken: Error | undefined;
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    broken = await rollBack(client);
    throw error;
  } finally {
    release(broken);
  }
}

/** Makes unqualified names mean the tables of one schema, until the transaction ends. */
export async function useSchema(db: Queryable, schema: string): Promise<void> {
  await db.query("SELECT set_config('search_path', $1, true)", [schema]);
}

/** A projection and one of the streams it reads: each pair has a checkpoint. */
export type ProjectionSource = { projection: Projection; stream: SourceName };

/**
 * Writes the messages of `range` and moves the checkpoint in one transaction: each message counts once, however many
 * projectors try.
 * @returns where the checkpoint stands now; when it was not at `range.after`, nothing was written.
 * @throws {RebuildNeeded} when the tables in use are of another form.
 */
export function commitRange(
  pool: Pool,
  { projection, stream }: ProjectionSource,
  range: SequenceRange,
  write: (db: Queryable) => Promise<void>,
): Promise<number> {
  return inTransaction(pool, async (db) => {
    // The row stays locked until the commit: another projector with the same range waits here, and finds it done.
    const { rows } = await db.query<{ version: number; fingerprint: string }>(
      `UPDATE projections.checkpoints SET sequence = $4
       WHERE projection = $1 AND stream = $2 AND sequence = $3 RETURNING version, fingerprint`,
      [projection.name, stream, range.after, range.upTo],
    );
    const [moved] = rows;
    if (!moved) return (await checkpointOf(db, projection, stream)).sequence;
    if (moved.fingerprint !== fingerprint(projection)) throw rebuildNeeded(projection);
    await useSchema(db, versionSchema(projection.name, moved.version));
    await write(db);
    return range.upTo;
  });
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
  if (checkpoint?.fingerprint === fingerprint(projection)) return checkpoint;
  throw rebuildNeeded(projection);
}

function rebuildNeeded({ name }: Projection): RebuildNeeded {
  return new RebuildNeeded(
    `the tables of projection ${name} were not built by this version: ` +
      `run "npm run habitstream -- projections rebuild ${name}"`,
  );
}

type Lock = 'FOR UPDATE' | '';
type CheckpointRow = { stream: SourceName; version: number; sequence: string; fingerprint: string };

/** Where all sources of a projection stand, or the one named. None when it was never prepared. */
export async function checkpointsOf(
  db: Queryable,
  name: string,
  lock: Lock = '',
  stream?: SourceName,
): Promise<Checkpoint[]> {
  const { rows } = await db.query<CheckpointRow>(
    `SELECT stream, version, sequence, fingerprint FROM projections.checkpoints
     WHERE projection = $1 AND stream = coalesce($2, stream) ORDER BY stream ${lock}`,
    [name, stream],
  );
  return rows.map((row) => ({ ...row, sequence: Number(row.sequence) }));
}
