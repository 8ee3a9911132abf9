import { setTimeout as delay } from 'node:timers/promises';
import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { SequenceRange } from '#projections/engine/checkpoints.ts';
import type { SourceName } from '#projections/engine/projection.ts';
import type { LogMessage } from '#projections/engine/source.ts';
import { directGet } from '#services/platform/jetstream/direct-get.ts';

/** All messages that the stream still holds of a range of its sequences. */
export type LogRange = SequenceRange & { messages: LogMessage[] };

const LAGGING_REPLICA_MS = 50;

/** Sequence of the last message a stream ever stored, as its leader says; it stays when that message is deleted. */
export async function lastSequence(nats: NatsConnection, stream: SourceName): Promise<number> {
  const manager = await jetstreamManager(nats, { checkAPI: false });
  return (await manager.streams.info(stream)).state.last_seq;
}

/**
 * Reads a range of a stream in consecutive smaller ones of at most `batchSize` messages, without gaps; deleted
 * messages are passed over. The next one is fetched while the caller works on the one before: memory is two batches.
 */
export async function* readLog(
  nats: NatsConnection,
  stream: SourceName,
  { after, upTo }: SequenceRange,
  batchSize: number,
): AsyncGenerator<LogRange> {
  const fetchAfter = (position: number) => {
    const fetched = nextRange(nats, stream, { after: position, upTo }, batchSize);
    fetched.catch(() => {}); // reported where it is awaited
    return fetched;
  };
  let pending = after < upTo ? fetchAfter(after) : undefined;
  while (pending) {
    const range: LogRange = await pending;
    pending = range.upTo < upTo ? fetchAfter(range.upTo) : undefined;
    yield range;
  }
}

async function nextRange(
  nats: NatsConnection,
  stream: SourceName,
  { after, upTo }: SequenceRange,
  batchSize: number,
): Promise<LogRange> {
  for (;;) {
    const found = await fetchBatch(nats, stream, after + 1, Math.min(batchSize, upTo - after));
    const last = found.at(-1);
    if (last) {
      const messages = found.filter((message) => message.sequence <= upTo);
      return { after, upTo: Math.min(last.sequence, upTo), messages };
    }
    // A replica that lags may have answered the direct get: only the leader knows that the range has no more messages.
    const query = { seq: after + 1, next_by_subj: '>' };
    const { streams } = await jetstreamManager(nats, { checkAPI: false });
    const next = await streams.getMessage(stream, query);
    if (!next || next.seq > upTo) return { after, upTo, messages: [] };
    await delay(LAGGING_REPLICA_MS);
  }
}

/** @returns consecutive messages from `from` on, fewer than there are when part of the reply was lost. */
async function fetchBatch(
  nats: NatsConnection,
  stream: SourceName,
  from: number,
  batch: number,
): Promise<LogMessage[]> {
  const messages: LogMessage[] = [];
  let previous: number | undefined;
  for (const message of await directGet(nats, stream, { seq: from, batch })) {
    // Reading a header costs, and consecutive sequences need none.
    const { seq: sequence } = message;
    if (previous !== undefined && sequence !== previous + 1 && message.lastSequence !== previous) break;
    messages.push({
      subject: message.subject,
      sequence,
      data: message.data,
      storedAtMs: message.time.getTime(),
    });
    previous = sequence;
  }
  return messages;
}
