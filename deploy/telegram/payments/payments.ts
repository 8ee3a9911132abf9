import type { Clock } from '../clock.ts';
import type { Journal, JournalEntry } from '../journal.ts';
import type { Invoice, Payment, Subscription } from './payment.ts';

/** Invoices, payments and subscriptions, and the payments that wait for the bot's word. */
export type Payments = {
  invoice(slug: string): Invoice | undefined;
  payment(chargeId: string): Payment | undefined;
  /** All of them, oldest first. */
  payments(): Payment[];
  /** The one that a charge, its first or a later one, belongs to. */
  subscriptionOf(chargeId: string): Subscription | undefined;
  putInvoice(invoice: Invoice): void;
  putPayment(payment: Payment): void;
  putSubscription(subscription: Subscription): void;
  /** Asks the bot: its answer, or undefined when none came in time. */
  ask(ask: (queryId: string) => void): Promise<PreCheckoutAnswer | undefined>;
  /** The bot's answer. @returns false for a query that is unknown, answered or too old. */
  answer(queryId: string, answer: PreCheckoutAnswer): boolean;
  restore(entry: JournalEntry): void;
  snapshot(): JournalEntry[];
};

export type PreCheckoutAnswer = { ok: true } | { ok: false; error: string };

/** Telegram gives up after this. */
export const PRE_CHECKOUT_MS = 10_000;

type State = {
  invoices: Map<string, Invoice>;
  payments: Map<string, Payment>;
  subscriptions: Map<string, Subscription>;
};

export function createPayments(clock: Clock, journal: () => Journal, preCheckoutMs: number): Payments {
  const state: State = { invoices: new Map(), payments: new Map(), subscriptions: new Map() };

  function put(entry: PaymentEntry): void {
    restore(state, entry);
    journal().append(entry);
  }

  return {
    invoice: (slug) => state.invoices.get(slug),
    payment: (chargeId) => state.payments.get(chargeId),
    payments: () => [...state.payments.values()],
    subscriptionOf: (chargeId) =>
      state.subscriptions.get(state.payments.get(chargeId)?.subscription ?? chargeId),
    putInvoice: (invoice) => put({ kind: 'invoice', invoice }),
    putPayment: (payment) => put({ kind: 'payment', payment }),
    putSubscription: (subscription) => put({ kind: 'subscription', subscription }),
    ...preCheckouts(clock, preCheckoutMs),
    restore: (entry) => {
      if (isPaymentEntry(entry)) restore(state, entry);
    },
    snapshot: () => [
      ...[...state.invoices.values()].map((invoice): JournalEntry => ({ kind: 'invoice', invoice })),
      ...[...state.payments.values()].map((payment): JournalEntry => ({ kind: 'payment', payment })),
      ...[...state.subscriptions.values()].map(
        (subscription): JournalEntry => ({ kind: 'subscription', subscription }),
      ),
    ],
  };
}

type PaymentEntry = Extract<JournalEntry, { kind: 'invoice' | 'payment' | 'subscription' }>;

const isPaymentEntry = (entry: JournalEntry): entry is PaymentEntry =>
  entry.kind === 'invoice' || entry.kind === 'payment' || entry.kind === 'subscription';

function restore(state: State, entry: PaymentEntry): void {
  if (entry.kind === 'invoice') state.invoices.set(entry.invoice.slug, entry.invoice);
  if (entry.kind === 'payment') state.payments.set(entry.payment.chargeId, entry.payment);
  if (entry.kind === 'subscription') state.subscriptions.set(entry.subscription.chargeId, entry.subscription);
}

function preCheckouts(clock: Clock, preCheckoutMs: number): Pick<Payments, 'ask' | 'answer'> {
  const waiting = new Map<string, (answer: PreCheckoutAnswer) => void>();
  // As of callback queries: decimal numbers too large for a double.
  let next = BigInt(Math.floor(clock.wallMs())) * 1_000_000n;
  return {
    async ask(ask) {
      next += 1n;
      const id = String(next);
      const { promise, resolve } = Promise.withResolvers<PreCheckoutAnswer | undefined>();
      waiting.set(id, resolve);
      const timer = setTimeout(resolve, preCheckoutMs, undefined);
      ask(id);
      const answer = await promise;
      clearTimeout(timer);
      waiting.delete(id);
      return answer;
    },
    answer(id, answer) {
      const resolve = waiting.get(id);
      waiting.delete(id);
      resolve?.(answer);
      return resolve !== undefined;
    },
  };
}
