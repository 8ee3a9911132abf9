import type { Pool } from 'pg';
import { projectedUpTo } from '#projections/engine/checkpoints.ts';
import { projectionConsumer } from '#projections/engine/projection.ts';
import { consumerInfo } from '#services/platform/jetstream/consumer-info.ts';
import { StoresDisagree } from '#services/platform/jetstream/errors.ts';
import { type LogState, openLogGuard } from '#services/platform/jetstream/log-guard.ts';
import type { Ports } from '#services/platform/process/run-service.ts';

const [STREAM, PROJECTION] = ['EVENTS', 'schedules'] as const;
/** Less than it takes to put a database back, which breaks every connection to it. */
const GOOD_FOR_MS = 250;
const CONSUMER = { stream: STREAM, name: projectionConsumer(PROJECTION, STREAM) };

/**
 * To be called before the schedules are read. A reminder was queued by what they held then: in older ones its habit may
 * not exist yet, and it would be suppressed as unknown.
 * @throws {StoresDisagree} when they were made from another log than this NATS has, or have less of it than they once
 * had: Postgres was put back to an earlier state. That passes by itself when the projector has caught up.
 */
export function schedulesGuard({
  nats,
  clock,
  database,
}: Pick<Ports, 'nats' | 'clock'> & { database: Pool }): () => Promise<void> {
  const events = openLogGuard(nats, { stream: STREAM, projection: PROJECTION });
  let [known, once]: [LogState | undefined, number] = [undefined, 0];

  async function check(): Promise<void> {
    const position = await projectedUpTo(database, PROJECTION, STREAM);
    const state = await events.check(position);
    // The projector acks what is committed: as much they held once. The server forgets acks beyond a log's end.
    if (state !== known) once = (await consumerInfo(nats, CONSUMER))?.ack_floor.stream_seq ?? 0;
    known = state;
    if (position.sequence < once) throw olderPostgres(position.sequence, once);
    once = position.sequence;
    goodUntilMs = clock.now() + GOOD_FOR_MS;
  }

  let goodUntilMs = 0;
  let running: Promise<void> | undefined;
  return () => {
    if (clock.now() < goodUntilMs) return Promise.resolve();
    // One at a time: of two, the one that looked first must not take the other for what was once.
    running ??= check().finally(() => {
      running = undefined;
    });
    return running;
  };
}

const olderPostgres = (sequence: number, once: number) =>
  new StoresDisagree(
    `Postgres is older than NATS: its ${PROJECTION} stand at ${sequence} of ${STREAM} and held ${once} before.`,
    'Nothing is sent until the projector has caught up, which it does by itself.',
  );
