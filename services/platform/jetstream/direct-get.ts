import {
  type DirectBatchOptions,
  type DirectLastFor,
  jetstreamManager,
  type StoredMsg,
} from '@nats-io/jetstream';
import { type NatsConnection, TimeoutError } from '@nats-io/transport-node';
import { isNoMessage } from './errors.ts';

/** Longest wait for the next part of an answer. */
const QUIET_MS = 5_000;
/** One message. */
const LAST_MS = 2_000;

/**
 * Reads stored messages in one request, from whichever replica answers: it may be a little behind the leader.
 * @returns them in order; none when none matches.
 * @throws {TimeoutError} when the answer breaks off.
 */
export async function directGet(
  nats: NatsConnection,
  stream: string,
  query: DirectBatchOptions | DirectLastFor,
): Promise<StoredMsg[]> {
  const { direct } = await jetstreamManager(nats, { checkAPI: false });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const found: StoredMsg[] = [];
  // The client's own timer ends at the first message: an answer that breaks off would be waited for for ever.
  const timer = setTimeout(() => reject(new TimeoutError()), QUIET_MS);
  // Its iterator form never unsubscribes, so that every read would leave a subscription behind: hence the callback.
  const callback = (end: { err?: Error } | null, message: StoredMsg) => {
    timer.refresh();
    if (!end) found.push(message);
    else if (end.err && !isNoMessage(end.err)) reject(end.err);
    else resolve();
  };
  const source = await direct.getBatch(stream, { ...query, callback } as DirectBatchOptions);
  try {
    await promise;
    return found;
  } finally {
    clearTimeout(timer);
    source.stop();
  }
}

type Place = { seq: number } | { start_time: Date };

/**
 * Everything on a subject, which may have wildcards, from a place in the stream on: oldest first, up to what is the end when it
 * gets there. Each page is full but the last; one is held at a time, and none is empty.
 * @throws as {@link directGet}.
 */
export async function* directPages(
  nats: NatsConnection,
  stream: string,
  subject: string,
  { batch, from = { seq: 1 } }: { batch: number; from?: Place },
): AsyncGenerator<StoredMsg[], undefined> {
  for (let place = from; ; ) {
    const page = await directGet(nats, stream, { ...place, next_by_subj: subject, batch });
    const last = page.at(-1);
    if (last) yield page;
    if (!last || page.length < batch) return;
    place = { seq: last.seq + 1 };
  }
}

/** What a stored message says; undefined for one that is no JSON. */
export function storedJson(message: { json(): unknown }): unknown {
  try {
    return message.json();
  } catch {
    return undefined;
  }
}

/** The last message on a subject, from whichever replica answers, or undefined. */
export async function nearestLastMessage(
  nats: NatsConnection,
  stream: string,
  subject: string,
): Promise<StoredMsg | undefined> {
  const { direct } = await jetstreamManager(nats, { checkAPI: false, timeout: LAST_MS });
  return (await direct.getMessage(stream, { last_by_subj: subject })) ?? undefined;
}

/** The last message on a subject, as the stream's leader has it, or undefined. */
export async function lastMessage(
  nats: NatsConnection,
  stream: string,
  subject: string,
): Promise<StoredMsg | undefined> {
  const { streams } = await jetstreamManager(nats, { checkAPI: false, timeout: LAST_MS });
  return (await streams.getMessage(stream, { last_by_subj: subject })) ?? undefined;
}
