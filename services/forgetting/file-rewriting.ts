import { jetstream, jetstreamManager, type StoredMsg } from '@nats-io/jetstream';
import { headers, type NatsConnection } from '@nats-io/transport-node';
import { type BucketName, streamOfBucket, streams } from '#contracts/streams.ts';
import { fillerSubject, keysOfBucket } from '#contracts/subjects.ts';
import { directPages } from '#services/platform/jetstream/direct-get.ts';
import { isLostRace } from '#services/platform/jetstream/errors.ts';

/*
 * What was replaced or removed by its age before leaves its bytes in the server's files: nats-server overwrites only what it is
 * told to erase, and by then the sequences are gone. It writes a file again, without what is deleted, when it is not the
 * last one of its stream and less than half of it is alive, and removes one in which nothing is alive.
 */

/** The server's files of a stream end at 8 MiB at the latest. */
const FILE_BYTES = 8 * 1024 * 1024;
/** A little more, for what else stands in a record. */
const FILL_BYTES = FILE_BYTES + 64 * 1024;
const LARGEST_FILLER = 256 * 1024;
/** Subject, headers and the record's own fields. */
const BESIDE_THE_BODY = 512;
/** A bucket that holds more is left to the server, which writes its files again by itself as keys are replaced. */
const MOST_REWRITTEN_BYTES = 64 * 1024 * 1024;
const PAGE = 200;

/** Streams that lose messages by age or replacement, with what their messages may have in bytes. */
const FILLED = streams
  .filter(({ name, subjects }) => subjects.includes(fillerSubject(name)))
  .map(({ name, maxMessageBytes }) => ({
    name,
    bodyBytes: Math.min(LARGEST_FILLER, maxMessageBytes) - BESIDE_THE_BODY,
  }));

/** Buckets whose values hold what a person wrote, and are replaced again and again. */
const REWRITTEN: readonly BucketName[] = ['dialogs', 'snapshots'];
/** Buckets whose keys or values name people. */
const FILLED_BUCKETS: readonly BucketName[] = ['dialogs', 'snapshots', 'sending', 'throttle', 'pacer'];

export type RewrittenFiles = { streams: number; keys: number; leftToServer: BucketName[] };

/** Has the server write the files again in which a person's bytes may be left. */
export async function rewriteFiles(nats: NatsConnection): Promise<RewrittenFiles> {
  const manager = await jetstreamManager(nats, { checkAPI: false });
  const js = jetstream(nats);
  const done: RewrittenFiles = { streams: 0, keys: 0, leftToServer: [] };

  /**
   * Ends the last file of a stream, and has it written again. Each filler goes when the next one is there: so the stream's limit is
   * not reached by them, and the last one in the old file goes when that is the last file no more.
   */
  async function fill(stream: string, bodyBytes: number): Promise<void> {
    const body = new Uint8Array(bodyBytes);
    let before: number | undefined;
    for (let filled = 0; filled < FILL_BYTES; filled += bodyBytes) {
      const { seq } = await js.publish(fillerSubject(stream), body);
      await remove(stream, before);
      before = seq;
    }
    await remove(stream, before);
    done.streams++;
  }

  /** A bucket's filler was replaced by the next one already. */
  async function remove(stream: string, seq: number | undefined): Promise<void> {
    if (seq === undefined || !(await manager.streams.getMessage(stream, { seq }))) return;
    await manager.streams.deleteMessage(stream, seq, false);
  }

  /** Writes each key again as it is, so that nothing lives in the files before; one that changes meanwhile is written by that. */
  async function touch(bucket: BucketName): Promise<void> {
    const stream = streamOfBucket(bucket);
    const { last_seq: end } = (await manager.streams.info(stream)).state;
    for await (const page of directPages(nats, stream, keysOfBucket(bucket), { batch: PAGE })) {
      const old = page.filter((message) => message.seq <= end);
      if (old.length === 0) return;
      await Promise.all(old.map((message) => putAgain(stream, message)));
      done.keys += old.length;
    }
  }

  async function putAgain(streamName: string, { subject, data, seq, header }: StoredMsg): Promise<void> {
    const kept = headers();
    for (const operation of header?.values('KV-Operation') ?? []) kept.append('KV-Operation', operation);
    try {
      await js.publish(subject, data, { headers: kept, expect: { streamName, lastSubjectSequence: seq } });
    } catch (error) {
      if (!isLostRace(error)) throw error;
    }
  }

  for (const { name, bodyBytes } of FILLED) await fill(name, bodyBytes);
  for (const bucket of FILLED_BUCKETS) await fill(streamOfBucket(bucket), LARGEST_FILLER - BESIDE_THE_BODY);
  for (const bucket of REWRITTEN) {
    const { bytes } = (await manager.streams.info(streamOfBucket(bucket))).state;
    if (bytes > MOST_REWRITTEN_BYTES) done.leftToServer.push(bucket);
    else await touch(bucket);
  }
  return done;
}
