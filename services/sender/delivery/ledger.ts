import type { Delivery } from '#contracts/messages.ts';
import type { Clock } from '#services/platform/process/clock.ts';
import { deliveryId, deliveryOf } from './delivery.ts';
import type { PublishDelivery } from './publish-delivery.ts';
import type { KeptRecord, SendRecords } from './send-records.ts';
import { type DeliveryResult, type Item, isAbout, type Work } from './work.ts';

/** The two places of an outcome, in their order: the send record, then DELIVERIES. */
export type DeliveryLedger = {
  publish: PublishDelivery;
  /** The delivery of items of one minute that end now. */
  deliveryNow(work: Work, items: readonly Item[], result: DeliveryResult): Delivery;
  /** The delivery of a message that the item was in, by the records of what else was in it. */
  deliveryAbout(item: Item): Promise<Delivery | undefined>;
  /** Gives one record its outcome and publishes the one that counts. */
  settleOne(kept: KeptRecord, delivery: Delivery): Promise<void>;
  /** Publishes each different one. */
  publishEach(deliveries: readonly Delivery[]): Promise<void>;
};

export function deliveryLedger(records: SendRecords, publish: PublishDelivery, clock: Clock): DeliveryLedger {
  return {
    publish,
    deliveryNow: (work, items, result) => deliveryOf(work, items, result, clock.now()),
    async deliveryAbout(item) {
      const found = await Promise.all(item.besides.map((key) => records.read(key)));
      return found.find((delivery) => delivery && isAbout(delivery, item));
    },
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
