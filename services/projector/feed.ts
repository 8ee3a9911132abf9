import { jetstream } from '@nats-io/jetstream';
import type { Pool } from 'pg';
import { checkpointOf, commitRange } from '#projections/engine/checkpoints.ts';
import { type Projection, projectionConsumer, type SourceName } from '#projections/engine/projection.ts';
import { type Rejected, sourceOf } from '#projections/engine/source.ts';
import { storeDeadLetter } from '#services/platform/jetstream/dead-letter.ts';
import type { Running } from '#services/platform/process/lifecycle.ts';
import type { Ports } from '#services/platform/process/run-service.ts';
import { openInbox } from './inbox.ts';
import { type LogRange, lastSequence, readLog } from './read-log.ts';

export type FeedWishes = {
  projection: Projection;
  stream: SourceName;
  database: Pool;
  /** Most messages written in one transaction. */
  batchSize: number;
};

/** After this long without a message the log's end is compared: bounds a takeover, and a wait after a deletion. */
const IDLE_MS = 1_000;
const LONGEST_BACKOFF_MS = 10_000;

/** Raised when a stream has fewer messages than were projected: it was restored from an older backup. */
export class LogTooShort extends Error {
  override name = 'LogTooShort';
}

/**
 * Keeps one projection level with one stream. The checkpoint in the database is the one position: messages of the
 * durable consumer are its news, and where they leave a gap (another replica holds them, or died with them) the
 * missing ones are read from the stream, so that order is kept and a takeover waits for nobody.
 */
export function startFeed(ports: Ports, wishes: FeedWishes): Running {
  const { projection, stream, database, batchSize } = wishes;
  const consumer = projectionConsumer(projection.name, stream);
  const stopping = new AbortController();
  const { signal } = stopping;
  const inbox = openInbox(ports, stream, consumer);
  const commit = committer(ports, wishes, consumer);

  const catchUp = async () => {
    let { sequence: position } = await checkpointOf(database, projection, stream);
    const target = inbox.last() ?? (await endOfLog(ports, stream, position));
    while (position < target && !signal.aborted) {
      inbox.settle(position);
      const messages = inbox.runAfter(position, batchSize);
      const upTo = position + messages.length;
      position =
        messages.length > 0
          ? await commit({ after: position, upTo, messages })
          : await fillGap({ after: position, upTo: target });
    }
    inbox.settle(position);
  };

  /** Stops early when messages in hand go on from here, or another replica has gone ahead. */
  const fillGap = async (gap: { after: number; upTo: number }): Promise<number> => {
    let position = gap.after;
    for await (const range of readLog(ports.nats, stream, gap, batchSize)) {
      position = await commit(range);
      if (signal.aborted || position !== range.upTo || inbox.runAfter(position, 1).length > 0) break;
    }
    return position;
  };

  const loop = async () => {
    for (let failures = 0; !signal.aborted; ) {
      await arrivalOrIdle(ports, inbox.arrival, signal);
      if (signal.aborted) return;
      try {
        await catchUp();
        failures = 0;
      } catch (error) {
        ports.log.error({ err: error, consumer, failures }, 'projection will be tried again');
        await ports.clock.sleep(Math.min(LONGEST_BACKOFF_MS, 200 * 2 ** failures++), signal);
      }
    }
  };
  const running = loop();

  return {
    async stop() {
      stopping.abort();
      await running;
      await inbox.stop();
    },
  };
}

async function arrivalOrIdle(
  { clock }: Ports,
  arrival: (signal: AbortSignal) => Promise<void>,
  stopping: AbortSignal,
): Promise<void> {
  const waiting = new AbortController();
  const signal = AbortSignal.any([stopping, waiting.signal]);
  await Promise.race([arrival(signal), clock.sleep(IDLE_MS, signal)]);
  waiting.abort();
}

async function endOfLog({ nats }: Ports, stream: SourceName, position: number): Promise<number> {
  const last = await lastSequence(nats, stream);
  if (last >= position) return last;
  throw new LogTooShort(
    `${stream} ends at ${last}, but was projected up to ${position}: rebuild all projections`,
  );
}

/** Poison is parked before the commit that passes it, so that it cannot be lost; twice is once in DEAD. */
function committer({ nats, clock, log }: Ports, wishes: FeedWishes, consumer: string) {
  const { projection, stream, database } = wishes;
  const js = jetstream(nats);
  const openBatch = sourceOf(projection, stream);

  const deadLetterAll = async ({ messages }: LogRange, rejected: Rejected[]) => {
    const reasons = new Map(rejected.map(({ sequence, error }) => [sequence, error]));
    for (const message of messages.filter(({ sequence }) => reasons.has(sequence))) {
      const error = reasons.get(message.sequence);
      log.error({ err: error, consumer, sequence: message.sequence }, 'message parked in DEAD');
      await storeDeadLetter(js, { consumer, stream, ...message, deliveries: 1 }, error, clock.now());
    }
  };
  return (range: LogRange): Promise<number> => {
    const batch = openBatch();
    batch.add(range.messages);
    return commitRange(database, projection, stream, range, async (db) => {
      await deadLetterAll(range, [...batch.unreadable, ...(await batch.write(db))]);
    });
  };
}
