import { DIGEST } from '#contracts/ids.ts';
import type { RecordedDelivery } from '#projections/engine/delivery.ts';
import type { Act } from './acts.ts';
import { groups, round4 } from './grouping.ts';
import type { Versions } from './recomputed-versions.ts';

/*
 * Which reminders were answered, and which of them work.
 */

type Row = Record<string, unknown>;
type Answered = Row & {
  at: string;
  tier: string;
  window_minutes: number;
  settled_at: number;
  answered_at: number | null;
};

const MINUTE_MS = 60_000;
const SOON_MS = 2 * 60 * MINUTE_MS;

/** @param acts those that answer. */
export function answers(
  acts: readonly Act[],
  deliveries: readonly RecordedDelivery[],
  versions: Versions,
): Answered[] {
  const sent = deliveries
    .filter(({ outcome }) => outcome === 'delivered')
    .flatMap(({ userId, at, occurrences, tier, minute }) =>
      occurrences.map((each) => ({ ...each, userId, sentAt: at, tier, dueMs: minute * MINUTE_MS })),
    )
    .filter(({ habitId }) => habitId !== DIGEST);
  const answered = new Map<unknown, string>();
  for (const act of acts) {
    const before = sent.filter(
      (each) =>
        each.userId === act.userId &&
        each.habitId === act.habitId &&
        each.on === act.on &&
        each.sentAt <= act.at,
    );
    const latest = before.toSorted((a, b) => (a.sentAt < b.sentAt ? 1 : -1))[0];
    const isSoon = latest && Date.parse(act.at) - Date.parse(latest.sentAt) <= SOON_MS;
    if (isSoon && !answered.has(latest)) answered.set(latest, act.at);
  }
  return sent.map((each) => ({
    ...{ user_id: Number(each.userId), habit_id: each.habitId, on_date: each.on, at: `${each.at}:00` },
    ...{ due_at: each.dueMs, snoozed: each.snoozed === true, tier: each.tier },
    settled_at: Date.parse(each.sentAt),
    window_minutes: windowOf(each, versions),
    answered_at: answered.has(each) ? Date.parse(answered.get(each) ?? '') : null,
  }));
}

type Sent = { userId: string; habitId: string; at: string; dueMs: number };

/** As the habit had it when the reminder was due. */
function windowOf({ userId, habitId, at, dueMs }: Sent, { habits }: Versions): number {
  const then = habits.find(
    ({ key, fromMs, toMs }) =>
      key.user_id === Number(userId) &&
      key.habit_id === habitId &&
      fromMs <= dueMs &&
      (toMs === null || toMs > dueMs),
  );
  return then?.state.state.reminders.find((reminder) => reminder.at === at)?.windowMinutes ?? 0;
}

/** By hour, and by tier and window. */
export function effects(reminded: readonly Answered[]): Record<string, Row[]> {
  const byHour = groups(reminded, ({ at }) => String(Number(at.slice(0, 2))));
  const byTier = groups(reminded, ({ tier, window_minutes }) => JSON.stringify({ tier, window_minutes }));
  return {
    reminder_effect: [...byHour].map(([hour, own]) => ({ local_hour: Number(hour), ...effectOf(own) })),
    reminder_effectiveness: [...byTier].map(([key, own]) => ({ ...JSON.parse(key), ...effectOf(own) })),
  };
}

function effectOf(own: readonly Answered[]): Row {
  const minutes = own
    .flatMap(({ answered_at, settled_at }) =>
      answered_at === null ? [] : [(answered_at - settled_at) / MINUTE_MS],
    )
    .sort((a, b) => a - b);
  const [low, high] = [minutes[(minutes.length - 1) >> 1], minutes[minutes.length >> 1]];
  return {
    delivered: own.length,
    answered: minutes.length,
    answered_share: round4(minutes.length / own.length),
    median_minutes_to_answer: low === undefined || high === undefined ? null : (low + high) / 2,
  };
}
