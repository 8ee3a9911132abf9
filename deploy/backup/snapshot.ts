import { JetStreamApiError } from '@nats-io/jetstream';
import type { Msg, NatsConnection } from '@nats-io/transport-node';
import { z } from 'zod';
import { restorationOf, snapshotOf, snapshotPart } from '#contracts/jetstream-api.ts';
import { Unavailable } from '#services/platform/jetstream/errors.ts';
import { newInbox } from '#services/platform/jetstream/inbox.ts';

/*
 * JetStream's own snapshots: a stream with its consumers as an archive that the server writes and reads, sent in parts. The client
 * library does not know these requests.
 */

/** What the archive is of. The server wants both back as it gave them. */
export const SnapshotMeta = z.object({
  config: z.looseObject({
    name: z.string(),
    num_replicas: z.int(),
    metadata: z.record(z.string(), z.string()).optional(),
  }),
  state: z.looseObject({
    messages: z.int(),
    bytes: z.int(),
    first_seq: z.int(),
    last_seq: z.int(),
    last_ts: z.string(),
  }),
});
export type SnapshotMeta = z.infer<typeof SnapshotMeta>;

const Refusal = z.object({
  error: z.object({ code: z.int(), err_code: z.int().default(0), description: z.string() }),
});
const Begun = z.object({ deliver_subject: z.string() });

/** Bytes of a part: the server takes and sends up to 1 MiB, and no message may be larger than its `max_payload`. */
const PART_BYTES = 128 * 1024;
/** The server reads every message of the stream before it answers, to see whether it is whole. */
const CHECK_MS = 600_000;
/** Longest wait for the next part; the server gives up sooner. */
const QUIET_MS = 30_000;
/** The server makes the stream's index after the last part. */
const INDEX_MS = 3_600_000;
/** Status of the message that ends an archive which came whole. */
const WHOLE = 204;

/**
 * Has the server check a stream, and send it. Messages that come meanwhile may be in it.
 * @param write gets each part; the next ones wait for it.
 * @throws {Unavailable} when parts were lost or the server gave up: begin again. {JetStreamApiError} when it refuses, as for a stream
 * with damaged messages.
 */
export async function takeSnapshot(
  nats: NatsConnection,
  stream: string,
  write: (part: Uint8Array) => Promise<void>,
): Promise<SnapshotMeta> {
  const inbox = newInbox(nats);
  const parts = nats.subscribe(inbox);
  let watchdog: NodeJS.Timeout | undefined;
  try {
    const request = { deliver_subject: inbox, no_consumers: false, jsck: true, chunk_size: PART_BYTES };
    const meta = SnapshotMeta.parse(await ask(nats, snapshotOf(stream), request, CHECK_MS));
    watchdog = setTimeout(() => parts.unsubscribe(), QUIET_MS);
    let count = 0;
    for await (const message of parts) {
      watchdog.refresh();
      if (message.data.length === 0) {
        if (endsWhole(message)) return meta;
        throw new Unavailable(`the server broke off the snapshot of ${stream}: ${statusOf(message)}`);
      }
      count++;
      // The last part is not acknowledged, and has no number.
      if (message.reply && snapshotPart(message.reply) !== count)
        throw new Unavailable(`parts of the snapshot of ${stream} were lost on their way`);
      await write(message.data);
      message.respond();
    }
    throw new Unavailable(`the snapshot of ${stream} broke off`);
  } finally {
    clearTimeout(watchdog);
    parts.unsubscribe();
  }
}

const endsWhole = ({ headers }: Msg): boolean => (headers?.code ?? WHOLE) === WHOLE;
const statusOf = ({ headers }: Msg): string => `${headers?.code} ${headers?.description}`;

/**
 * Has the server make a stream from an archive. The stream is there when all of it is, and not before.
 * @throws {JetStreamApiError} when the server refuses, as where there is such a stream; {Unavailable} when it goes away.
 */
export function restoreSnapshot(
  nats: NatsConnection,
  meta: SnapshotMeta,
  parts: AsyncIterable<Uint8Array>,
): Promise<SnapshotMeta> {
  return whileConnected(nats, sendArchive(nats, meta, parts));
}

async function sendArchive(
  nats: NatsConnection,
  meta: SnapshotMeta,
  parts: AsyncIterable<Uint8Array>,
): Promise<SnapshotMeta> {
  const { name } = meta.config;
  const { deliver_subject } = Begun.parse(await ask(nats, restorationOf(name), meta, QUIET_MS));
  for await (const part of parts) {
    const { data } = await nats.request(deliver_subject, part, { timeout: QUIET_MS });
    if (data.length > 0) answered(data);
  }
  const { data } = await nats.request(deliver_subject, '', { timeout: INDEX_MS });
  return SnapshotMeta.parse(answered(data));
}

/**
 * Asks for nothing, to hear whether this user may ask.
 * @throws {PermissionViolationError}, or an error with that cause.
 */
export async function tryRestoring(nats: NatsConnection, stream: string): Promise<void> {
  await nats.request(restorationOf(stream), '', { timeout: QUIET_MS });
}

/** A server that went away has forgotten what it was asked. */
async function whileConnected<T>(nats: NatsConnection, work: Promise<T>): Promise<T> {
  const changes = nats.status()[Symbol.asyncIterator]();
  async function disconnection(): Promise<never> {
    for (;;) {
      const { done, value } = await changes.next();
      if (done || value.type === 'disconnect') throw new Unavailable('nats-server went away: run it again');
    }
  }
  const lost = disconnection();
  lost.catch(() => {}); // told by the race
  try {
    return await Promise.race([work, lost]);
  } finally {
    void changes.return?.();
  }
}

async function ask(nats: NatsConnection, subject: string, body: object, timeout: number): Promise<unknown> {
  const { data } = await nats.request(subject, JSON.stringify(body), { timeout });
  return answered(data);
}

function answered(data: Uint8Array): unknown {
  const answer: unknown = JSON.parse(Buffer.from(data).toString());
  const refusal = Refusal.safeParse(answer);
  if (refusal.success) throw new JetStreamApiError(refusal.data.error);
  return answer;
}
