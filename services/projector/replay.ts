import type { NatsConnection } from '@nats-io/transport-node';
import type { Stretch } from '#projections/checkpoints.ts';
import type { Projection, SourceName } from '#projections/projection.ts';
import { type PreparedBatch, sourceOf } from '#projections/source.ts';
import { readLog } from './read-log.ts';

const BATCH = 10_000;

/**
 * Reads a stretch of the log again in big batches. While `write` works on one, the next is read and checked; memory
 * is that of three batches. What the live feed leaves out is left out here.
 */
export async function replay(
  nats: NatsConnection,
  projection: Projection,
  stream: SourceName,
  stretch: Stretch,
  write: (batch: PreparedBatch) => Promise<unknown>,
): Promise<void> {
  const prepare = sourceOf(projection, stream);
  let writing: Promise<unknown> = Promise.resolve();
  for await (const { messages } of readLog(nats, stream, stretch, BATCH)) {
    const prepared = prepare(messages);
    await writing;
    writing = write(prepared);
    writing.catch(() => {}); // reported where it is awaited
  }
  await writing;
}
