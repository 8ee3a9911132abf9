import { z } from 'zod';
import { partitionOf } from '#contracts/ids.ts';
import { Delivery } from '#contracts/messages.ts';
import { deliverySubject } from '#contracts/subjects.ts';

/** A delivery with its sequence in DELIVERIES, and its partition. */
export type RecordedDelivery = Delivery & { sequence: number; partition: number };

/** Raised by {@link parseDelivery}: no version of a projection can ever read the message. */
export class UnreadableDelivery extends Error {
  override name = 'UnreadableDelivery';
}

/**
 * Reads one DELIVERIES message.
 * @throws {UnreadableDelivery} when the body is not a delivery, or not the one its subject says.
 */
export function parseDelivery(subject: string, body: unknown, sequence: number): RecordedDelivery {
  const parsed = Delivery.safeParse(body);
  if (!parsed.success) {
    throw new UnreadableDelivery(`no delivery at sequence ${sequence}: ${z.prettifyError(parsed.error)}`);
  }
  const { outcome, userId } = parsed.data;
  if (subject !== deliverySubject(outcome, userId)) {
    throw new UnreadableDelivery(`the delivery at sequence ${sequence} is not of its subject ${subject}`);
  }
  return { ...parsed.data, sequence, partition: partitionOf(userId) };
}
