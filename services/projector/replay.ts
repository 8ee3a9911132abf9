import type { NatsConnection } from '@nats-io/transport-node';
import type { SeenMessage } from '#contracts/logs.ts';
import type { ProjectionSource, SequenceRange } from '#projections/engine/checkpoints.ts';
import { type Batch, sourceOf } from '#projections/engine/source.ts';
import { scanStream } from '#services/platform/jetstream/scan.ts';

/** Messages written at once unless told. With more of them memory grows and speed does not. */
const BATCH = 10_000;

export type ReplayRange = SequenceRange & { batchSize?: number | undefined };

/** Writes a batch; `last` is its last message, after which a later replay may go on. */
export type WriteReplayed = (batch: Batch, last: SeenMessage) => Promise<unknown>;

/**
 * Reads a range of the log again in big batches. While `write` works on one, the next is read and checked: memory
 * is that of two batches. Poison is left out, as by the live feed.
 */
export async function replay(
  nats: NatsConnection,
  { projection, stream }: ProjectionSource,
  { after, upTo, batchSize = BATCH }: ReplayRange,
  write: WriteReplayed,
): Promise<void> {
  if (after >= upTo) return;
  const openBatch = sourceOf(projection, stream);
  let batch = openBatch();
  let last: SeenMessage | undefined;
  let writing: Promise<unknown> = Promise.resolve();
  const handOver = async () => {
    if (!last) return;
    await writing;
    writing = write(batch, last);
    writing.catch(() => {}); // reported where it is awaited
    batch = openBatch();
    last = undefined;
  };
  for await (const page of scanStream(nats, stream, after)) {
    const messages = page.filter(({ sequence }) => sequence <= upTo);
    batch.add(messages);
    last = messages.at(-1) ?? last;
    if (batch.size() >= batchSize) await handOver();
    if (messages.length < page.length) break;
  }
  await handOver();
  await writing;
}
