import { z } from 'zod';

/** What a link asks for. `periodSeconds` of a subscription. */
export const invoiceSchema = z.object({
  slug: z.string(),
  title: z.string(),
  description: z.string(),
  payload: z.string(),
  stars: z.int(),
  periodSeconds: z.int().optional(),
});
export type Invoice = z.infer<typeof invoiceSchema>;

/** Stars that a person has paid. Payments of one subscription have its first charge as `subscription`. */
export const paymentSchema = z.object({
  chargeId: z.string(),
  personId: z.int(),
  payload: z.string(),
  stars: z.int(),
  /** Unix seconds. */
  date: z.int(),
  subscription: z.string().optional(),
  /** Unix seconds, of a subscription's payment. */
  untilDate: z.int().optional(),
  refunded: z.boolean(),
});
export type Payment = z.infer<typeof paymentSchema>;

/** A subscription by its first charge. It is renewed unless the person or the bot has cancelled it. */
export const subscriptionSchema = z.object({
  chargeId: z.string(),
  personId: z.int(),
  slug: z.string(),
  cancelledByPerson: z.boolean(),
  cancelledByBot: z.boolean(),
});
export type Subscription = z.infer<typeof subscriptionSchema>;
