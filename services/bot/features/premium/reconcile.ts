import type { Api } from 'grammy';
import type { StarTransaction } from 'grammy/types';

import { UserId } from '#contracts/ids.ts';
import { readInvoicePayload, SUBSCRIPTION_SECONDS } from '#contracts/premium.ts';
import type { Clock } from '#services/platform/process/clock.ts';
import { type Running, startLoop } from '#services/platform/process/lifecycle.ts';
import type { Log } from '#services/platform/process/log.ts';
import { hasPremium } from '../../domain/premium.ts';
import type { PaymentUpdate } from '../../handle-payment.ts';
import type { People } from '../../people.ts';

export type ReconcilePorts = {
  telegram: Pick<Api, 'getStarTransactions'>;
  people: Pick<People, 'read'>;
  /** Records a payment as if its update had come. */
  record(update: PaymentUpdate, cause: string): Promise<void>;
  clock: Clock;
  log: Log;
};

const HOUR_MS = 3_600_000;
const EVERY_MS = 6 * HOUR_MS;
const RETRY_MS = 600_000;
/** Telegram keeps updates for a day. What is older than these days was looked at before. */
const LOOK_BACK_MS = 7 * 24 * HOUR_MS;
/** A younger payment has its update still on the way. */
const SETTLED_MS = HOUR_MS;
const PAGE = 100;
/** A hundred thousand transactions. */
const MOST_PAGES = 1_000;

/**
 * Compares the last days of Telegram's own list of payments with what was recorded, at the start and every six hours: an update
 * that never came, because nobody took it for longer than Telegram keeps it, is made up for. What is recorded already, or is by
 * another replica meanwhile, is recorded once.
 */
export function reconcilePayments(ports: ReconcilePorts): Running {
  return startLoop(ports.clock, {
    async round(signal) {
      await reconcile(ports, signal);
      return EVERY_MS;
    },
    afterFailure(error) {
      ports.log.warn({ err: error }, 'payments could not be compared with those of Telegram');
      return RETRY_MS;
    },
  });
}

async function reconcile(ports: ReconcilePorts, signal: AbortSignal): Promise<void> {
  for (let page = 0; page < MOST_PAGES && !signal.aborted; page++) {
    const { transactions } = await ports.telegram.getStarTransactions({ offset: page * PAGE, limit: PAGE });
    for (const transaction of transactions) await makeUp(ports, transaction);
    if (transactions.length < PAGE) return;
  }
}

async function makeUp(ports: ReconcilePorts, transaction: StarTransaction): Promise<void> {
  const { id: chargeId, date, amount: stars } = transaction;
  const ageMs = ports.clock.now() - date * 1000;
  const payer = payerIn(transaction);
  if (!payer || ageMs < SETTLED_MS || ageMs > LOOK_BACK_MS) return;
  const { userId, languageCode, isRefund } = payer;
  const { registered, premium } = (await ports.people.read(userId)).account;
  // A person who paid was registered by that. One who is not any more was forgotten, and stays so.
  if (!registered) return;
  const isRefunded = premium.refunded.includes(chargeId);
  const isKnown = isRefunded || (!isRefund && premium.charges.some((charge) => charge.chargeId === chargeId));
  if (isKnown) return;
  ports.log.warn({ userId, chargeId, isRefund }, 'a payment is recorded whose update never came');
  const about = { userId, languageCode, updateId: 0 };
  const untilAt = new Date((date + SUBSCRIPTION_SECONDS) * 1000).toISOString();
  const first = !hasPremium(premium, date * 1000);
  const update: PaymentUpdate = isRefund
    ? { kind: 'refunded', ...about, chargeId, stars }
    : { kind: 'paid', ...about, paid: { chargeId, untilAt, stars, recurring: true, first } };
  await ports.record(update, `stars-${date}`);
}

type Payer = { userId: UserId; languageCode: string | undefined; isRefund: boolean };

/** @returns undefined for what is no payment of a person for what we sell. */
function payerIn({ source, receiver }: StarTransaction): Payer | undefined {
  const partner = source ?? receiver;
  if (partner?.type !== 'user' || !('invoice_payload' in partner)) return undefined;
  if (readInvoicePayload(partner.invoice_payload ?? '') === undefined) return undefined;
  const { id, language_code: languageCode } = partner.user;
  return { userId: UserId.parse(String(id)), languageCode, isRefund: source === undefined };
}
