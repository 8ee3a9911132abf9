import type { PoolClient } from 'pg';
import {
  type Checkpoint,
  checkpointOf,
  inTransaction,
  useSchema,
  versionSchema,
} from '#projections/engine/checkpoints.ts';
import { connectionOf, rollBack } from '#projections/engine/connection.ts';
import { type Projection, type SourceName, sourceNames } from '#projections/engine/projection.ts';
import { relationsOf } from '#projections/engine/published-views.ts';
import { claimProjection, createVersion, type Databases } from '#projections/engine/versions.ts';
import type { Ports } from '#services/platform/process/run-service.ts';
import { type Ends, endsOf, untilLevel } from './level.ts';
import { replay } from './replay.ts';

/** Rows of one side that the other does not have: how many, and the first few. */
export type Surplus = { count: number; examples: unknown[] };
export type TableComparison = { table: string; rows: number; onlyLive: Surplus; onlyReplayed: Surplus };
/** A stream that goes on to `end`, of which the rows hold the messages up to `sequence`. */
export type Behind = { stream: SourceName; sequence: number; end: number };
/** `equal`: every message that the streams had when it began is in the rows, and nothing else. */
export type Verification = {
  projection: string;
  equal: boolean;
  checkpoints: Checkpoint[];
  behind: Behind[];
  tables: TableComparison[];
};

/** Never a live version: those begin at 1. */
const SCRATCH = 0;
const EXAMPLES = 5;

/**
 * Replays the log up to the live checkpoints into a scratch version and compares every table row for row, both ways.
 * All of it sees the database as it was when it began, and is rolled back: nothing is stopped, nothing remains. It begins
 * when the projection has passed what the streams had, or has stood still for a quarter of a minute: rows that equal the
 * beginning of the log do not equal the log.
 * @throws {ProjectionBusy} while the projection is being rebuilt or verified.
 * @throws {RebuildNeeded} when the tables in use are of another form.
 */
export function verify(
  projection: Projection,
  ports: Pick<Ports, 'nats' | 'clock'> & { databases: Databases },
): Promise<Verification> {
  const pool = ports.databases[projection.database];
  return inTransaction(pool, async (guard) => {
    await claimProjection(guard, projection.name);
    const ends = await endsOf(ports, projection);
    await untilLevel(ports, pool, projection, ends);
    const { client, release } = await connectionOf(pool);
    try {
      // The claim must be held before the snapshot is taken: a swap between the two would remove the live tables.
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
      return await compareWithReplay(projection, ports, client, ends);
    } finally {
      release(await rollBack(client));
    }
  });
}

async function compareWithReplay(
  projection: Projection,
  { nats }: Pick<Ports, 'nats'>,
  db: PoolClient,
  ends: Ends,
): Promise<Verification> {
  const checkpoints: Checkpoint[] = [];
  for (const stream of sourceNames(projection)) checkpoints.push(await checkpointOf(db, projection, stream));
  const scratch = versionSchema(projection.name, SCRATCH);
  await createVersion(db, projection, SCRATCH);
  for (const { stream, sequence } of checkpoints) {
    await useSchema(db, scratch);
    await replay(nats, { projection, stream }, { after: 0, upTo: sequence }, (batch) => batch.write(db));
  }
  const live = versionSchema(projection.name, checkpoints[0]?.version ?? 1);
  const tables: TableComparison[] = [];
  for (const { name, isTable } of await relationsOf(db, scratch)) {
    if (isTable) tables.push(await compareTable(db, name, live, scratch));
  }
  const behind = checkpoints
    .map(({ stream, sequence }) => ({ stream, sequence, end: ends.get(stream) ?? 0 }))
    .filter(({ sequence, end }) => sequence < end);
  const equal = behind.length === 0 && tables.every(isEqual);
  return { projection: projection.name, equal, checkpoints, behind, tables };
}

const isEqual = ({ onlyLive, onlyReplayed }: TableComparison): boolean =>
  onlyLive.count + onlyReplayed.count === 0;

async function compareTable(
  db: PoolClient,
  table: string,
  live: string,
  scratch: string,
): Promise<TableComparison> {
  const counted = await db.query<{ rows: string }>(`SELECT count(*) AS rows FROM ${live}."${table}"`);
  return {
    table,
    rows: Number(counted.rows[0]?.rows),
    onlyLive: await surplus(db, `${live}."${table}"`, `${scratch}."${table}"`),
    onlyReplayed: await surplus(db, `${scratch}."${table}"`, `${live}."${table}"`),
  };
}

async function surplus(db: PoolClient, left: string, right: string): Promise<Surplus> {
  const { rows } = await db.query<{ count: string; examples: unknown[] | null }>(
    `WITH surplus AS (TABLE ${left} EXCEPT ALL TABLE ${right})
     SELECT (SELECT count(*) FROM surplus) AS count,
       (SELECT jsonb_agg(to_jsonb(example)) FROM (SELECT * FROM surplus LIMIT ${EXAMPLES}) AS example) AS examples`,
  );
  return { count: Number(rows[0]?.count), examples: rows[0]?.examples ?? [] };
}

/** A verification as lines to print: one a table, and one for each example of a difference. */
export function verificationLines({ projection, equal, tables, behind }: Verification): string[] {
  const lines = tables.flatMap(({ table, rows, onlyLive, onlyReplayed }) => [
    `${projection}.${table}: ${rows} rows, ${onlyLive.count} not in the replay, ${onlyReplayed.count} missing`,
    ...onlyLive.examples.map((row) => `  not in the replay: ${JSON.stringify(row)}`),
    ...onlyReplayed.examples.map((row) => `  missing: ${JSON.stringify(row)}`),
  ]);
  const missing = behind.map(
    ({ stream, sequence, end }) =>
      `${projection} holds ${stream} up to ${sequence} of ${end} and does not go on: is the projector ready?`,
  );
  return [...lines, ...missing, verdict(projection, equal, tables)];
}

function verdict(projection: string, equal: boolean, tables: readonly TableComparison[]): string {
  if (equal) return `${projection} equals the log`;
  return tables.every(isEqual)
    ? `${projection} does NOT equal the log: it is behind`
    : `${projection} DIFFERS from the log: rebuild it`;
}
