import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { deadSubject } from '#contracts/subjects.ts';
import { type Checkpoint, checkpointsOf } from '#projections/engine/checkpoints.ts';
import { isDefinedBy } from '#projections/engine/definitions.ts';
import { projectionsIn, unusedVersions } from '#projections/engine/leftovers.ts';
import {
  type DatabaseName,
  type Projection,
  projectionConsumer,
  type SourceName,
  sourceNames,
} from '#projections/engine/projection.ts';
import { type Databases, isPrepared } from '#projections/engine/versions.ts';
import { databaseCheck } from '#services/platform/process/database.ts';
import type { Ports } from '#services/platform/process/run-service.ts';

/**
 * Where one source stands. `behind`: messages that are not in the rows yet, deleted ones among them; `behindMs`: since when the
 * first of them waits.
 */
export type SourceStatus = {
  stream: SourceName;
  sequence: number;
  end: number;
  behind: number;
  behindMs: number;
  deadLetters: number;
};

export type ProjectionStatus = {
  name: string;
  database: DatabaseName;
  version: number | null;
  /** `off`: by default, and not provisioned. `removed`: there are tables and no folder. `away`: its database does not answer. */
  state: 'in use' | 'off' | 'rebuild needed' | 'no tables' | 'removed' | 'away';
  sources: SourceStatus[];
};

export type Status = {
  projections: ProjectionStatus[];
  /** Schemas of versions that are not in use, and consumers of no projection, as `<stream>/<consumer>`. */
  leftovers: { schemas: { name: string; database: DatabaseName; schemas: string[] }[]; consumers: string[] };
};

type StatusPorts = Pick<Ports, 'nats' | 'clock'> & { databases: Databases };

const DATABASES: readonly DatabaseName[] = ['schedules', 'analytics'];
const SOURCES: readonly SourceName[] = ['DELIVERIES', 'EVENTS'];

/** Where all projections stand, and what was left behind. A database that is away hides its own alone. */
export async function statusOf(ports: StatusPorts, projections: readonly Projection[]): Promise<Status> {
  const known = await Promise.all(projections.map((projection) => statusOfOne(ports, projection)));
  const removed: ProjectionStatus[] = [];
  const schemas: Status['leftovers']['schemas'] = [];
  let isComplete = true;
  for (const database of DATABASES) {
    const db = ports.databases[database];
    const there = await projectionsIn(db).catch(() => undefined);
    if (there === undefined) {
      isComplete = false;
      continue;
    }
    const of = (name: string) => projections.find((projection) => projection.name === name);
    // Both databases may be the same one.
    const isNew = (name: string) => !removed.some((each) => each.name === name);
    for (const name of there.filter((each) => !of(each) && isNew(each))) {
      const checkpoints = await checkpointsOf(db, name);
      removed.push(await stateOf(ports, { name, database, state: 'removed' }, checkpoints));
    }
    for (const [name, found] of await unusedVersions(db))
      if (!schemas.some((each) => each.name === name)) schemas.push({ name, database, schemas: found });
  }
  // Whose consumers are left is known only where all tables are.
  const consumers = isComplete ? await consumersOfNone(ports.nats, removed, projections) : [];
  return { projections: [...known, ...removed], leftovers: { schemas, consumers } };
}

type Named = Pick<ProjectionStatus, 'name' | 'database' | 'state'>;

async function statusOfOne(ports: StatusPorts, projection: Projection): Promise<ProjectionStatus> {
  const { name, database } = projection;
  const db = ports.databases[database];
  const nothing = { name, database, version: null, sources: [] };
  try {
    if (!(await isPrepared(db, name)))
      return { ...nothing, state: projection.default === 'off' ? 'off' : 'no tables' };
    const checkpoints = await checkpointsOf(db, name);
    const isCurrent = await isDefinedBy(db, projection, checkpoints[0]?.fingerprint ?? '');
    return await stateOf(
      ports,
      { name, database, state: isCurrent ? 'in use' : 'rebuild needed' },
      checkpoints,
    );
  } catch (error) {
    if ((await databaseCheck(db).problem()) === undefined) throw error;
    return { ...nothing, state: 'away' };
  }
}

async function stateOf(
  ports: StatusPorts,
  named: Named,
  checkpoints: Checkpoint[],
): Promise<ProjectionStatus> {
  const sources = await Promise.all(
    checkpoints.map((checkpoint) => sourceStatus(ports, named.name, checkpoint)),
  );
  return { ...named, version: checkpoints[0]?.version ?? null, sources };
}

async function sourceStatus(
  { nats, clock }: StatusPorts,
  name: string,
  { stream, sequence }: Checkpoint,
): Promise<SourceStatus> {
  const { streams } = await jetstreamManager(nats, { checkAPI: false });
  const lag = await lagOf({ nats, clock }, stream, sequence);
  const dead = deadSubject(projectionConsumer(name, stream));
  const { subjects = {} } = (await streams.info('DEAD', { subjects_filter: dead })).state;
  return {
    stream,
    sequence,
    ...lag,
    deadLetters: subjects[dead] ?? 0,
  };
}

/** How far a checkpoint is behind its stream. */
export async function lagOf(
  { nats, clock }: Pick<StatusPorts, 'nats' | 'clock'>,
  stream: SourceName,
  sequence: number,
): Promise<Pick<SourceStatus, 'end' | 'behind' | 'behindMs'>> {
  const { streams } = await jetstreamManager(nats, { checkAPI: false });
  const end = (await streams.info(stream)).state.last_seq;
  const query = { seq: sequence + 1, next_by_subj: '>' };
  const first = sequence < end ? await streams.getMessage(stream, query) : null;
  return {
    end,
    behind: Math.max(0, end - sequence),
    behindMs: first ? Math.max(0, clock.now() - first.time.getTime()) : 0,
  };
}

/** Consumers made for projections of which there is neither a folder nor a table. */
async function consumersOfNone(
  nats: NatsConnection,
  removed: readonly ProjectionStatus[],
  projections: readonly Projection[],
): Promise<string[]> {
  const wanted = new Set([
    ...projections.flatMap((each) =>
      sourceNames(each).map((stream) => projectionConsumer(each.name, stream)),
    ),
    ...removed.flatMap(({ name, sources }) => sources.map(({ stream }) => projectionConsumer(name, stream))),
  ]);
  const { consumers } = await jetstreamManager(nats, { checkAPI: false });
  const found: string[] = [];
  for (const stream of SOURCES) {
    for await (const { name } of consumers.list(stream))
      if (name.startsWith('projection-') && !wanted.has(name)) found.push(`${stream}/${name}`);
  }
  return found;
}
