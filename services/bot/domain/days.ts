import { automaticYeses } from '#contracts/automatic-yes.ts';
import { type EpochDay, epochDayOf } from '#contracts/civil-date.ts';
import type { Goal } from '#contracts/habit-events.ts';
import {
  type Entry,
  excusedDays,
  type History,
  historyUntil,
  isAskedFor,
  isLimit,
  repetition,
} from '#contracts/history.ts';
import type { DateRange, LocalDate } from '#contracts/time.ts';
import { entriesOf } from './calendar.ts';
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

/** A habit on a person's date, with their vacations, and what each of its days is. Made by {@link ask}. */
export type Asked = {
  readonly habit: Tracked;
  readonly today: LocalDate;
  readonly vacations: readonly DateRange[];
  /** One after the other, from some days before the first entry to today. */
  readonly days: readonly Day[];
  /** The day of the first entry; today when there is none. */
  readonly first: EpochDay;
  readonly isExcused: (day: EpochDay) => boolean;
};

/** Both included, and in order. */
export type DayRange = { readonly first: EpochDay; readonly last: EpochDay };

/** Looks at every day of a habit once: a history may be of ten thousand days, and a page of statistics asks often. */
export function ask(habit: Tracked, today: LocalDate, vacations: readonly DateRange[]): Asked {
  const last = epochDayOf(today);
  const history = historyUntil(entriesOf(habit.calendar), last);
  const automatic = automaticDays(habit, history);
  const isExcused = excusedDays(vacations, habit.pauses);
  // An interval reaches back before the first entry by less than its own length.
  const begins = history.first - repetition(habit.frequency).days;
  const days = Array.from({ length: last - begins + 1 }, (_, index): Day => {
    const day = begins + index;
    const entry = history.entries[day - history.first];
    return dayOf(entry, { day, isToday: day === last, isBefore: day < history.first }, habit, {
      isAutomatic: automatic.has(day),
      isExcused: isExcused(day),
    });
  });
  return { habit, today, vacations, days, first: history.first, isExcused };
}

/** What each day of a range is. */
export function daysIn({ first, last }: DayRange, { days, today }: Asked): Day[] {
  const [begin, end] = [days[0]?.day ?? 0, epochDayOf(today)];
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index): Day => {
    const day = first + index;
    return days[day - begin] ?? { day, kind: day > end ? 'future' : 'before', share: 0 };
  });
}

/** Every day from the first entry to today. */
export function allDays({ days, first }: Asked): readonly Day[] {
  return days.slice(first - (days[0]?.day ?? first));
}

type Place = { day: EpochDay; isToday: boolean; isBefore: boolean };

function dayOf(
  entry: Entry | undefined,
  { day, isToday, isBefore }: Place,
  { goal, frequency }: Tracked,
  { isAutomatic, isExcused }: { isAutomatic: boolean; isExcused: boolean },
): Day {
  const none = (kind: DayKind): Day => ({ day, kind, share: 0 });
  if (isBefore && !isAutomatic) return none('before');
  if (!isAskedFor(day, frequency)) return none('rest');
  // Loop's rule: a no where the frequency is met all the same breaks nothing.
  if (isAutomatic && !entry) return none('auto');
  if (entry !== undefined) return { day, ...recorded(entry, goal, isToday) };
  if (isExcused) return none('excused');
  if (isToday) return none('open');
  return none(isLimit(goal) ? 'silent' : 'missed');
}

/** Days that need no entry, the frequency being met without them. */
export function automaticDays(
  { goal, frequency }: Tracked,
  { first, entries }: History,
): ReadonlySet<EpochDay> {
  const { times, days } = repetition(frequency);
  if (goal.kind !== 'yesNo' || days === 1) return new Set();
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
