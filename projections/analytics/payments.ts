import type { PremiumEvent, RecordedEvent } from '#contracts/events.ts';
import { bulkRows, insertRows } from '../engine/bulk-write.ts';
import type { Queryable } from '../engine/projection.ts';

export type RecordedPremiumEvent = Extract<RecordedEvent, PremiumEvent>;

/** What people paid, and what went back to them. */
export type Charges = {
  granted(userId: string, charge: { chargeId: string; untilAt: string }): void;
  refunded(userId: string, chargeId: string): void;
  /** The latest end of what is paid and was not given back; null where there is none. */
  paidUntil(userId: string): string | null;
};

type Charge = { chargeId: string; untilAt: string };

const ACTIONS = {
  PremiumGranted: 'paid',
  PremiumRefunded: 'refunded',
  PremiumCancelled: 'cancelled',
  PremiumResumed: 'resumed',
} as const;

/** Charges of the people whom payments of a batch concern, as they were before it. */
export async function chargesBefore(
  db: Queryable,
  payments: readonly RecordedPremiumEvent[],
): Promise<Charges> {
  const charges = openCharges();
  if (payments.length === 0) return charges;
  const { from, values } = bulkRows(new Set(payments.map(({ userId }) => userId)), {
    user_id: ['bigint', (userId) => userId],
  });
  const { rows } = await db.query<{ userId: string; action: string; chargeId: string; untilAt: string }>(
    `SELECT user_id AS "userId", action, charge_id AS "chargeId", until_at::text AS "untilAt"
     FROM ${from} JOIN fact_payments USING (user_id) WHERE action IN ('paid', 'refunded')`,
    values,
  );
  for (const { userId, action, ...charge } of rows) {
    if (action === 'paid') charges.granted(userId, charge);
    else charges.refunded(userId, charge.chargeId);
  }
  return charges;
}

function openCharges(): Charges {
  const granted = new Map<string, Charge[]>();
  const refunded = new Set<string>();
  return {
    granted(userId, charge) {
      granted.set(userId, [...(granted.get(userId) ?? []), charge]);
    },
    refunded(userId, chargeId) {
      refunded.add(`${userId}/${chargeId}`);
    },
    paidUntil(userId) {
      const paid = (granted.get(userId) ?? []).filter(
        ({ chargeId }) => !refunded.has(`${userId}/${chargeId}`),
      );
      const latest = paid.toSorted((a, b) => Date.parse(b.untilAt) - Date.parse(a.untilAt))[0];
      return latest?.untilAt ?? null;
    },
  };
}

export async function writePayments(db: Queryable, payments: readonly RecordedPremiumEvent[]): Promise<void> {
  const granted = (event: RecordedPremiumEvent) => (event.type === 'PremiumGranted' ? event.data : undefined);
  await insertRows(db, 'fact_payments', payments, {
    sequence: ['bigint', (event) => event.sequence],
    user_id: ['bigint', (event) => event.userId],
    action: ['text', (event) => ACTIONS[event.type]],
    charge_id: ['text', (event) => event.data.chargeId],
    happened_at: ['timestamptz', (event) => event.at],
    stars: ['bigint', (event) => granted(event)?.stars],
    until_at: ['timestamptz', (event) => granted(event)?.untilAt],
    recurring: ['boolean', (event) => granted(event)?.recurring],
    first: ['boolean', (event) => granted(event)?.first],
  });
}
