import { jetstream } from '@nats-io/jetstream';
import type { Pool } from 'pg';
import type { LogPosition } from '#contracts/logs.ts';
import { checkpointOf, commitRange, keepLog, type SequenceRange } from '#projections/engine/checkpoints.ts';
import {
  type Projection,
  projectionConsumer,
  RebuildNeeded,
  type SourceName,
} from '#projections/engine/projection.ts';
import { type Rejected, sourceOf } from '#projections/engine/source.ts';
import type { ConsumerWatch } from '#services/platform/jetstream/consumer-watch.ts';
import { storeDeadLetter } from '#services/platform/jetstream/dead-letter.ts';
import { StoresDisagree, Unavailable } from '#services/platform/jetstream/errors.ts';
import {
  type LogGuard,
  type LogState,
  openLogGuard,
  positionIn,
} from '#services/platform/jetstream/log-guard.ts';
import { type Backoff, backoffMs, type Running, startLoop } from '#services/platform/process/lifecycle.ts';
import type { Ports } from '#services/platform/process/run-service.ts';
import { type FeedCheck, feedCheck } from './feed-check.ts';
import { type Inbox, openInbox } from './inbox.ts';
import { type LogRange, readLog } from './read-log.ts';

export type FeedOptions = {
  projection: Projection;
  stream: SourceName;
  database: Pool;
  /** Most messages written in one transaction. */
  batchSize: number;
  /** Told of what is seen of the consumer. */
  watch?: ConsumerWatch;
};

/** After this long without a message the log's end is compared: bounds a takeover, and a wait after a deletion. */
const IDLE_MS = 1_000;
const BACKOFF: Backoff = { firstMs: 200, longestMs: 10_000 };

const isLasting = (error: Error): boolean =>
  error instanceof RebuildNeeded || error instanceof StoresDisagree;

/** Commits a range of the log and moves the checkpoint. @returns where the checkpoint stands then. */
type Commit = (range: LogRange, log: LogState) => Promise<number>;

/** What a round works with. */
type Feed = {
  ports: Ports;
  options: FeedOptions;
  inbox: Inbox;
  guard: LogGuard;
  commit: Commit;
  check: FeedCheck;
};

/**
 * Keeps one projection level with one stream. The checkpoint in the database is the only position; a message of the
 * durable consumer says that there is more. Where the consumer's messages leave a gap, because another replica holds them
 * or died with them, the feed reads the missing ones from the stream: order is kept, and a takeover waits for no replica.
 */
export function startFeed(ports: Ports, options: FeedOptions): Running {
  const { projection, stream } = options;
  const consumer = projectionConsumer(projection.name, stream);
  const inbox = openInbox({ ...ports, watch: options.watch }, stream, consumer);
  const check = feedCheck({
    name: `projection ${projection.name}, ${stream}`,
    clock: ports.clock,
    isLasting,
  });
  ports.readiness?.add(check);
  const guard = openLogGuard(ports.nats, { stream, projection: projection.name });
  const feed: Feed = { ports, options, inbox, guard, commit: commitOf(ports, options), check };
  const loop = startLoop(ports.clock, {
    async round(signal) {
      await arrivalOrIdle(ports, inbox.arrival, signal);
      await advance(feed, signal);
      return 0;
    },
    afterFailure(error, failures) {
      ports.log.error({ err: error, consumer, failures }, 'projection will be tried again');
      check.failed(error);
      return backoffMs(failures, BACKOFF);
    },
  });
  return {
    async stop() {
      await loop.stop();
      await inbox.stop();
    },
  };
}

/** Brings the projection from its checkpoint to the newest message known; returns early when `signal` is aborted. */
async function advance(feed: Feed, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { options, inbox, guard, commit, check } = feed;
  const checkpoint = await checkpointOf(options.database, options.projection, options.stream);
  const log = await checkLog(feed, checkpoint);
  const target = inbox.last() ?? log.lastSequence;
  let position = checkpoint.sequence;
  while (guard.isCurrent()) {
    inbox.settle(position);
    check.stands(position, target);
    if (position >= target || signal.aborted) return;
    const messages = inbox.runAfter(position, options.batchSize);
    const upTo = position + messages.length;
    position =
      messages.length > 0
        ? await commit({ after: position, upTo, messages }, log)
        : await fillGap(feed, log, { after: position, upTo: target }, signal);
  }
}

/**
 * Makes sure that the checkpoint is one of this log. A message that does not follow it was committed by another replica
 * before, or is another than the one that was: so the log itself is asked, as it is whenever nothing is in hand.
 * @throws {StoresDisagree}
 */
async function checkLog({ ports, options, inbox, guard }: Feed, checkpoint: LogPosition): Promise<LogState> {
  const { projection, stream, database } = options;
  // What another server process handed out need not be what this one has stored.
  if (!guard.isCurrent()) inbox.giveBack();
  const follows = inbox.first() === checkpoint.sequence + 1;
  const log = await guard.check(checkpoint, follows ? undefined : 'fresh');
  if (checkpoint.sequence > 0 && checkpoint.logId === null) {
    const position = await positionIn(ports.nats, stream, checkpoint.sequence);
    await keepLog(database, { projection, stream }, position);
  }
  return log;
}

/** Projects a range from the stream. Stops early when the inbox can go on, or another replica has gone ahead. */
async function fillGap(feed: Feed, log: LogState, gap: SequenceRange, signal: AbortSignal): Promise<number> {
  const { ports, options, inbox, commit, check } = feed;
  let position = gap.after;
  for await (const range of readLog(ports.nats, options.stream, gap, options.batchSize)) {
    position = await commit(range, log);
    check.stands(position, gap.upTo);
    if (signal.aborted || position !== range.upTo || inbox.runAfter(position, 1).length > 0) break;
  }
  return position;
}

/** Resolves when a message is in hand, after {@link IDLE_MS}, or when `stopping` is aborted. */
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

/** Poison is dead-lettered before the commit that passes it, so that it cannot be lost. Stored twice, DEAD has it once. */
function commitOf({ nats, clock, log }: Ports, { projection, stream, database }: FeedOptions): Commit {
  const consumer = projectionConsumer(projection.name, stream);
  const js = jetstream(nats);
  const openBatch = sourceOf(projection, stream);

  const deadLetterAll = async ({ messages }: LogRange, rejected: Rejected[]) => {
    const reasons = new Map(rejected.map(({ sequence, error }) => [sequence, error]));
    for (const message of messages.filter(({ sequence }) => reasons.has(sequence))) {
      const error = reasons.get(message.sequence);
      log.error({ err: error, consumer, sequence: message.sequence }, 'message dead-lettered');
      await storeDeadLetter(js, { consumer, stream, ...message, deliveries: 1 }, error, clock.now());
    }
  };
  return async (range, { id }) => {
    const batch = openBatch();
    batch.add(range.messages);
    const committed = { after: range.after, upTo: endOf(range, id) };
    const reached = await commitRange(database, { projection, stream }, committed, async (db) => {
      await deadLetterAll(range, [...batch.unreadable, ...(await batch.write(db))]);
    });
    if (reached.logId !== null && reached.logId !== id)
      throw new Unavailable('rebuilt from another log meanwhile');
    return reached.sequence;
  };
}

function endOf({ upTo: sequence, messages }: LogRange, logId: string): LogPosition {
  const last = messages.at(-1);
  return { sequence, logId, seen: last ? { sequence: last.sequence, storedAtMs: last.storedAtMs } : null };
}
