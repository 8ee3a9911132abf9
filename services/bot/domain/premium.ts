import type { AccountEvent, PremiumEvent } from '#contracts/events.ts';
import { SUBSCRIPTION_SECONDS } from '#contracts/premium.ts';
import type { Instant } from '#contracts/time.ts';

/** What a payment in Stars, or the end of one, asks of an account. */
export type PremiumCommand =
  | {
      type: 'GrantPremium';
      data: { chargeId: string; untilAt: Instant; stars: number; recurring: boolean; first: boolean };
    }
  | { type: 'CancelPremium'; data: { chargeId: string } }
  | { type: 'ResumePremium'; data: { chargeId: string } }
  | { type: 'RefundPremium'; data: { chargeId: string } };

export type Charge = {
  readonly chargeId: string;
  readonly untilAt: Instant;
  readonly stars: number;
  /** It began a subscription; those after it, up to the next such, renewed it. */
  readonly first: boolean;
};

/** Every charge ever paid, oldest first: that is how none is granted twice. Charges may be refunded that never came. */
export type Premium = {
  readonly charges: readonly Charge[];
  readonly refunded: readonly string[];
  /** The last subscription is not renewed. */
  readonly cancelled: boolean;
};

export const NO_PREMIUM: Premium = { charges: [], refunded: [], cancelled: false };

export function evolvePremium(premium: Premium, event: PremiumEvent): Premium {
  switch (event.type) {
    case 'PremiumGranted': {
      const { chargeId, untilAt, stars, first } = event.data;
      // A month that was taken shows that the subscription goes on, whatever was said before.
      return {
        ...premium,
        charges: [...premium.charges, { chargeId, untilAt, stars, first }],
        cancelled: false,
      };
    }
    case 'PremiumCancelled':
      return { ...premium, cancelled: true };
    case 'PremiumResumed':
      return { ...premium, cancelled: false };
    case 'PremiumRefunded':
      return { ...premium, refunded: [...premium.refunded, event.data.chargeId] };
  }
}

/** @returns no event for a charge that was granted or refunded before: Telegram may tell of one more than once. */
export function decidePremium(command: PremiumCommand, premium: Premium): AccountEvent[] {
  const { chargeId } = command.data;
  const isRefunded = premium.refunded.includes(chargeId);
  switch (command.type) {
    case 'GrantPremium': {
      const isKnown = isRefunded || premium.charges.some((charge) => charge.chargeId === chargeId);
      return isKnown ? [] : [{ type: 'PremiumGranted', data: command.data }];
    }
    case 'CancelPremium':
      return premium.cancelled ? [] : [{ type: 'PremiumCancelled', data: { chargeId } }];
    case 'ResumePremium':
      return premium.cancelled ? [{ type: 'PremiumResumed', data: { chargeId } }] : [];
    case 'RefundPremium':
      return isRefunded ? [] : [{ type: 'PremiumRefunded', data: { chargeId } }];
  }
}

/** What is paid for and was not refunded, oldest first. */
export const paidCharges = ({ charges, refunded }: Premium): Charge[] =>
  charges.filter(({ chargeId }) => !refunded.includes(chargeId));

/** Until when it is paid, in epoch ms; past or to come. Undefined for a person who has paid nothing. */
export function premiumUntilMs(premium: Premium): number | undefined {
  const ends = paidCharges(premium).map(({ untilAt }) => Date.parse(untilAt));
  return ends.length > 0 ? Math.max(...ends) : undefined;
}

/** It ends by itself when its time is over: no event says so. */
export function hasPremium(premium: Premium, nowMs: number): boolean {
  return (premiumUntilMs(premium) ?? 0) > nowMs;
}

/**
 * The subscription that ran when another one was begun by `chargeId`: two links can both be paid.
 * @returns its first charge; undefined when there was none, or the charge began none.
 */
export function subscriptionBefore(premium: Premium, chargeId: string): string | undefined {
  const place = premium.charges.findIndex((charge) => charge.chargeId === chargeId);
  const begun = premium.charges[place];
  if (!begun?.first) return undefined;
  const before = { ...premium, charges: premium.charges.slice(0, place) };
  const ranOn = (premiumUntilMs(before) ?? 0) > Date.parse(begun.untilAt) - SUBSCRIPTION_SECONDS * 1000;
  return ranOn ? subscriptionCharge(before) : undefined;
}

/** The charge that stands for the last subscription when Telegram is told something about it. */
export function subscriptionCharge(premium: Premium): string | undefined {
  const paid = paidCharges(premium);
  return (paid.findLast(({ first }) => first) ?? paid.at(-1))?.chargeId;
}
