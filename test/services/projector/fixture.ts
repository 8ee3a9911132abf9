import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Pool } from 'pg';
import { onTestFinished } from 'vitest';
import { DeadLetter } from '#contracts/messages.ts';
import { deadSubject } from '#contracts/subjects.ts';
import { provision } from '#deploy/provision/provision.ts';
import { projectedUpTo } from '#projections/engine/checkpoints.ts';
import {
  type Projection,
  projectionConsumer,
  type SourceName,
  sourceNames,
} from '#projections/engine/projection.ts';
import { projectionConsumers, usualProjections } from '#projections/engine/registry.ts';
import { prepareProjections } from '#projections/engine/versions.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import { type Running, stopAll } from '#services/platform/process/lifecycle.ts';
import { createLog } from '#services/platform/process/log.ts';
import { startFeed } from '#services/projector/feed.ts';
import { lastSequence } from '#services/projector/read-log.ts';
import { type Verification, verify } from '#services/projector/verify.ts';
import { eventually } from '#test/support/eventually.ts';
import { startTestNats } from '#test/support/nats.ts';
import { createTestDatabase } from '#test/support/postgres.ts';
import type { LogEntry } from '../../projections/histories.ts';

export type ProjectorFixture = Awaited<ReturnType<typeof openFixture>>;

/** A provisioned NATS and database, and what the projector's tests do with them. */
export async function openFixture(projections?: Projection[]) {
  const all = projections ?? (await usualProjections());
  const server = await startTestNats();
  const nats = await server.connection();
  const database = await createTestDatabase();
  const databases = { schedules: database.pool, analytics: database.pool };
  await provision(nats, { shardCount: 1, consumers: await projectionConsumers(all) });
  await prepareProjections(databases, all);
  const ports = { nats, clock: systemClock, log: createLog('test', 'silent'), databases };

  return {
    server,
    nats,
    database,
    databases,
    ports,
    projections: all,
    append: (entries: readonly LogEntry[]) => appendTo(nats, entries),
    /** Feeds of every projection and source, as one replica of the projector runs them. */
    startReplica(batchSize = 50): Running {
      const feeds = all.flatMap((projection) =>
        sourceNames(projection).map((stream) =>
          startFeed(ports, { projection, stream, database: database.pool, batchSize }),
        ),
      );
      return { stop: () => stopAll(feeds) };
    },
    untilLevel: (options?: LevelOptions) => untilLevel(nats, database.pool, all, options),
    async verifyAll(): Promise<Verification[]> {
      const found: Verification[] = [];
      for (const projection of all) found.push(await verify(projection, ports));
      return found;
    },
    deadLetters: (consumer: string) => deadLetters(nats, consumer),
    async close(): Promise<void> {
      await server.stop();
      await database.drop();
    },
  };
}

/** Stores entries in the order given, some of the way ahead of the acks. */
export async function appendTo(nats: NatsConnection, entries: readonly LogEntry[]): Promise<void> {
  const js = jetstream(nats);
  for (let from = 0; from < entries.length; from += 200) {
    const chunk = entries.slice(from, from + 200);
    await Promise.all(chunk.map(({ subject, body }) => js.publish(subject, body)));
  }
}

type LevelOptions = { timeoutMs?: number; acked?: boolean };

/** Waits until every checkpoint stands at the end of its stream and, unless told not to, all messages are acked. */
export async function untilLevel(
  nats: NatsConnection,
  db: Parameters<typeof projectedUpTo>[0],
  projections: Projection[],
  { timeoutMs = 60_000, acked = true }: LevelOptions = {},
): Promise<void> {
  const manager = await jetstreamManager(nats);
  const level = async (projection: Projection, source: SourceName) => {
    const end = await lastSequence(nats, source);
    const { sequence: projected } = await projectedUpTo(db, projection.name, source);
    if (projected !== end)
      throw new Error(`${projection.name} stands at ${projected} of ${end} in ${source}`);
    if (!acked) return;
    const consumer = projectionConsumer(projection.name, source);
    const info = await manager.consumers.info(source, consumer);
    if (info.num_pending + info.num_ack_pending > 0)
      throw new Error(`${consumer} lags: ${JSON.stringify(info)}`);
  };
  const sources = projections.flatMap((each) => sourceNames(each).map((source) => [each, source] as const));
  await eventually(() => Promise.all(sources.map(([each, source]) => level(each, source))), { timeoutMs });
}

async function deadLetters(nats: NatsConnection, consumer: string): Promise<DeadLetter[]> {
  const manager = await jetstreamManager(nats);
  const { state } = await manager.streams.info('DEAD');
  const found: DeadLetter[] = [];
  for (let sequence = state.first_seq; sequence > 0 && sequence <= state.last_seq; sequence++) {
    const message = await manager.streams.getMessage('DEAD', { seq: sequence });
    if (message?.subject === deadSubject(consumer)) found.push(DeadLetter.parse(message.json()));
  }
  return found;
}

/** A replica that is stopped after the test, however it ends, so that it does not project what the next one stores. */
export function startTestReplica(fixture: ProjectorFixture, batchSize?: number): Running {
  const replica = fixture.startReplica(batchSize);
  onTestFinished(() => replica.stop());
  return replica;
}

/** Schemas of all versions of all projections, those that an interrupted rebuild left included. */
export async function versionSchemas(pool: Pool): Promise<string[]> {
  const { rows } = await pool.query<{ nspname: string }>(
    "SELECT nspname FROM pg_namespace WHERE nspname ~ '_v[0-9]+$' ORDER BY 1",
  );
  return rows.map((row) => row.nspname);
}
