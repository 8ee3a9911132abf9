import type { Delivery } from '#contracts/messages.ts';
import type { Clock } from '#services/platform/process/clock.ts';
import { deliveryId, deliveryOf } from './delivery.ts';
import type { PublishDelivery } from './publish-delivery.ts';
import type { KeptRecord, SendRecords } from './send-records.ts';
import type { DeliveryResult, Item, Work } from './work.ts';

/** The two places of an outcome, in their order: the send record, then DELIVERIES. */
export type DeliveryLedger = {
  publish: PublishDelivery;
  /** The delivery of one item that ends now. */
  deliveryNow(work: Work, item: Item, result: DeliveryResult): Delivery;
  /** Gives one record its outcome and publishes the one that counts. */
  settleOne(kept: KeptRecord, delivery: Delivery): Promise<void>;
  /** Publishes each different one. */
  publishEach(deliveries: readonly Delivery[]): Promise<void>;
};

export function deliveryLedger(records: SendRecords, publish: PublishDelivery, clock: Clock): DeliveryLedger {
  return {
    publish,
    deliveryNow: (work, item, result) => deliveryOf(work, [item], result, clock.now()),
    async settleOne(kept, delivery) {
      const counts = await records.settle(kept, delivery);
      if (counts) await publish(counts);
    },
    async publishEach(deliveries) {
      const different = new Map(deliveries.map((delivery) => [deliveryId(delivery), delivery]));
      await Promise.all([...different.values()].map(publish));
    },
  };
}
