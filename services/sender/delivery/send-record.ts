import { z } from 'zod';
import { Delivery } from '#contracts/messages.ts';
import { EpochMinute, Instant } from '#contracts/time.ts';

/*
 * The life of one item in the sender. Its send record, one key of the `sending` bucket, alone decides: it is created
 * before anything is sent, and given its delivery once, by compare-and-set.
 *
 *   claim    the record is created, without a delivery
 *   send     Telegram is asked
 *   settle   the record gets the delivery: how the item ended
 *   publish  the delivery goes to DELIVERIES, by a message id made from it
 *   ack      the due message leaves the queue
 *
 * A crash before …  the redelivered message finds …          and therefore the sender
 *   claim           no record                                 begins again: nothing had been sent
 *   send            a record without a delivery               records uncertain: it cannot know
 *   settle          the same, although the message was sent   records uncertain; a tap on its button tells more
 *   publish         a record with its delivery                publishes that delivery
 *   ack             the same, already published               publishes it again, which stores nothing
 *
 * A record that cannot be read tells as little as one without a delivery: its own item is recorded as uncertain, and the
 * others of the message go on.
 *
 * What is known not to have been sent (no connection, a 429, a missed slot, a stop) is withdrawn: the record is removed,
 * and the next attempt begins again. Suppressed and expired items are claimed and settled in one write, so that a
 * redelivery cannot decide otherwise. Of two senders that hold the same message (one was stopped for longer than
 * `ack_wait`), the first to settle is right.
 */

export const SendRecord = z.object({
  minute: EpochMinute,
  startedAt: Instant,
  /** The attempt that wrote it. One that finds its own, without a delivery, knows that nothing was sent. */
  by: z.string(),
  /** How often it may have been sent. */
  tries: z.int().positive(),
  delivery: Delivery.optional(),
});
export type SendRecord = z.infer<typeof SendRecord>;

/** What a claim finds. */
export type ClaimStatus =
  /** It was not sent: write the record again, with so many tries. */
  | { kind: 'free'; tries: number }
  /** It has its outcome. */
  | { kind: 'settled'; delivery: Delivery }
  /** Another attempt began and never ended, and it may not be sent again. */
  | { kind: 'interrupted' }
  /** What stands there is of another form: it may have been sent. */
  | { kind: 'unreadable' }
  /** The same habit, date and time of day at another minute: the person changed their timezone. */
  | { kind: 'alreadyReminded' };

export type ClaimRequest = {
  minute: EpochMinute;
  startedAt: string;
  by: string;
  /** How often an item of unknown fate is sent again. */
  maxResends: number;
};

/** What an existing record means for a claim. */
export function claimStatus(record: SendRecord, { minute, by, maxResends }: ClaimRequest): ClaimStatus {
  const { delivery } = record;
  if (record.minute !== minute) return statusAtAnotherMinute(delivery);
  if (delivery) return { kind: 'settled', delivery };
  if (record.by === by) return { kind: 'free', tries: record.tries };
  return record.tries > maxResends ? { kind: 'interrupted' } : { kind: 'free', tries: record.tries + 1 };
}

/** A person who was not reminded at the other minute may be at this one. */
function statusAtAnotherMinute(delivery: Delivery | undefined): ClaimStatus {
  const notSent = delivery?.outcome === 'suppressed' || delivery?.outcome === 'expired';
  return notSent ? { kind: 'free', tries: 1 } : { kind: 'alreadyReminded' };
}
