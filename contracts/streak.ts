import { automaticYeses } from './automatic-yes.ts';
import { type EpochDay, epochDayOf } from './civil-date.ts';
import type { Frequency, Goal } from './habit-events.ts';
import {
  type Entry,
  excusedDays,
  type History,
  historyUntil,
  isAskedFor,
  type Pause,
  repetition,
} from './history.ts';
import type { DateRange, LocalDate } from './time.ts';

/** Lengths in days asked for: of the streak that today continues or still can continue, and of the longest one. */
export type Streak = {
  readonly current: number;
  readonly best: number;
  /** The last day that broke one; undefined where none did. */
  readonly brokenOn: EpochDay | undefined;
};

/** `dated`: its entries, oldest first. */
export type TrackedDays = {
  readonly goal: Goal;
  readonly frequency: Frequency;
  readonly dated: Iterable<readonly [EpochDay, Entry]>;
  readonly pauses?: readonly Pause[] | undefined;
};

/** `open`: not kept yet, and while the day is today it still can be. */
type Verdict = 'kept' | 'open' | 'missed';

/**
 * Consecutive days kept, as Loop counts them: yeses, automatic yeses, and skips (also of a numeric habit, where Loop
 * compares the skip's internal code with the target). A today without an entry does not break the streak, nor
 * does an amount that can still grow to its target. Days of vacations and pauses without an entry neither count nor
 * break it.
 */
export function streakIn(
  { goal, frequency, dated, pauses }: TrackedDays,
  today: LocalDate,
  vacations: readonly DateRange[] = [],
): Streak {
  const last = epochDayOf(today);
  const history = historyUntil(dated, last);
  const { times, days } = repetition(frequency);
  const automatic =
    goal.kind === 'yesNo' && days > 1 ? automaticYeses(yesesOf(history), times, days) : NO_DAYS;
  const isExcused = excusedDays(vacations, pauses);
  let current = 0;
  let best = 0;
  let brokenOn: EpochDay | undefined;
  // An interval reaches back before the first entry by less than its own length.
  for (let day = history.first - days; day <= last; day++) {
    if (!isAskedFor(day, frequency)) continue;
    const entry = history.entries[day - history.first];
    const verdict = automatic.has(day) ? 'kept' : verdictOn(entry, goal);
    if (verdict === 'open' && entry === undefined && isExcused(day)) continue;
    if (verdict === 'kept') current++;
    else if (verdict === 'missed' || day < last) [current, brokenOn] = [0, day];
    best = Math.max(best, current);
  }
  return { current, best, brokenOn };
}

const NO_DAYS: ReadonlySet<number> = new Set();

function yesesOf({ first, entries }: History): number[] {
  return entries.flatMap((entry, index) => (entry === 1 ? [first + index] : []));
}

function verdictOn(entry: Entry | undefined, goal: Goal): Verdict {
  if (entry === undefined) return 'open';
  if (entry === 'skip') return 'kept';
  if (goal.kind === 'yesNo') return entry > 0 ? 'kept' : 'missed';
  if (goal.direction === 'atMost') return entry <= goal.target ? 'kept' : 'missed';
  return entry >= goal.target ? 'kept' : 'open';
}
