import { z } from 'zod';
import type { UserId } from '#contracts/ids.ts';
import { Delivery, type Occurrence, type ReminderDue } from '#contracts/messages.ts';
import { EpochMinute, Instant } from '#contracts/time.ts';

/*
 * The life of one occurrence in the sender. Its marker, one key of the `sending` bucket, is the only judge: it is
 * created before anything is sent and given its end, once, by compare-and-set.
 *
 *   claim    the marker is created, without an end
 *   send     Telegram is asked
 *   settle   the marker gets the delivery: how the occurrence ended
 *   publish  the delivery goes to DELIVERIES, by a message id made from it
 *   ack      the reminder leaves the queue
 *
 * A crash before …  the redelivered reminder finds …          and therefore
 *   claim           no marker                                 begins anew: nothing had been sent
 *   send            a marker without an end                   ends as uncertain: it cannot know
 *   settle          the same, although the message was sent   ends as uncertain; a tap on its button tells more
 *   publish         a marker with its end                     publishes that end
 *   ack             the same, already published               publishes it again, which stores nothing
 *
 * What is known not to have been sent (no connection, a 429, a missed slot, a stop) is withdrawn: the marker is removed,
 * and the next try begins anew. Suppressed and expired ones are claimed and settled in one write, so that a redelivery
 * cannot decide otherwise. Of two senders that hold the same reminder (one was stopped for longer than `ack_wait`), the
 * first to settle is right.
 */

export const SendRecord = z.object({
  minute: EpochMinute,
  startedAt: Instant,
  /** Which handling of the reminder wrote it. One that finds its own, without an end, knows that nothing was sent. */
  by: z.string(),
  /** How often it may have been sent. */
  tries: z.int().positive(),
  delivery: Delivery.optional(),
});
export type SendRecord = z.infer<typeof SendRecord>;

export type ClaimStatus =
  /** Nobody sent it: write the marker again, one try more. */
  | { kind: 'free'; tries: number }
  /** It has its end. */
  | { kind: 'settled'; delivery: Delivery }
  /** Somebody began and never ended, and it may not be sent again. */
  | { kind: 'interrupted' }
  /** The same habit, date and time of day at another minute: the person changed their timezone. */
  | { kind: 'alreadyReminded' };

export type Claiming = {
  userId: UserId;
  minute: EpochMinute;
  startedAt: string;
  by: string;
  /** How often a reminder of unknown fate is sent again. */
  mayResend: number;
};

/** What an existing marker means for who wants to claim. */
export function standing(record: SendRecord, { minute, by, mayResend }: Claiming): ClaimStatus {
  const { delivery } = record;
  if (record.minute !== minute) return ofAnotherMinute(delivery);
  if (delivery) return { kind: 'settled', delivery };
  if (record.by === by) return { kind: 'free', tries: record.tries };
  return record.tries > mayResend ? { kind: 'interrupted' } : { kind: 'free', tries: record.tries + 1 };
}

/** A person who was not reminded at the other minute may be at this one. */
function ofAnotherMinute(delivery: Delivery | undefined): ClaimStatus {
  const notSent = delivery?.outcome === 'suppressed' || delivery?.outcome === 'expired';
  return notSent ? { kind: 'free', tries: 1 } : { kind: 'alreadyReminded' };
}

export type DeliveryResult = Pick<Delivery, 'outcome' | 'reason' | 'telegramMessageId'>;

/** How `occurrences` of a reminder ended at `nowMs`. */
export function deliveryOf(
  { userId, minute, tier }: ReminderDue,
  occurrences: Occurrence[],
  { outcome, reason, telegramMessageId }: DeliveryResult,
  nowMs: number,
): Delivery {
  return {
    userId,
    minute,
    tier,
    outcome,
    ...(reason === undefined ? {} : { reason: reason.slice(0, 512) }),
    occurrences,
    at: new Date(nowMs).toISOString(),
    latenessMs: Math.round(nowMs - minute * 60_000),
    ...(telegramMessageId === undefined ? {} : { telegramMessageId }),
  };
}

/**
 * The same for each publication of a delivery, and for no two deliveries: an occurrence of a minute ends once, so the
 * first one names the group.
 */
export function deliveryId({ userId, minute, outcome, occurrences, broadcastId }: Delivery): string {
  if (broadcastId !== undefined) return `${userId}.broadcast.${broadcastId}.${outcome}`;
  const [first] = occurrences;
  const snoozed = first?.snoozed ? '.snoozed' : '';
  return `${userId}.${minute}.${outcome}.${first?.habitId}.${first?.on}.${first?.at}${snoozed}`;
}

/** Buttons of more habits would not fit one message. */
export const HABITS_IN_A_MESSAGE = 20;

export function inMessages(due: readonly Occurrence[]): Occurrence[][] {
  return Array.from({ length: Math.ceil(due.length / HABITS_IN_A_MESSAGE) }, (_, i) =>
    due.slice(i * HABITS_IN_A_MESSAGE, (i + 1) * HABITS_IN_A_MESSAGE),
  );
}
