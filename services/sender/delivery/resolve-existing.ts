import type { Delivery } from '#contracts/messages.ts';
import type { DeliveryLedger } from './ledger.ts';
import type { Claim, KeptRecord } from './send-records.ts';
import { type Item, isAbout, type Work } from './work.ts';

/** An item that this attempt may send. */
export type ClaimedItem = KeptRecord & { item: Item };

/** What claiming an item found. */
export type ItemClaim = { item: Item; claim: Claim };

/** Brings items that another attempt dealt with to their outcome. @returns the others: they may be sent. */
export async function resolveExisting(
  ledger: DeliveryLedger,
  work: Work,
  claims: readonly ItemClaim[],
): Promise<ClaimedItem[]> {
  const settled = claims.flatMap(({ claim }) =>
    claim.kind === 'existing' && claim.status.kind === 'settled' ? [claim.status.delivery] : [],
  );
  await ledger.publishEach(settled);
  const free: ClaimedItem[] = [];
  for (const { item, claim } of claims) {
    // Of one message, some records may have their outcome and some not.
    const shared =
      settled.find((delivery) => isAbout(delivery, item)) ??
      (mayHaveBeenSent(claim) ? await ledger.deliveryAbout(item) : undefined);
    if (claim.kind === 'claimed' && !shared) free.push({ ...claim, item });
    else await resolveOne(ledger, work, { item, claim }, shared);
  }
  return free;
}

function mayHaveBeenSent(claim: Claim): boolean {
  if (claim.kind === 'claimed') return claim.record.tries > 1;
  return claim.status.kind === 'interrupted' || claim.status.kind === 'unreadable';
}

/** @param shared the outcome of the message that the item was in, where another record has it. */
async function resolveOne(
  ledger: DeliveryLedger,
  work: Work,
  { item, claim }: ItemClaim,
  shared: Delivery | undefined,
): Promise<void> {
  if (claim.kind === 'claimed') {
    if (shared) await ledger.settleOne(claim, shared);
    return;
  }
  const { status, kept } = claim;
  if (status.kind === 'alreadyReminded')
    await ledger.publish(
      ledger.deliveryNow(work, [item], { outcome: 'suppressed', reason: 'alreadyReminded' }),
    );
  if (status.kind === 'interrupted' || status.kind === 'unreadable') {
    const unknown = ledger.deliveryNow(work, [item], { outcome: 'uncertain', reason: status.kind });
    await ledger.settleOne(kept, shared ?? unknown);
  }
}
