import { randomBytes } from 'node:crypto';
import { userOf } from '../chats/person.ts';
import {
  booleanParameter,
  integerParameter,
  isRecord,
  jsonParameter,
  type Parameters,
  textParameter,
} from '../checks/parameters.ts';
import { badRequest } from '../checks/refusal.ts';
import { linkOf, STARS } from '../payments/paying.ts';
import type { Invoice, Payment } from '../payments/payment.ts';
import { type Answer, asTelegram, type Call } from './call.ts';

const MONTH_SECONDS = 2_592_000;
const MOST_STARS = 10_000;
const LONGEST = { title: 32, description: 255, payloadBytes: 128, errorMessage: 200 } as const;
const MOST_TRANSACTIONS = 100;

/** A link to pay in Stars, once or every 30 days. Other currencies need a payment provider, and we know none. */
export function createInvoiceLink({ world, parameters }: Call): Answer {
  const title = textIn(parameters, 'title', LONGEST.title);
  const description = textIn(parameters, 'description', LONGEST.description);
  const payload = textParameter(parameters, 'payload');
  const payloadBytes = Buffer.byteLength(payload);
  if (payloadBytes < 1 || payloadBytes > LONGEST.payloadBytes) throw badRequest('INVOICE_PAYLOAD_INVALID');
  if (textParameter(parameters, 'currency') !== STARS) throw badRequest('CURRENCY_INVALID');
  if (textParameter(parameters, 'provider_token') !== '') throw badRequest('PAYMENT_PROVIDER_INVALID');
  const stars = priceIn(parameters);
  const periodSeconds = integerParameter(parameters, 'subscription_period');
  if (periodSeconds !== undefined && periodSeconds !== MONTH_SECONDS)
    throw badRequest('SUBSCRIPTION_PERIOD_INVALID');
  const slug = randomBytes(16).toString('base64url');
  const base = { slug, title, description, payload, stars };
  const invoice: Invoice = periodSeconds === undefined ? base : { ...base, periodSeconds };
  world.payments.putInvoice(invoice);
  return { result: linkOf(invoice) };
}

function textIn(parameters: Parameters, name: 'title' | 'description', longest: number): string {
  const text = textParameter(parameters, name).trim();
  if (text === '' || [...text].length > longest) throw badRequest(`${name.toUpperCase()}_INVALID`);
  return text;
}

/** In Stars there is one price, and a subscription's is bounded. */
function priceIn(parameters: Parameters): number {
  const prices = jsonParameter(parameters, 'prices', "can't parse prices JSON object");
  if (!Array.isArray(prices) || prices.length !== 1) throw badRequest('STARS_INVOICE_INVALID');
  const [price]: unknown[] = prices;
  if (!isRecord(price) || typeof price.label !== 'string' || price.label === '')
    throw badRequest("can't parse labeled price");
  const { amount } = price;
  const isPossible = Number.isInteger(amount) && typeof amount === 'number' && amount >= 1;
  if (!isPossible) throw badRequest('CURRENCY_TOTAL_AMOUNT_INVALID');
  if (amount > MOST_STARS) throw badRequest('STARS_INVOICE_INVALID');
  return amount;
}

export function answerPreCheckoutQuery({ world, parameters }: Call): Answer {
  const ok = booleanParameter(parameters, 'ok');
  const error = textParameter(parameters, 'error_message');
  if (!ok && (error === '' || error.length > LONGEST.errorMessage)) throw badRequest('ERROR_TEXT_EMPTY');
  const id = textParameter(parameters, 'pre_checkout_query_id');
  if (!world.payments.answer(id, ok ? { ok } : { ok, error }))
    throw badRequest('query is too old and response timeout expired or query ID is invalid');
  return { result: true };
}

/** The bot stops the renewal, or gives the person back the choice; either takes effect at the end of what is paid. */
export function editUserStarSubscription(call: Call): Answer {
  const { world, parameters } = call;
  const payment = paymentInCall(call);
  const subscription = world.payments.subscriptionOf(payment.chargeId);
  if (!subscription) throw badRequest('CHARGE_ID_INVALID');
  const cancelledByBot = booleanParameter(parameters, 'is_canceled');
  world.payments.putSubscription({
    ...subscription,
    cancelledByBot,
    // It is the person who turns it on again, once the bot allows it.
    cancelledByPerson: subscription.cancelledByPerson || subscription.cancelledByBot,
  });
  return { result: true };
}

/** The Stars go back; both sides see a service message of it. */
export function refundStarPayment(call: Call): Answer {
  const { world } = call;
  const payment = paymentInCall(call);
  if (payment.refunded) throw badRequest('CHARGE_ALREADY_REFUNDED');
  world.payments.putPayment({ ...payment, refunded: true });
  const subscription = world.payments.subscriptionOf(payment.chargeId);
  if (subscription) world.payments.putSubscription({ ...subscription, cancelledByBot: true });
  const person = world.chats.person(payment.personId);
  if (person) {
    const message = world.chats.addMessage(person.id, world.bot, {
      refunded_payment: {
        currency: STARS,
        total_amount: payment.stars,
        invoice_payload: payment.payload,
        telegram_payment_charge_id: payment.chargeId,
      },
    });
    world.updates.enqueue('message', asTelegram(world, person, message), person.id);
  }
  return { result: true };
}

function paymentInCall({ world, parameters }: Call): Payment {
  const userId = integerParameter(parameters, 'user_id');
  if (userId === undefined || !world.chats.person(userId)) throw badRequest('USER_ID_INVALID');
  const payment = world.payments.payment(textParameter(parameters, 'telegram_payment_charge_id'));
  if (payment?.personId !== userId) throw badRequest('CHARGE_ID_INVALID');
  return payment;
}

/** What was paid, oldest first; refunds are transactions of their own. */
export function getStarTransactions({ world, parameters }: Call): Answer {
  const offset = integerParameter(parameters, 'offset') ?? 0;
  const limit = integerParameter(parameters, 'limit') ?? MOST_TRANSACTIONS;
  if (offset < 0 || limit < 1 || limit > MOST_TRANSACTIONS) throw badRequest('LIMIT_INVALID');
  const all = world.payments.payments().flatMap((payment) => {
    const { chargeId: id, stars: amount, date, payload, personId, refunded, untilDate } = payment;
    const person = world.chats.person(personId);
    const partner = {
      type: 'user',
      transaction_type: 'invoice_payment',
      user: person && userOf(person),
      invoice_payload: payload,
      ...(untilDate !== undefined && { subscription_period: MONTH_SECONDS }),
    };
    const paid = { id, amount, date, source: partner };
    return refunded ? [paid, { id, amount, date, receiver: partner }] : [paid];
  });
  return { result: { transactions: all.slice(offset, offset + limit) } };
}
