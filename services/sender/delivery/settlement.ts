import type { Delivery } from '#contracts/messages.ts';
import type { Clock } from '#services/platform/process/clock.ts';
import { type Backoff, retry } from '#services/platform/process/lifecycle.ts';
import type { Log } from '#services/platform/process/log.ts';
import { deliveryLedger } from './ledger.ts';
import type { PublishDelivery } from './publish-delivery.ts';
import { type ClaimedItem, resolveExisting } from './resolve-existing.ts';
import type { ClaimRequest } from './send-record.ts';
import type { SendRecords } from './send-records.ts';
import { byMinute, type DeliveryResult, type Item, type Work } from './work.ts';

export type SettlementPorts = {
  records: SendRecords;
  publish: PublishDelivery;
  clock: Clock;
  log: Log;
  /** Told when the records have their outcome and DELIVERIES does not have it yet. */
  onSettled?(work: Work): Promise<void> | void;
};

/** Claims of items, and their outcomes in send records and DELIVERIES. */
export type Settlement = {
  /** Write-ahead: resolves with those that may be sent now; all others have come to their outcome. */
  claim(work: Work, items: readonly Item[], by: string): Promise<ClaimedItem[]>;
  /** The outcome of an item that is not sent. */
  endUnsent(work: Work, item: Item, by: string, result: DeliveryResult): Promise<void>;
  /**
   * The outcome of one message's items, by Telegram's answer: a delivery for each minute.
   * @throws when the signal is aborted before the server took it: then they will end as uncertain.
   */
  settle(
    work: Work,
    claimed: readonly ClaimedItem[],
    result: DeliveryResult,
    signal: AbortSignal,
  ): Promise<void>;
  /** Nothing was sent: the records are as if these claims had never been made. */
  withdraw(claimed: readonly ClaimedItem[]): Promise<void>;
  /** Whether all of them may be sent once more, although it is unknown whether they arrived. */
  mayResend(claimed: readonly ClaimedItem[]): boolean;
};

/** Telegram's answer is known only to this process, so its outcome is tried until the server takes it. */
const BACKOFF: Backoff = { firstMs: 500, longestMs: 500 };

/**
 * Every outcome goes to DELIVERIES once its record carries it. Publishing what was published before stores nothing, so
 * every outcome that is met is published again: a crash before may have kept it from being told.
 * @param maxResends how often an item of unknown fate is sent again.
 */
export function openSettlement(ports: SettlementPorts, maxResends: number): Settlement {
  const { records, publish, clock, log, onSettled } = ports;
  const ledger = deliveryLedger(records, publish, clock);

  const requestOf = ({ minute }: Item, by: string): ClaimRequest => ({
    minute,
    by,
    startedAt: new Date(clock.now()).toISOString(),
    maxResends,
  });

  return {
    async claim(work, items, by) {
      const claims = items.map(async (item) => ({
        item,
        claim: await records.claim(requestOf(item, by), item.key),
      }));
      return resolveExisting(ledger, work, await Promise.all(claims));
    },

    async endUnsent(work, item, by, result) {
      const delivery = ledger.deliveryNow(work, [item], result);
      // What may have been sent does not end as unsent, also where it might be sent again.
      const claim = await records.claim({ ...requestOf(item, by), maxResends: 0 }, item.key, delivery);
      if (claim.kind === 'claimed') await publish(delivery);
      else await resolveExisting(ledger, work, [{ item, claim }]);
    },

    async settle(work, claimed, result, signal) {
      const ends = byMinute(claimed).flatMap((kept) => {
        const delivery = ledger.deliveryNow(
          work,
          kept.map(({ item }) => item),
          result,
        );
        return kept.map((each) => ({ kept: each, delivery }));
      });
      const onFailure = (error: unknown) => log.warn({ err: error }, 'an outcome waits for the server');
      const untilTaken = { clock, backoff: BACKOFF, signal, onFailure };
      const deliveries = await retry(untilTaken, async () => {
        const counting = await Promise.all(ends.map(({ kept, delivery }) => records.settle(kept, delivery)));
        return counting.filter((each): each is Delivery => each !== undefined);
      });
      await onSettled?.(work);
      await retry(untilTaken, () => ledger.publishEach(deliveries));
    },

    async withdraw(claimed) {
      await Promise.all(claimed.map((kept) => records.withdraw(kept)));
    },

    mayResend: (claimed) => claimed.every(({ record }) => record.tries <= maxResends),
  };
}
