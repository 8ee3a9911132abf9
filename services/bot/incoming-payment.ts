import { z } from 'zod';
import { UserId } from '#contracts/ids.ts';
import { ChargeId, readInvoicePayload, STARS_CURRENCY, SUBSCRIPTION_SECONDS } from '#contracts/premium.ts';

/** What Telegram says of Stars in a private chat. `paid` is the data of the command that grants premium. */
export type IncomingPayment =
  | {
      kind: 'paid';
      userId: UserId;
      paid: { chargeId: string; untilAt: string; stars: number; recurring: boolean; first: boolean };
    }
  | { kind: 'refunded'; userId: UserId; chargeId: string; stars: number };

/** What a person did about the renewal in Telegram's own settings. */
export type IncomingRenewal = { kind: 'renewal'; userId: UserId; renewed: boolean };

/** Since Bot API 10.2. It names no charge. */
export const SubscriptionChange = z.looseObject({
  user: z.looseObject({ id: z.int().positive() }),
  invoice_payload: z.string(),
  state: z.string(),
});

/** @returns undefined for a month that could not be paid, which ends by itself, and for what we do not sell. */
export function readRenewal(change: z.infer<typeof SubscriptionChange>): IncomingRenewal | undefined {
  const { user, invoice_payload: payload, state } = change;
  const isChoice = state === 'canceled' || state === 'active';
  if (!isChoice || readInvoicePayload(payload) === undefined) return undefined;
  return { kind: 'renewal', userId: UserId.parse(String(user.id)), renewed: state === 'active' };
}

const money = {
  currency: z.string(),
  total_amount: z.int().positive(),
  telegram_payment_charge_id: ChargeId,
};

/** The parts of a message that tell of a payment. */
export const PaymentFields = {
  date: z.int().optional(),
  successful_payment: z
    .looseObject({
      ...money,
      subscription_expiration_date: z.int().optional(),
      is_recurring: z.boolean().optional(),
      is_first_recurring: z.boolean().optional(),
    })
    .optional(),
  refunded_payment: z.looseObject(money).optional(),
} as const;

type PaymentMessage = { chat: { id: number } } & {
  [K in keyof typeof PaymentFields]?: z.infer<(typeof PaymentFields)[K]>;
};

/**
 * Money that was taken counts, whatever the invoice said and whatever is sold by now. A payment without an end, which no
 * subscription has, is good for 30 days.
 * @returns undefined for a message that tells of no Stars.
 */
export function readPayment(message: PaymentMessage): IncomingPayment | undefined {
  const { chat, date = 0, successful_payment: paid, refunded_payment: refunded } = message;
  if (refunded?.currency === STARS_CURRENCY)
    return {
      kind: 'refunded',
      userId: UserId.parse(String(chat.id)),
      chargeId: refunded.telegram_payment_charge_id,
      stars: refunded.total_amount,
    };
  if (paid?.currency !== STARS_CURRENCY) return undefined;
  const untilS = paid.subscription_expiration_date ?? date + SUBSCRIPTION_SECONDS;
  return {
    kind: 'paid',
    userId: UserId.parse(String(chat.id)),
    paid: {
      chargeId: paid.telegram_payment_charge_id,
      untilAt: new Date(untilS * 1000).toISOString(),
      stars: paid.total_amount,
      recurring: paid.is_recurring ?? false,
      first: paid.is_first_recurring ?? !paid.is_recurring,
    },
  };
}
