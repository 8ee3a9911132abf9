import type { Pool } from 'pg';
import type { UserId } from '#contracts/ids.ts';
import { checkpointsOf, inTransaction } from '#projections/engine/checkpoints.ts';
import {
  dropCorrections,
  forgetRows,
  type MessagesOfPerson,
  rewriteBookkeeping,
  rewriteTables,
} from '#projections/engine/forgotten-rows.ts';
import {
  type Projection,
  type Queryable,
  type SourceName,
  sourceNames,
} from '#projections/engine/projection.ts';
import { loadProjections } from '#projections/engine/registry.ts';
import type { LogMessage } from '#projections/engine/source.ts';
import { claimProjection, type Databases } from '#projections/engine/versions.ts';
import { isRightMissing, Unavailable } from '#services/platform/jetstream/errors.ts';
import type { Clock } from '#services/platform/process/clock.ts';
import { LOG, type StoredMessages } from './stored-messages.ts';

const LOOK_EVERY_MS = 100;
/** A projector takes up a deletion within a second. */
const PATIENCE_MS = 60_000;

type RowPorts = { databases: Databases; messages: StoredMessages; clock: Clock };

/**
 * Takes a person out of every projection and out of the streams that projections are made from, so that the rows equal a replay
 * all the time but for a moment in which nobody can compare them.
 * @throws {ProjectionBusy} while a projection is being rebuilt or verified; {@link Unavailable} while the projector is away.
 */
export async function forgetProjected(
  ports: RowPorts,
  userId: UserId,
  signal: AbortSignal,
): Promise<{ rows: number; events: number; deliveries: number }> {
  const { databases, messages } = ports;
  const projections = await loadProjections();
  const own = await messagesOf(messages, userId);
  for (const projection of projections) await untilPassed(ports, projection, own, signal);
  return whileClaimed(databases, projections, async () => {
    let rows = 0;
    for (const projection of projections)
      rows += await forgetRows(databases[projection.database], projection, userId, own);
    const events = await messages.erase('EVENTS', { userId });
    const deliveries = await messages.erase('DELIVERIES', { userId });
    return { rows, events, deliveries };
  });
}

/** Forgets that there was something to correct, and has the tables' files written again. @returns those too large for it. */
export async function rewriteDatabases(databases: Databases, userId: UserId): Promise<string[]> {
  const tooLarge: string[] = [];
  for (const projection of await loadProjections())
    tooLarge.push(...(await rewriteTables(databases[projection.database], projection)));
  for (const pool of new Set(Object.values(databases))) {
    await dropCorrections(pool, userId);
    await rewriteBookkeeping(pool);
    await beginWriteAheadLog(pool);
  }
  return tooLarge;
}

async function messagesOf({ pages }: StoredMessages, userId: UserId): Promise<MessagesOfPerson> {
  const own = new Map<SourceName, LogMessage[]>();
  for (const source of LOG) {
    const found: LogMessage[] = [];
    for await (const page of pages(source, { userId }))
      for (const { subject, seq: sequence, data, time } of page)
        found.push({ subject, sequence, data, storedAtMs: time.getTime() });
    own.set(source, found);
  }
  return own;
}

async function untilPassed(
  { databases, clock }: RowPorts,
  projection: Projection,
  own: MessagesOfPerson,
  signal: AbortSignal,
): Promise<void> {
  const giveUpAtMs = clock.now() + PATIENCE_MS;
  for (;;) {
    const checkpoints = await checkpointsOf(databases[projection.database], projection.name);
    // One that is switched off has no tables.
    if (checkpoints.length === 0) return;
    const behind = sourceNames(projection).find((source) => {
      const last = own.get(source)?.at(-1)?.sequence ?? 0;
      return (checkpoints.find(({ stream }) => stream === source)?.sequence ?? 0) < last;
    });
    if (behind === undefined) return;
    if (signal.aborted || clock.now() > giveUpAtMs)
      throw new Unavailable(`projection ${projection.name} has not taken up ${behind} yet`);
    await clock.sleep(LOOK_EVERY_MS, signal);
  }
}

/** Keeps all projections from being rebuilt or verified. */
function whileClaimed<T>(
  databases: Databases,
  projections: readonly Projection[],
  work: () => Promise<T>,
): Promise<T> {
  const claim = async (db: Queryable, database: Projection['database']) => {
    for (const { name } of projections.filter((each) => each.database === database))
      await claimProjection(db, name);
  };
  return inTransaction(databases.schedules, async (schedules) => {
    await claim(schedules, 'schedules');
    return inTransaction(databases.analytics, async (analytics) => {
      await claim(analytics, 'analytics');
      return work();
    });
  });
}

/**
 * Lets go of the write-ahead log up to now, where this user may; elsewhere it goes with the segments and checkpoints to come.
 * Recycled segments keep their bytes: see `wal_recycle`.
 */
async function beginWriteAheadLog(pool: Pool): Promise<void> {
  try {
    await pool.query('SELECT pg_switch_wal()');
    await pool.query('CHECKPOINT');
  } catch (error) {
    if (!isRightMissing(error)) throw error;
  }
}
