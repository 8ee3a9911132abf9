import { dateOf, epochDayOf } from '#contracts/civil-date.ts';
import type { AccountEvent, HabitEvent, RecordedEvent } from '#contracts/events.ts';
import type { LocalDate } from '#contracts/time.ts';
import * as account from '#services/bot/domain/account.ts';
import { entriesOf } from '#services/bot/domain/calendar.ts';
import { type Asked, ask } from '#services/bot/domain/days.ts';
import * as habit from '#services/bot/domain/habit-state.ts';
import { quotaOf, spansOf } from '#services/bot/domain/spans.ts';
import { streak } from '#services/bot/domain/streak.ts';
import { localDateAt } from '#services/platform/local-time/local-time.ts';

/*
 * What the bot's own domain says of people after their events: the rule that the views of analytics are compared with.
 */

type Row = Record<string, unknown>;
type ToldHabit = { userId: string; habitId: string; state: habit.State; endedAt: string | undefined };
type People = { accounts: Map<string, account.State>; habits: Map<string, ToldHabit> };

function tell(events: readonly RecordedEvent[]): People {
  const accounts = new Map<string, account.State>();
  const habits = new Map<string, ToldHabit>();
  for (const event of events) {
    const { userId, aggregateId } = event;
    if (aggregateId === 'account') {
      const before = accounts.get(userId) ?? account.initialState();
      accounts.set(userId, account.evolve(before, event as AccountEvent));
      continue;
    }
    const key = `${userId}/${aggregateId}`;
    const before = habits.get(key) ?? {
      ...{ userId, habitId: aggregateId, endedAt: undefined },
      state: habit.initialState(),
    };
    habits.set(key, told(before, event));
  }
  return { accounts, habits };
}

/** A deleted habit is looked at as it was on the day it was deleted. */
function told(before: ToldHabit, event: RecordedEvent): ToldHabit {
  const ends = event.type === 'HabitArchived' || event.type === 'HabitDeleted';
  const endedAt = ends ? (before.endedAt ?? event.at) : before.endedAt;
  if (event.type === 'HabitDeleted') return { ...before, endedAt };
  const state = habit.evolve(before.state, event as HabitEvent);
  return { ...before, state, endedAt: event.type === 'HabitRestored' ? undefined : endedAt };
}

/** Rows of the views that follow the bot's rule, by their names. `nowMs` is the latest instant that the log tells of. */
export function toldByTheDomain(events: readonly RecordedEvent[], nowMs: number): Record<string, Row[]> {
  const { accounts, habits } = tell(events);
  const rows: Record<string, Row[]> = { habit_days: [], habit_periods: [], habit_streaks: [] };
  for (const { userId, habitId, state, endedAt } of habits.values()) {
    const { timezone, dayStartsAt, vacations } = accounts.get(userId) ?? account.initialState();
    const dateAt = (ms: number): LocalDate => localDateAt(ms, timezone ?? 'UTC', dayStartsAt);
    const today = dateAt(nowMs);
    const ended = endedAt && dateAt(Date.parse(endedAt));
    const last = ended && ended < today ? ended : today;
    const [first] = [...entriesOf(state.calendar)][0] ?? [];
    if (first === undefined || first > epochDayOf(last)) continue;
    const asked = ask(state, last, vacations);
    const key = { user_id: Number(userId), habit_id: habitId };
    const asking = daysOf(asked, key);
    rows.habit_days?.push(...asking);
    rows.habit_periods?.push(...periodsOf(asked, key));
    const { current, best } = streak(state, last, vacations);
    if (asking.length > 0) rows.habit_streaks?.push({ ...key, current_days: current, best_days: best });
  }
  return rows;
}

const UNASKED = new Set(['rest', 'before', 'future']);

function daysOf({ days }: Asked, key: Row): Row[] {
  return days
    .filter(({ kind }) => !UNASKED.has(kind))
    .map(({ day, kind }) => ({ ...key, on_date: dateOf(day), kind }));
}

function periodsOf(asked: Asked, key: Row): Row[] {
  const quota = quotaOf(asked.habit.frequency);
  if (!quota) return [];
  return spansOf(asked, quota).map(({ range, verdict }) => ({
    ...key,
    period: quota.span,
    period_from: dateOf(range.first),
    wanted: quota.times,
    verdict,
  }));
}
