import { randomBytes } from 'node:crypto';
import { asTelegram } from '../bot-api/call.ts';
import { type Person, userOf } from '../chats/person.ts';
import { telegramDate } from '../clock.ts';
import { Impossible } from '../control/act.ts';
import type { World } from '../world.ts';
import type { Invoice, Payment } from './payment.ts';

/** What a person sees of a try to pay: the charge, or why there is none. */
export type PayOutcome = { paid: true; chargeId: string } | { paid: false; error: string };

const LINK = /^https:\/\/t\.me\/\$([\w-]+)$/;
/** The only currency without a payment provider. */
export const STARS = 'XTR';

export const linkOf = ({ slug }: Invoice): string => `https://t.me/$${slug}`;

/**
 * Opens an invoice link and pays, as the person would: the bot is asked first, within ten seconds. A person who never
 * started the bot may pay too. Throws Impossible for what is no link of ours, and for a second subscription by the same link.
 */
export async function pay(world: World, person: Person, link: string): Promise<PayOutcome> {
  const invoice = world.payments.invoice(LINK.exec(link)?.[1] ?? '');
  if (!invoice) throw new Impossible(`there is no invoice ${link}`);
  const { slug, payload, stars } = invoice;
  const isSubscribed = world.payments.payments().some(({ chargeId, personId, untilDate = 0, refunded }) => {
    const subscription = world.payments.subscriptionOf(chargeId);
    const isSame = subscription?.slug === slug && personId === person.id;
    return isSame && !refunded && untilDate > telegramDate(world.clock);
  });
  if (isSubscribed) throw new Impossible(`${person.first_name} has this subscription already`);
  const answer = await world.payments.ask((id) =>
    world.updates.enqueue(
      'pre_checkout_query',
      { id, from: userOf(person), currency: STARS, total_amount: stars, invoice_payload: payload },
      person.id,
    ),
  );
  if (!answer) return { paid: false, error: 'the bot did not answer in time' };
  if (!answer.ok) return { paid: false, error: answer.error };
  const chargeId = newChargeId();
  if (invoice.periodSeconds === undefined) charge(world, person, invoice, { chargeId });
  else {
    const { periodSeconds } = invoice;
    const cancelled = { cancelledByPerson: false, cancelledByBot: false };
    world.payments.putSubscription({ chargeId, personId: person.id, slug, ...cancelled });
    const untilDate = telegramDate(world.clock) + periodSeconds;
    charge(world, person, invoice, { chargeId, subscription: chargeId, untilDate });
  }
  return { paid: true, chargeId };
}

/** The next month of a subscription, taken by Telegram without asking anybody. Throws Impossible when it does not go on. */
export function renew(world: World, person: Person, subscriptionId: string): { chargeId: string } {
  const subscription = world.payments.subscriptionOf(subscriptionId);
  const invoice = subscription && world.payments.invoice(subscription.slug);
  if (subscription?.personId !== person.id || invoice?.periodSeconds === undefined)
    throw new Impossible(`${person.first_name} has no such subscription`);
  if (subscription.cancelledByBot || subscription.cancelledByPerson)
    throw new Impossible('the subscription was cancelled');
  const before = world.payments.payments().filter((each) => each.subscription === subscription.chargeId);
  const untilDate = Math.max(...before.map((each) => each.untilDate ?? 0)) + invoice.periodSeconds;
  const chargeId = newChargeId();
  charge(world, person, invoice, { chargeId, subscription: subscription.chargeId, untilDate });
  return { chargeId };
}

/** The person stops or allows the renewal in Telegram's own settings; the bot is told, but not of which charge. */
export function cancelAsPerson(
  world: World,
  person: Person,
  subscriptionId: string,
  cancelled: boolean,
): void {
  const subscription = world.payments.subscriptionOf(subscriptionId);
  if (subscription?.personId !== person.id)
    throw new Impossible(`${person.first_name} has no such subscription`);
  if (!cancelled && subscription.cancelledByBot) throw new Impossible('the bot has cancelled it');
  world.payments.putSubscription({ ...subscription, cancelledByPerson: cancelled });
  const invoice_payload = world.payments.invoice(subscription.slug)?.payload ?? '';
  const state = cancelled ? 'canceled' : 'active';
  world.updates.enqueue('subscription', { user: userOf(person), invoice_payload, state }, person.id);
}

function charge(
  world: World,
  person: Person,
  { payload, stars }: Invoice,
  part: Pick<Payment, 'chargeId' | 'subscription' | 'untilDate'>,
): void {
  const { id: personId } = person;
  const { chargeId, subscription, untilDate } = part;
  const date = telegramDate(world.clock);
  world.payments.putPayment({ personId, payload, stars, date, refunded: false, ...part });
  // The payment is a message of theirs in the chat, so the bot may write there from now on.
  if (!person.started) world.chats.changePerson(person.id, { started: true });
  const message = world.chats.addMessage(person.id, userOf(person), {
    successful_payment: {
      currency: STARS,
      total_amount: stars,
      invoice_payload: payload,
      telegram_payment_charge_id: chargeId,
      provider_payment_charge_id: `${personId}_${chargeId.length}`,
      ...(untilDate !== undefined && { subscription_expiration_date: untilDate, is_recurring: true }),
      ...(subscription === chargeId && { is_first_recurring: true }),
    },
  });
  world.updates.enqueue('message', asTelegram(world, person, message), person.id);
}

/** Telegram's are about this long. */
const newChargeId = (): string => `stx${randomBytes(72).toString('base64url')}`;
