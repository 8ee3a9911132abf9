import type { PoolClient } from 'pg';
import {
  type Checkpoint,
  checkpointOf,
  inTransaction,
  useSchema,
  versionSchema,
} from '#projections/engine/checkpoints.ts';
import { connectionOf, rollBack } from '#projections/engine/connection.ts';
import { type Projection, sourceNames } from '#projections/engine/projection.ts';
import { relationsOf } from '#projections/engine/published-views.ts';
import { claimProjection, createVersion, type Databases } from '#projections/engine/versions.ts';
import type { Ports } from '#services/platform/process/run-service.ts';
import { replay } from './replay.ts';

/** Rows of one side that the other does not have: how many, and the first few. */
export type Surplus = { count: number; examples: unknown[] };
export type TableComparison = { table: string; rows: number; onlyLive: Surplus; onlyReplayed: Surplus };
export type Verification = {
  projection: string;
  equal: boolean;
  checkpoints: Checkpoint[];
  tables: TableComparison[];
};

/** Never a live version: those begin at 1. */
const SCRATCH = 0;
const EXAMPLES = 5;

/**
 * Replays the log up to the live checkpoints into a scratch version and compares every table row for row, both ways.
 * All of it sees the database as it was when it began, and is rolled back: nothing is stopped, nothing remains.
 * @throws {ProjectionBusy} while the projection is being rebuilt or verified.
 * @throws {RebuildNeeded} when the tables in use are of another form.
 */
export function verify(
  projection: Projection,
  ports: Pick<Ports, 'nats'> & { databases: Databases },
): Promise<Verification> {
  const pool = ports.databases[projection.database];
  return inTransaction(pool, async (guard) => {
    await claimProjection(guard, projection.name);
    const { client, release } = await connectionOf(pool);
    try {
      // The claim must be held before the snapshot is taken: a swap between the two would remove the live tables.
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
      return await compareWithReplay(projection, ports, client);
    } finally {
      release(await rollBack(client));
    }
  });
}

async function compareWithReplay(
  projection: Projection,
  { nats }: Pick<Ports, 'nats'>,
  db: PoolClient,
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
  const equal = tables.every(({ onlyLive, onlyReplayed }) => onlyLive.count + onlyReplayed.count === 0);
  return { projection: projection.name, equal, checkpoints, tables };
}

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
export function verificationLines({ projection, equal, tables }: Verification): string[] {
  const lines = tables.flatMap(({ table, rows, onlyLive, onlyReplayed }) => [
    `${projection}.${table}: ${rows} rows, ${onlyLive.count} not in the replay, ${onlyReplayed.count} missing`,
    ...onlyLive.examples.map((row) => `  not in the replay: ${JSON.stringify(row)}`),
    ...onlyReplayed.examples.map((row) => `  missing: ${JSON.stringify(row)}`),
  ]);
  return [
    ...lines,
    equal ? `${projection} equals the log` : `${projection} DIFFERS from the log: rebuild it`,
  ];
}
