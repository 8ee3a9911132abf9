import type { NatsConnection } from '@nats-io/transport-node';
import { botConsumerOf } from '#contracts/consumers.ts';
import type { UserId } from '#contracts/ids.ts';
import { updateSubject } from '#contracts/subjects.ts';
import { consumerInfo } from '#services/platform/jetstream/consumer-info.ts';
import { nearestLastMessage } from '#services/platform/jetstream/direct-get.ts';
import type { Clock } from '#services/platform/process/clock.ts';
import type { PendingReplies } from './pending-replies.ts';

/** What is stored of a person's updates, and what of it is handled, as sequences in UPDATES; 0 for nothing. */
export type Backlog = {
  lastStored(userId: UserId): Promise<number>;
  /** By whichever process. Everybody of one consumer is told by one request, at most 0.2 s ago. */
  handledUpTo(userId: UserId): Promise<number>;
};

const ASK_AGAIN_MS = 200;

export function openBacklog(nats: NatsConnection, clock: Clock): Backlog {
  const asked = new Map<string, { atMs: number; upTo: Promise<number> }>();
  return {
    lastStored: async (userId) =>
      (await nearestLastMessage(nats, 'UPDATES', updateSubject(userId)))?.seq ?? 0,
    handledUpTo(userId) {
      const consumer = botConsumerOf(userId);
      const before = asked.get(consumer.name);
      if (before && clock.now() - before.atMs < ASK_AGAIN_MS) return before.upTo;
      const upTo = consumerInfo(nats, consumer).then((info) => info?.ack_floor.stream_seq ?? 0);
      asked.set(consumer.name, { atMs: clock.now(), upTo });
      return upTo;
    },
  };
}

/** `stalledMs`: longer than a message of a process that was killed takes to come to another. */
const SETTLE = { lookMs: 100, stalledMs: 10_000, mostMs: 30_000 } as const;

/**
 * What had piled up of a person is handled first, and its replies merged: one edit is made of ten taps on a list. So replies
 * wait while an update is not handled that was stored when the wait began: for 30 s at most, as a flood may take longer, and
 * no longer than its consumer gets on.
 * @returns whether it was waited: then more may be waiting to be shown than was known.
 */
export function settling({ backlog, clock }: { backlog: Backlog; clock: Clock }, userId: UserId) {
  const untilMs = clock.now() + SETTLE.mostMs;
  let stored: number | undefined;
  let progress = { upTo: -1, atMs: 0 };

  async function isAhead(): Promise<boolean> {
    const upTo = await backlog.handledUpTo(userId);
    if (upTo !== progress.upTo) progress = { upTo, atMs: clock.now() };
    return upTo < (stored ?? 0) && clock.now() - progress.atMs < SETTLE.stalledMs;
  }

  return async ({ hasMoreBehind, upTo = 0 }: PendingReplies, signal: AbortSignal): Promise<boolean> => {
    if (!hasMoreBehind) return false;
    stored ??= await backlog.lastStored(userId);
    let hasWaited = false;
    while (upTo < stored && clock.now() < untilMs && (await isAhead())) {
      await clock.sleep(SETTLE.lookMs, signal);
      signal.throwIfAborted();
      hasWaited = true;
    }
    return hasWaited;
  };
}
