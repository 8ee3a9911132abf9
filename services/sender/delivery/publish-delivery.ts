import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Delivery } from '#contracts/messages.ts';
import { deliverySubject } from '#contracts/subjects.ts';
import { deliveryId } from './delivery.ts';

/** Publishes to DELIVERIES. The same delivery published again within an hour is stored once. */
export type PublishDelivery = (delivery: Delivery) => Promise<void>;

export function deliveryPublisher(nats: NatsConnection): PublishDelivery {
  const js = jetstream(nats);
  return async (delivery) => {
    const subject = deliverySubject(delivery.outcome, delivery.userId);
    await js.publish(subject, JSON.stringify(delivery), { msgID: deliveryId(delivery) });
  };
}
