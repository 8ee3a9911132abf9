import type { RecordedEvent } from '#contracts/events.ts';

type Row = Record<string, unknown>;

export const habitKey = ({ userId, aggregateId }: RecordedEvent): Row => ({
  ...{ user_id: Number(userId), habit_id: aggregateId },
});

/** Snoozes, vacations, pauses and payments: a row for each event, and what later ones say of it. */
export function absencesAndPayments(events: readonly RecordedEvent[]): Record<string, Row[]> {
  const facts: Record<string, Row[]> = {
    fact_snoozes: [],
    fact_vacations: [],
    fact_pauses: [],
    fact_payments: [],
  };
  const payments: Record<string, string> = {
    ...{ PremiumGranted: 'paid', PremiumRefunded: 'refunded' },
    ...{ PremiumCancelled: 'cancelled', PremiumResumed: 'resumed' },
  };
  for (const event of events) {
    const { sequence, at, type, data } = event;
    const own = { sequence, user_id: Number(event.userId) };
    const action = payments[type];
    if (action !== undefined && 'chargeId' in data)
      facts.fact_payments?.push({ ...own, action, charge_id: data.chargeId, happened_at: at });
    if (type === 'ReminderSnoozed')
      facts.fact_snoozes?.push({ ...own, ...habitKey(event), on_date: data.on, until_at: data.untilAt });
    if (type === 'VacationPlanned')
      facts.fact_vacations?.push({ ...own, from_date: data.from, to_date: data.to, cancelled_on: null });
    if (type === 'VacationCancelled') end(facts.fact_vacations, own.user_id, data.on);
    if (type === 'HabitPaused')
      facts.fact_pauses?.push({
        ...{
          ...own,
          ...habitKey(event),
          from_date: data.on,
          until_date: data.until ?? null,
          resumed_on: null,
        },
      });
    if (type === 'HabitResumed') {
      const last = facts.fact_pauses?.findLast(
        (pause) => pause.user_id === own.user_id && pause.habit_id === event.aggregateId,
      );
      if (last) last.resumed_on = earlier(last.resumed_on, data.on);
    }
  }
  return facts;
}

const earlier = (before: unknown, on: string): string =>
  typeof before === 'string' && before < on ? before : on;

/** Cancels what lasts until the date or longer. */
function end(vacations: Row[] | undefined, userId: number, on: string): void {
  for (const vacation of vacations ?? []) {
    if (vacation.user_id !== userId || String(vacation.to_date) < on) continue;
    vacation.cancelled_on = earlier(vacation.cancelled_on, on);
  }
}
