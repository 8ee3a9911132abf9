import type { NatsConnection } from '@nats-io/transport-node';
import type { ProjectionSource, SequenceRange } from '#projections/engine/checkpoints.ts';
import { type Batch, sourceOf } from '#projections/engine/source.ts';
import { readLog } from './read-log.ts';

/** Messages read at once: few enough for the garbage collector to free their raw bytes while they are young. */
const PAGE = 2_000;
/** Messages written at once: the bigger the batch, the fewer rows a later one writes again. */
const BATCH = 30_000;

/**
 * Reads a range of the log again in big batches. While `write` works on one, the next is read and checked: memory
 * is that of two batches. Poison is left out, as by the live feed.
 */
export async function replay(
  nats: NatsConnection,
  { projection, stream }: ProjectionSource,
  range: SequenceRange,
  write: (batch: Batch) => Promise<unknown>,
): Promise<void> {
  const openBatch = sourceOf(projection, stream);
  let batch = openBatch();
  let writing: Promise<unknown> = Promise.resolve();
  const handOver = async () => {
    await writing;
    writing = write(batch);
    writing.catch(() => {}); // reported where it is awaited
    batch = openBatch();
  };
  for await (const { messages } of readLog(nats, stream, range, PAGE)) {
    batch.add(messages);
    if (batch.size() >= BATCH) await handOver();
  }
  if (batch.size() > 0) await handOver();
  await writing;
}
