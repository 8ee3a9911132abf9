import type { Delivery } from '#contracts/messages.ts';
import type { Clock } from '#services/platform/process/clock.ts';
import { type Backoff, retry } from '#services/platform/process/lifecycle.ts';
import type { Log } from '#services/platform/process/log.ts';
import { deliveryId, deliveryOf } from './delivery.ts';
import type { PublishDelivery } from './publish-delivery.ts';
import type { ClaimRequest } from './send-record.ts';
import type { Claim, KeptRecord, SendRecords } from './send-records.ts';
import { type DeliveryResult, type Item, isAbout, type Work } from './work.ts';

/** An item that this attempt may send. */
export type ClaimedItem = KeptRecord & { item: Item };

export type SettlementPorts = {
  records: SendRecords;
  publish: PublishDelivery;
  clock: Clock;
  log: Log;
  /** Told when the records have their outcome and DELIVERIES does not have it yet. */
  onSettled?(work: Work): Promise<void> | void;
};

/** Claims of items, and their outcomes in send records and DELIVERIES. */
export type Settlement = ReturnType<typeof openSettlement>;

/** Telegram's answer is known only to this process, so its outcome is tried until the server takes it. */
const BACKOFF: Backoff = { firstMs: 500, longestMs: 500 };

/**
 * Every outcome goes to DELIVERIES once its record carries it. Publishing what was published before stores nothing, so
 * every outcome that is met is published again: a crash before may have kept it from being told.
 * @param maxResends how often an item of unknown fate is sent again.
 */
export function openSettlement(ports: SettlementPorts, maxResends: number) {
  const { records, publish, clock, log, onSettled } = ports;

  const requestOf = ({ minute }: Work, by: string): ClaimRequest => ({
    minute,
    by,
    startedAt: new Date(clock.now()).toISOString(),
    maxResends,
  });

  const deliveryNow = (work: Work, item: Item, result: DeliveryResult): Delivery =>
    deliveryOf(work, [item], result, clock.now());

  async function publishEach(deliveries: readonly Delivery[]): Promise<void> {
    const different = new Map(deliveries.map((delivery) => [deliveryId(delivery), delivery]));
    await Promise.all([...different.values()].map(publish));
  }

  async function settleOne(kept: KeptRecord, delivery: Delivery): Promise<void> {
    const counts = await records.settle(kept, delivery);
    if (counts) await publish(counts);
  }

  /** Brings items that another attempt dealt with to their outcome. @returns the others: they may be sent. */
  async function resolveExisting(work: Work, claims: readonly ItemClaim[]): Promise<ClaimedItem[]> {
    const settled = claims.flatMap(({ claim }) =>
      claim.kind === 'existing' && claim.status.kind === 'settled' ? [claim.status.delivery] : [],
    );
    await publishEach(settled);
    const free: ClaimedItem[] = [];
    for (const { item, claim } of claims) {
      // Of one message, some records may have their outcome and some not.
      const shared = settled.find((delivery) => isAbout(delivery, item));
      if (claim.kind === 'existing') await resolveOne(work, item, claim, shared);
      else if (shared) await settleOne(claim, shared);
      else free.push({ ...claim, item });
    }
    return free;
  }

  async function resolveOne(
    work: Work,
    item: Item,
    { status, kept }: Extract<Claim, { kind: 'existing' }>,
    shared: Delivery | undefined,
  ): Promise<void> {
    if (status.kind === 'alreadyReminded')
      await publish(deliveryNow(work, item, { outcome: 'suppressed', reason: 'alreadyReminded' }));
    if (status.kind === 'interrupted') {
      const unknown = deliveryNow(work, item, { outcome: 'uncertain', reason: 'interrupted' });
      await settleOne(kept, shared ?? unknown);
    }
  }

  return {
    /** Write-ahead: resolves with those that may be sent now; all others have come to their outcome. */
    async claim(work: Work, items: readonly Item[], by: string): Promise<ClaimedItem[]> {
      const request = requestOf(work, by);
      const claims = items.map(async (item) => ({ item, claim: await records.claim(request, item.key) }));
      return resolveExisting(work, await Promise.all(claims));
    },

    /** The outcome of an item that is not sent. */
    async endUnsent(work: Work, item: Item, by: string, result: DeliveryResult): Promise<void> {
      const delivery = deliveryNow(work, item, result);
      // What may have been sent does not end as unsent, also where it might be sent again.
      const claim = await records.claim({ ...requestOf(work, by), maxResends: 0 }, item.key, delivery);
      if (claim.kind === 'claimed') await publish(delivery);
      else await resolveExisting(work, [{ item, claim }]);
    },

    /**
     * The outcome of one message's items, by Telegram's answer.
     * @throws when the signal is aborted before the server took it: then they will end as uncertain.
     */
    async settle(
      work: Work,
      claimed: readonly ClaimedItem[],
      result: DeliveryResult,
      signal: AbortSignal,
    ): Promise<void> {
      const items = claimed.map(({ item }) => item);
      const delivery = deliveryOf(work, items, result, clock.now());
      const onFailure = (error: unknown) => log.warn({ err: error }, 'an outcome waits for the server');
      const untilTaken = { clock, backoff: BACKOFF, signal, onFailure };
      const deliveries = await retry(untilTaken, async () => {
        const counting = await Promise.all(claimed.map((kept) => records.settle(kept, delivery)));
        return counting.filter((each) => each !== undefined);
      });
      await onSettled?.(work);
      await retry(untilTaken, () => publishEach(deliveries));
    },

    async withdraw(claimed: readonly ClaimedItem[]): Promise<void> {
      await Promise.all(claimed.map((kept) => records.withdraw(kept)));
    },

    /** Whether all of them may be sent once more, although it is unknown whether they arrived. */
    mayResend: (claimed: readonly ClaimedItem[]): boolean =>
      claimed.every(({ record }) => record.tries <= maxResends),
  };
}

type ItemClaim = { item: Item; claim: Claim };
