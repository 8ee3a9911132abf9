import { z } from 'zod';
import { readInvoicePayload, STARS_CURRENCY } from '#contracts/premium.ts';

/** What Telegram asks before it takes the Stars. */
export const PreCheckoutQuery = z.looseObject({
  id: z.string(),
  from: z.looseObject({ id: z.int(), language_code: z.string().optional() }),
  currency: z.string(),
  total_amount: z.int(),
  invoice_payload: z.string(),
});
export type PreCheckoutQuery = z.infer<typeof PreCheckoutQuery>;

/** Why a person may not pay; the text that they are shown has the code in its key. */
export type PaymentProblem = 'off' | 'other-person' | 'other-price';

/**
 * Whether a payment is for what is sold today. It must be in Stars and for the one who pays, at the price of the configuration.
 * @param price in Stars; undefined when nothing is sold.
 */
export function paymentProblem(
  { from, currency, total_amount: amount, invoice_payload: payload }: PreCheckoutQuery,
  price: number | undefined,
): PaymentProblem | undefined {
  const offer = readInvoicePayload(payload);
  if (price === undefined || !offer || currency !== STARS_CURRENCY) return 'off';
  if (offer.userId !== String(from.id)) return 'other-person';
  return amount === price && offer.stars === price ? undefined : 'other-price';
}
