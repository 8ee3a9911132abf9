import { z } from 'zod';
import type { EventDefinition } from './event-definition.ts';
import { ChargeId } from './premium.ts';
import { Instant } from './time.ts';

const ofSubscription = z.object({
  chargeId: ChargeId.describe('Of the payment that began the subscription.'),
});

/** What can happen to a person's premium, among the events of the account. */
export const premiumEvents = {
  PremiumGranted: {
    version: 1,
    meaning:
      'Telegram said that the person paid in Stars: they have premium until `untilAt`. It happens once for a charge, and every ' +
      'month of a subscription is a charge of its own.',
    data: z.object({
      chargeId: ChargeId.describe("Telegram's id of the payment."),
      untilAt: Instant.describe('When what was paid for ends.'),
      stars: z.int().positive().describe('What was paid.').meta({ 'x-unit': 'Telegram Stars' }),
      recurring: z.boolean().describe('True for a month of a subscription.'),
      first: z
        .boolean()
        .describe(
          'True for the payment that began the subscription; the next ones Telegram takes by itself.',
        ),
    }),
    versions: [{ since: '2026-11-25' }],
  },
  PremiumCancelled: {
    version: 1,
    meaning: 'No further month of the subscription is taken. What is paid stays until it ends.',
    data: ofSubscription,
    versions: [{ since: '2026-11-25' }],
  },
  PremiumResumed: {
    version: 1,
    meaning: 'The person may turn the renewal on again, in Telegram. It is no payment.',
    data: ofSubscription,
    versions: [{ since: '2026-11-25' }],
  },
  PremiumRefunded: {
    version: 1,
    meaning: 'The Stars of a payment went back, and with them what they had paid for.',
    data: z.object({ chargeId: ChargeId.describe('Of the payment that was given back.') }),
    versions: [{ since: '2026-11-25' }],
  },
} as const satisfies Record<string, EventDefinition>;
