import { z } from 'zod';
import { UserId } from './ids.ts';

/** Telegram's name of its Stars. Nothing else is taken, since other currencies need a payment provider. */
export const STARS_CURRENCY = 'XTR';

/** Telegram takes a subscription's price every 30 days, and knows no other period. */
export const SUBSCRIPTION_SECONDS = 2_592_000;

/** Telegram's bound for the price of a subscription. */
export const MOST_STARS = 10_000;

/** Telegram's id of a payment in Stars; about a hundred characters. */
export const ChargeId = z.string().min(1).max(256).meta({ title: 'charge id' });

/** Who was offered premium, and for how many Stars every 30 days. */
export type Offer = { userId: UserId; stars: number };

/** What an invoice carries and a payment says back: at most 30 of Telegram's 128 bytes. */
export const invoicePayload = ({ userId, stars }: Offer): string => `premium:${userId}:${stars}`;

/** @returns undefined for a payload that is none of ours. */
export function readInvoicePayload(payload: string): Offer | undefined {
  const [, id, stars] = /^premium:(\d{1,16}):(\d{1,5})$/.exec(payload) ?? [];
  const userId = UserId.safeParse(id);
  return userId.success ? { userId: userId.data, stars: Number(stars) } : undefined;
}
