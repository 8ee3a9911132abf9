import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Delivery } from '#contracts/messages.ts';
import { deliverySubject } from '#contracts/subjects.ts';
import { deliveryId } from './send-record.ts';

export type PublishOutcome = (delivery: Delivery) => Promise<void>;

/** Publishes to DELIVERIES. The same delivery published again within an hour is stored once. */
export function outcomePublisher(nats: NatsConnection): PublishOutcome {
  const js = jetstream(nats);
  return async (delivery) => {
    const subject = deliverySubject(delivery.outcome, delivery.userId);
    await js.publish(subject, JSON.stringify(delivery), { msgID: deliveryId(delivery) });
  };
}
