import { type JetStreamClient, jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { UserId } from '#contracts/ids.ts';
import { replySubject } from '#contracts/subjects.ts';
import { lastMessage, nearestLastMessage } from '#services/platform/jetstream/direct-get.ts';
import { isLostRace } from '#services/platform/jetstream/errors.ts';
import { readAfterLostRace } from '#services/platform/jetstream/lost-race.ts';
import type { Clock } from '#services/platform/process/clock.ts';
import { NONE, PendingReplies } from './pending-replies.ts';

/** `sequence`: where it stands in REPLIES; 0 for nothing. */
export type Waiting = { pending: PendingReplies; sequence: number };

/** REPLIES: the one message of a person holds all that they are still to be answered. */
export type ReplyStream = {
  /** From whichever replica answers: it may be a little behind. */
  glance(userId: UserId): Promise<Waiting>;
  read(userId: UserId): Promise<Waiting>;
  /**
   * Changes what waits, by compare-and-set; an unchanged one is not written.
   * @param known what was read last: it is read again only if it has moved on.
   * @returns what waits then, durably.
   */
  change(
    userId: UserId,
    known: Waiting,
    changed: (before: PendingReplies) => PendingReplies,
  ): Promise<Waiting>;
};

export function openReplyStream(nats: NatsConnection, clock: Clock): ReplyStream {
  const js = jetstream(nats);
  const read = async (userId: UserId) => waitingIn(await lastMessage(nats, 'REPLIES', replySubject(userId)));
  const readBeyond = (userId: UserId, lost: number) =>
    readAfterLostRace(
      clock,
      () => read(userId),
      ({ sequence }) => sequence > lost,
    );
  return {
    glance: async (userId) => waitingIn(await nearestLastMessage(nats, 'REPLIES', replySubject(userId))),
    read,
    async change(userId, known, changed) {
      // Of those that change it at once one always wins, so this ends.
      for (let before = known; ; before = await readBeyond(userId, before.sequence)) {
        const pending = changed(before.pending);
        if (pending === before.pending) return before;
        const sequence = await replaced(js, userId, pending, before.sequence);
        if (sequence !== undefined) return { pending, sequence };
      }
    },
  };
}

/** @returns where it stands now, or undefined when it has changed since `sequence`. */
async function replaced(
  js: JetStreamClient,
  userId: UserId,
  pending: PendingReplies,
  sequence: number,
): Promise<number | undefined> {
  try {
    const expect = { lastSubjectSequence: sequence };
    return (await js.publish(replySubject(userId), JSON.stringify(pending), { expect })).seq;
  } catch (error) {
    if (isLostRace(error)) return undefined;
    throw error;
  }
}

/** What this version cannot read counts as nothing: a reply is worth less than all that would follow it. */
export function waitingIn(message: { seq: number; json(): unknown } | undefined): Waiting {
  if (!message) return { pending: NONE, sequence: 0 };
  return { pending: readPending(message) ?? NONE, sequence: message.seq };
}

function readPending(message: { json(): unknown }): PendingReplies | undefined {
  try {
    return PendingReplies.safeParse(message.json()).data;
  } catch {
    return undefined;
  }
}
