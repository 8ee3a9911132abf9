import type { Pool } from 'pg';
import { checkpointsOf } from '#projections/engine/checkpoints.ts';
import { type Projection, type SourceName, sourceNames } from '#projections/engine/projection.ts';
import type { Ports } from '#services/platform/process/run-service.ts';
import { lastSequence } from './read-log.ts';

/** Where the streams of a projection ended at some moment. */
export type Ends = ReadonlyMap<SourceName, number>;

const LOOK_EVERY_MS = 200;
/** A live projector goes on sooner, also after its longest backoff. */
const STILL_MS = 15_000;

export async function endsOf({ nats }: Pick<Ports, 'nats'>, projection: Projection): Promise<Ends> {
  const sources = sourceNames(projection);
  return new Map(
    await Promise.all(sources.map(async (source) => [source, await lastSequence(nats, source)] as const)),
  );
}

/** Waits until the live checkpoints have passed `ends`, as long as they move. */
export async function untilLevel(
  { clock }: Pick<Ports, 'clock'>,
  pool: Pool,
  { name }: Projection,
  ends: Ends,
): Promise<void> {
  let movedAtMs = clock.now();
  let place = '';
  while (clock.now() - movedAtMs < STILL_MS) {
    const checkpoints = await checkpointsOf(pool, name);
    if (checkpoints.every(({ stream, sequence }) => sequence >= (ends.get(stream) ?? 0))) return;
    const now = checkpoints.map(({ stream, sequence }) => `${stream} ${sequence}`).join();
    if (now !== place) movedAtMs = clock.now();
    place = now;
    await clock.sleep(LOOK_EVERY_MS);
  }
}
