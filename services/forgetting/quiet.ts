import { type ConsumerInfo, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import {
  BOT_CONSUMER_COUNT,
  botConsumer,
  MOVING_CONSUMER,
  QUESTIONS_CONSUMER,
  REDRIVE_ROLES,
  REFUSALS_CONSUMER,
  REPLIES_CONSUMER,
  redriveConsumer,
  senderConsumer,
  shardOf,
  TIERS,
} from '#contracts/consumers.ts';
import { partitionOf, type UserId } from '#contracts/ids.ts';
import { consumerInfo } from '#services/platform/jetstream/consumer-info.ts';
import { Unavailable } from '#services/platform/jetstream/errors.ts';
import type { Clock } from '#services/platform/process/clock.ts';

/** Durable consumers whose processes write of people. */
type Writer = { stream: string; name: string };

const LOOK_EVERY_MS = 200;
/** The longest wait of one try; the request is taken up again after it. */
const PATIENCE_MS = 300_000;

/** Consumers by which a person's updates, files and replies are handled. */
export const writersOfInput = (userId: UserId): Writer[] => [
  botConsumer(partitionOf(userId) % BOT_CONSUMER_COUNT),
  MOVING_CONSUMER,
  REPLIES_CONSUMER,
  ...REDRIVE_ROLES.map(redriveConsumer),
];

/** Consumers by which a person is reminded. */
export async function writersOfReminders(nats: NatsConnection, userId: UserId): Promise<Writer[]> {
  const { consumers } = await jetstreamManager(nats, { checkAPI: false });
  const shards: Writer[] = [];
  for await (const { name } of consumers.list('TICKS')) {
    const shard = shardOf(name);
    if (shard && partitionOf(userId) % shard.shardCount === shard.index)
      shards.push({ stream: 'TICKS', name });
  }
  return [...shards, ...TIERS.map(senderConsumer), REFUSALS_CONSUMER, QUESTIONS_CONSUMER];
}

/**
 * Waits until all that these consumers had handed out when it began is done: a process that has a message of the person in hand may
 * write of them once more, also when the message was erased meanwhile.
 * @throws {Unavailable} when that takes too long: a process is away, or waits for Telegram.
 */
export async function untilQuiet(
  { nats, clock }: { nats: NatsConnection; clock: Clock },
  writers: readonly Writer[],
  signal: AbortSignal,
): Promise<void> {
  const giveUpAtMs = clock.now() + PATIENCE_MS;
  for (const writer of writers) {
    const handedOut = (await consumerInfo(nats, writer))?.delivered.stream_seq ?? 0;
    for (;;) {
      const info = await consumerInfo(nats, writer);
      if (!info || isDone(info, handedOut)) break;
      if (signal.aborted || clock.now() > giveUpAtMs)
        throw new Unavailable(`${writer.name} still has messages in hand`);
      await clock.sleep(LOOK_EVERY_MS, signal);
    }
  }
}

const isDone = ({ num_ack_pending, ack_floor }: ConsumerInfo, handedOut: number): boolean =>
  num_ack_pending === 0 || ack_floor.stream_seq >= handedOut;
