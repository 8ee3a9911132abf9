import { z } from 'zod';
import { ChargeId } from './premium.ts';
import { Instant } from './time.ts';

const ofCharge = z.object({ chargeId: ChargeId });

/** What can happen to a person's premium, among the events of the account. */
export const premiumEvents = {
  /**
   * Stars were paid, once for a charge: premium until `untilAt`. `recurring` is a month of a subscription, `first` the one
   * that began it.
   */
  PremiumGranted: {
    version: 1,
    data: ofCharge.extend({
      untilAt: Instant,
      stars: z.int().positive(),
      recurring: z.boolean(),
      first: z.boolean(),
    }),
  },
  /** No further month is taken; what is paid stays. `chargeId` began the subscription. */
  PremiumCancelled: { version: 1, data: ofCharge },
  /** The person may turn the renewal on again, in Telegram. */
  PremiumResumed: { version: 1, data: ofCharge },
  /** The Stars went back, and with them what they had paid for. */
  PremiumRefunded: { version: 1, data: ofCharge },
} as const;
