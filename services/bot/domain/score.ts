import { type EpochDay, epochDayOf } from '#contracts/civil-date.ts';
import type { Goal } from '#contracts/habit-events.ts';
import { type Entry, excusedDays, historyUntil, isAskedFor, repetition } from '#contracts/history.ts';
import type { DateRange, LocalDate } from '#contracts/time.ts';
import { entriesOf } from './calendar.ts';
import type { Tracked } from './streak.ts';

/** Strength of a habit from 0 to 1: after today, and as it was before today. The difference is today's change. */
export type Score = { readonly value: number; readonly before: number };

/** {@link Score}s after each day from day `first`, the oldest entry's, to today; `initial` is what they begin from. */
export type ScoreHistory = {
  readonly first: EpochDay;
  readonly values: readonly number[];
  readonly initial: number;
};

export function score(habit: Tracked, today: LocalDate, vacations: readonly DateRange[] = []): Score {
  const { values, initial } = scoreHistory(habit, today, vacations);
  return { value: values.at(-1) ?? initial, before: values.at(-2) ?? initial };
}

/** The strength after a day; before the first entry it is what it begins from. */
export function scoreOn({ first, values, initial }: ScoreHistory, day: EpochDay): number {
  return values[Math.min(day - first, values.length - 1)] ?? initial;
}

/**
 * Loop's score: every day from the oldest entry moves it towards the share of the goal reached in the last days, the
 * slower the rarer the habit. A skip leaves it as it was, and so do days of vacations and pauses without an entry. An
 * automatic yes is no repetition. Times a calendar week or month count as times in any 7 or 30 days.
 */
export function scoreHistory(
  { goal, frequency, calendar, pauses }: Tracked,
  today: LocalDate,
  vacations: readonly DateRange[] = [],
): ScoreHistory {
  const history = historyUntil(entriesOf(calendar), epochDayOf(today));
  const { times, days } = repetition(frequency);
  const kept = 0.5 ** (Math.sqrt(times / days) / 13);
  const reached = shareReached(goal, times, days);
  const isExcused = excusedDays(vacations, pauses);
  const initial = goal.kind === 'numeric' && goal.direction === 'atMost' ? 1 : 0;
  let value = initial;
  const values = history.entries.map((entry, index) => {
    const day = history.first + index;
    if (!isAskedFor(day, frequency) || (entry === undefined && isExcused(day))) return value;
    const share = reached(entry);
    if (entry !== 'skip') value = value * kept + share * (1 - kept);
    return value;
  });
  return { first: history.first, values, initial };
}

/** Takes the entries day by day, and says after each which share (0 to 1) of the goal the last days reached. */
function shareReached(goal: Goal, times: number, days: number): (entry: Entry | undefined) => number {
  if (goal.kind === 'numeric') {
    const sum = rollingSum(days);
    return (entry) => numericShare(goal, sum(amountIn(entry)) / 1000);
  }
  // Rarer than daily: twice the span, so that a weekly habit may move between weekdays.
  const factor = days > times ? 2 : 1;
  const sum = rollingSum(days * factor);
  return (entry) => Math.min(1, sum(entry === 1 ? 1 : 0) / (times * factor));
}

function numericShare({ direction, target }: Goal & { kind: 'numeric' }, sum: number): number {
  if (direction === 'atLeast') return target > 0 ? Math.min(1, sum / target) : 1;
  if (target > 0) return Math.min(1, Math.max(0, 1 - (sum - target) / target));
  return sum > 0 ? 0 : 1;
}

/** In whole thousandths, as Loop keeps them: a rolling sum of fractions would drift. A skip adds nothing. */
const amountIn = (entry: Entry | undefined): number =>
  typeof entry === 'number' ? Math.round(entry * 1000) : 0;

function rollingSum(days: number): (amount: number) => number {
  const window: number[] = [];
  let sum = 0;
  let next = 0;
  return (amount) => {
    sum += amount - (window[next] ?? 0);
    window[next] = amount;
    next = (next + 1) % days;
    return sum;
  };
}
