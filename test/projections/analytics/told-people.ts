import { dateOf, epochDayOf, weekdayOf } from '#contracts/civil-date.ts';
import type { AccountEvent, HabitEvent, RecordedEvent } from '#contracts/events.ts';
import { repetition } from '#contracts/history.ts';
import type { LocalDate } from '#contracts/time.ts';
import * as account from '#services/bot/domain/account.ts';
import { entriesOf } from '#services/bot/domain/calendar.ts';
import { type Asked, ask, type DayKind } from '#services/bot/domain/days.ts';
import * as habit from '#services/bot/domain/habit-state.ts';
import { quotaOf, spanAround, spansOf } from '#services/bot/domain/spans.ts';
import { streak } from '#services/bot/domain/streak.ts';
import { summaryOf } from '#services/bot/domain/summary.ts';
import { localDateAt } from '#services/platform/local-time/local-time.ts';
import { groups, round4 } from './grouping.ts';

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
  const rows = {
    habit_days: [] as Told[],
    habit_periods: [] as Row[],
    habit_streaks: [] as Row[],
    habit_rules: [] as Row[],
    habit_tallies: [] as Row[],
  };
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
    rows.habit_days.push(...asking);
    rows.habit_periods.push(...periodsOf(asked, key));
    rows.habit_rules.push({ ...key, ...ruleOf(asked), first_on: dateOf(first), last_on: last });
    rows.habit_tallies.push(...talliesOf(asked, key));
    const { current, best } = streak(state, last, vacations);
    if (asking.length > 0) rows.habit_streaks.push({ ...key, current_days: current, best_days: best });
  }
  const clocks = [...accounts].map(([userId, { timezone, dayStartsAt }]) => ({
    ...{ user_id: Number(userId), timezone, day_starts_at: `${dayStartsAt}:00` },
    today: localDateAt(nowMs, timezone ?? 'UTC', dayStartsAt),
  }));
  const streaks = groups(rows.habit_streaks, ({ current_days }) => String(current_days));
  return {
    ...rows,
    user_clocks: clocks,
    streak_distribution: [...streaks].map(([days, own]) => ({
      ...{ current_days: Number(days), habits: own.length },
      users: new Set(own.map(({ user_id }) => user_id)).size,
    })),
    completion_by_day: completion(rows.habit_days, ({ on_date }) => ({ on_date })),
    completion_by_weekday: completion(rows.habit_days, ({ on_date }) => ({
      weekday: weekdayOf(epochDayOf(on_date)),
    })),
  };
}

const UNASKED = new Set(['rest', 'before', 'future']);

type Told = Row & { on_date: LocalDate; kind: DayKind; is_asked_alone: boolean };

function daysOf({ days, habit: { frequency } }: Asked, key: Row): Told[] {
  const is_asked_alone = repetition(frequency).days === 1;
  return days
    .filter(({ kind }) => !UNASKED.has(kind))
    .map(({ day, kind }) => ({ ...key, on_date: dateOf(day), kind, is_asked_alone }));
}

function ruleOf({ habit: { goal, frequency } }: Asked): Row {
  const { times, days } = repetition(frequency);
  return { goal: goal.kind, frequency: frequency.kind, every_times: times, every_days: days };
}

/** "17 of 25" of each month, as /stats has it, from that of the first day that is told of. */
function talliesOf(asked: Asked, key: Row): Row[] {
  const told = asked.days.filter(({ kind }) => !UNASKED.has(kind));
  const months = new Set(told.map(({ day }) => spanAround('month', day).first));
  return [...months].map((first) => {
    const { tally } = summaryOf(spanAround('month', first), asked, 'month');
    return { ...key, month: dateOf(first), kept: tally.kept, asked: tally.asked, counted_in: tally.in };
  });
}

function completion(told: readonly Told[], of: (day: Told) => Row): Row[] {
  const counted = told.filter((day) => day.is_asked_alone && COUNTED.has(day.kind));
  return [...groups(counted, (day) => JSON.stringify(of(day)))].map(([name, own]) => {
    const kept = own.filter(({ kind }) => kind === 'kept').length;
    return { ...JSON.parse(name), kept, asked: own.length, completion: round4(kept / own.length) };
  });
}

const COUNTED: ReadonlySet<DayKind> = new Set(['kept', 'partly', 'over', 'missed', 'silent']);

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
