import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Delivery } from '#contracts/messages.ts';
import { deliverySubject } from '#contracts/subjects.ts';
import type { Metrics } from '#services/platform/process/metrics.ts';
import { deliveryId } from './delivery.ts';
import { deliveryMetrics } from './delivery-metrics.ts';

/** Publishes to DELIVERIES. The same delivery published again within an hour is stored once. */
export type PublishDelivery = (delivery: Delivery) => Promise<void>;

export function deliveryPublisher(nats: NatsConnection, metrics?: Metrics): PublishDelivery {
  const js = jetstream(nats);
  const count = deliveryMetrics(metrics);
  return async (delivery) => {
    const subject = deliverySubject(delivery.outcome, delivery.userId);
    const { duplicate } = await js.publish(subject, JSON.stringify(delivery), {
      msgID: deliveryId(delivery),
    });
    if (!duplicate) count(delivery);
  };
}
