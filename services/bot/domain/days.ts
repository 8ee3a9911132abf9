import { type EpochDay, epochDayOf } from '#contracts/civil-date.ts';
import type { Goal } from '#contracts/habit-events.ts';
import type { DateRange, LocalDate } from '#contracts/time.ts';
import { automaticYeses } from './automatic-yes.ts';
import type { Entry } from './calendar.ts';
import { excusedDays, historyUntil, isAskedFor, repetition } from './history.ts';
import type { Tracked } from './streak.ts';

/**
 * What a day of a habit is:
 * - `kept`: what was asked for; `partly`: some of an amount; `over`: more than a limit; `missed`: a no, or a silent day in
 *   the past; `silent`: a past day of a limit on which nothing was recorded, which is not counted as kept;
 * - `skipped`, `auto` (needs no entry, the frequency being met without it), `open` (today, nothing recorded yet);
 * - not asked for: `rest` (the habit leaves it out), `excused` (a vacation or a pause), `before` the first entry, `future`.
 */
export type DayKind =
  | 'kept'
  | 'partly'
  | 'over'
  | 'missed'
  | 'silent'
  | 'skipped'
  | 'auto'
  | 'open'
  | 'rest'
  | 'excused'
  | 'before'
  | 'future';

/** `amount` is what was recorded (1 and 0 for yes and no); `share` how much of the goal that is, from 0 to 1. */
export type Day = {
  readonly day: EpochDay;
  readonly kind: DayKind;
  readonly share: number;
  readonly amount?: number;
};

/** A habit on a person's date, with their vacations. */
export type Asked = {
  readonly habit: Tracked;
  readonly today: LocalDate;
  readonly vacations: readonly DateRange[];
};

/** Both included, and in order. */
export type DayRange = { readonly first: EpochDay; readonly last: EpochDay };

/** What each day of a range is. */
export function daysIn({ first, last }: DayRange, { habit, today, vacations }: Asked): Day[] {
  const { goal, frequency, calendar, pauses } = habit;
  const lastDay = epochDayOf(today);
  const history = historyUntil(calendar, lastDay);
  const begun = history.entries.some((entry) => entry !== undefined);
  const isExcused = excusedDays(vacations, pauses);
  const automatic = automaticDays(habit, today);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index): Day => {
    const day = first + index;
    const entry = history.entries[day - history.first];
    const none = (kind: DayKind): Day => ({ day, kind, share: 0 });
    if (day > lastDay) return none('future');
    const isBefore = !begun || day < history.first;
    if (isBefore && day < lastDay && !automatic.has(day)) return none('before');
    if (!isAskedFor(day, frequency)) return none('rest');
    // Loop's rule: a no where the frequency is met all the same breaks nothing.
    if (automatic.has(day) && !entry) return none('auto');
    if (entry !== undefined) return { day, ...recorded(entry, goal, day === lastDay) };
    if (isExcused(day)) return none('excused');
    if (day === lastDay) return none('open');
    return none(isLimit(goal) ? 'silent' : 'missed');
  });
}

/** Every day from the first entry to today. */
export function allDays(asked: Asked): Day[] {
  const last = epochDayOf(asked.today);
  return daysIn({ first: historyUntil(asked.habit.calendar, last).first, last }, asked);
}

/** Days that need no entry, the frequency being met without them; those with a yes are among them. */
export function automaticDays(
  { goal, frequency, calendar }: Tracked,
  today: LocalDate,
): ReadonlySet<EpochDay> {
  const { times, days } = repetition(frequency);
  if (goal.kind !== 'yesNo' || days === 1) return new Set();
  const { first, entries } = historyUntil(calendar, epochDayOf(today));
  const yeses = entries.flatMap((entry, index) => (entry === 1 ? [first + index] : []));
  return automaticYeses(yeses, times, days);
}

function recorded(entry: Entry, goal: Goal, isToday: boolean): Pick<Day, 'kind' | 'share' | 'amount'> {
  if (entry === 'skip') return { kind: 'skipped', share: 0 };
  if (goal.kind === 'yesNo') return { kind: entry > 0 ? 'kept' : 'missed', share: entry, amount: entry };
  if (goal.direction === 'atMost') {
    const isWithin = entry <= goal.target;
    return { kind: isWithin ? 'kept' : 'over', share: isWithin ? 1 : 0, amount: entry };
  }
  if (entry >= goal.target) return { kind: 'kept', share: 1, amount: entry };
  // Today nothing may still become something.
  return { kind: entry > 0 || isToday ? 'partly' : 'missed', share: entry / goal.target, amount: entry };
}

const isLimit = (goal: Goal): goal is Extract<Goal, { kind: 'numeric' }> =>
  goal.kind === 'numeric' && goal.direction === 'atMost';
