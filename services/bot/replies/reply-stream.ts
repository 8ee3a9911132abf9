import { type JetStreamClient, jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { UserId } from '#contracts/ids.ts';
import { replySubject } from '#contracts/subjects.ts';
import { lastMessage, nearestLastMessage } from '#services/platform/jetstream/direct-get.ts';
import { isLostRace } from '#services/platform/jetstream/errors.ts';
import { merged, NONE, PendingReplies, type PendingReply } from './pending-replies.ts';

/** `sequence`: where it stands in REPLIES; 0 for nothing. */
export type Waiting = { pending: PendingReplies; sequence: number };

/** REPLIES: the one message of a person holds all that they are still to be answered. */
export type ReplyStream = {
  /** From whichever replica answers: it may be a little behind. */
  glance(userId: UserId): Promise<Waiting>;
  read(userId: UserId): Promise<Waiting>;
  /** Resolves when the replies are durable. */
  add(
    userId: UserId,
    replies: readonly PendingReply[],
    how: Pick<PendingReplies, 'rank' | 'hasMoreBehind'>,
  ): Promise<void>;
  /** Changes what waits, by compare-and-set; an unchanged one is not written. @returns what waits then. */
  change(userId: UserId, changed: (before: PendingReplies) => PendingReplies): Promise<PendingReplies>;
};

export function openReplyStream(nats: NatsConnection): ReplyStream {
  const js = jetstream(nats);
  const read = async (userId: UserId) => waitingIn(await lastMessage(nats, 'REPLIES', replySubject(userId)));
  /** Of those that change it at once one always wins, so this ends. */
  const change = async (userId: UserId, changed: (before: PendingReplies) => PendingReplies) => {
    for (;;) {
      const { pending, sequence } = await read(userId);
      const after = changed(pending);
      if (after === pending || (await replaced(js, userId, after, sequence))) return after;
    }
  };
  return {
    glance: async (userId) => waitingIn(await nearestLastMessage(nats, 'REPLIES', replySubject(userId))),
    read,
    change,
    async add(userId, replies, how) {
      await change(userId, (before) => merged(before, replies, how));
    },
  };
}

/** @returns false when it has changed since `sequence`. */
async function replaced(
  js: JetStreamClient,
  userId: UserId,
  pending: PendingReplies,
  sequence: number,
): Promise<boolean> {
  try {
    const expect = { lastSubjectSequence: sequence };
    await js.publish(replySubject(userId), JSON.stringify(pending), { expect });
    return true;
  } catch (error) {
    if (isLostRace(error)) return false;
    throw error;
  }
}

/** What this version cannot read counts as nothing: a reply is worth less than all that would follow it. */
function waitingIn(message: { seq: number; string(): string } | undefined): Waiting {
  if (!message) return { pending: NONE, sequence: 0 };
  return { pending: readPending(message.string()) ?? NONE, sequence: message.seq };
}

function readPending(json: string): PendingReplies | undefined {
  try {
    return PendingReplies.safeParse(JSON.parse(json)).data;
  } catch {
    return undefined;
  }
}
