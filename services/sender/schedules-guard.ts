import type { Pool } from 'pg';
import { projectedUpTo } from '#projections/engine/checkpoints.ts';
import { projectionConsumer } from '#projections/engine/projection.ts';
import { consumerInfo } from '#services/platform/jetstream/consumer-info.ts';
import { StoresDisagree } from '#services/platform/jetstream/errors.ts';
import { type LogState, openLogGuard } from '#services/platform/jetstream/log-guard.ts';
import type { Ports } from '#services/platform/process/run-service.ts';

const [STREAM, PROJECTION] = ['EVENTS', 'schedules'] as const;
const CONSUMER = { stream: STREAM, name: projectionConsumer(PROJECTION, STREAM) };

/**
 * To be called before the schedules are read. A reminder was queued by what they held then: in older ones its habit may
 * not exist yet, and it would be suppressed as unknown.
 * @throws {StoresDisagree} when they were made from another log than this NATS has, or have less of it than they once
 * had: Postgres was put back to an earlier state. That passes by itself when the projector has caught up.
 */
export function schedulesGuard({
  nats,
  database,
}: Pick<Ports, 'nats'> & { database: Pool }): () => Promise<void> {
  const events = openLogGuard(nats, { stream: STREAM, projection: PROJECTION });
  let [known, once]: [LogState | undefined, number] = [undefined, 0];

  return async () => {
    const position = await projectedUpTo(database, PROJECTION, STREAM);
    const state = await events.check(position);
    // The projector acks what is committed: as much they held once. The server forgets acks beyond a log's end.
    if (state !== known) once = (await consumerInfo(nats, CONSUMER))?.ack_floor.stream_seq ?? 0;
    known = state;
    if (position.sequence < once) throw new StoresDisagree(olderPostgres(position.sequence, once));
    once = position.sequence;
  };
}

const olderPostgres = (sequence: number, once: number) =>
  `Postgres is older than NATS: its ${PROJECTION} stand at ${sequence} of ${STREAM} and held ${once} before. ` +
  'Nothing is sent until the projector has caught up, which it does by itself.';
