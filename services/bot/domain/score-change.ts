import { epochDayOf } from '#contracts/civil-date.ts';
import type { Goal } from '#contracts/habit-events.ts';
import { type Entry, repetition } from '#contracts/history.ts';
import { withEntry } from './calendar.ts';
import { type Asked, type Day, daysIn } from './days.ts';
import { scoreHistory, scoreOn } from './score.ts';

/** Why a day moved the score: what the day is, how much it moved, and for a rarer habit what its last days hold. */
export type ScoreStep = { readonly day: Day; readonly change: number; readonly window?: WindowShare };

/** Yeses in the days that a day's share is taken of, and how many of them are asked for. */
export type WindowShare = { readonly done: number; readonly asked: number; readonly days: number };

export type ScoreChange = {
  readonly value: number;
  readonly today: ScoreStep;
  readonly yesterday: ScoreStep;
  readonly monthAgo: number;
  /** When the habit was: first entered today, within the last 30 days, or before. */
  readonly begun: 'today' | 'lately' | 'long ago';
  /** What the score would be if today were kept; undefined when it is, or when nothing is asked for today. */
  readonly ifKept?: number;
};

const MONTH = 30;

/** Today's score, what today and yesterday did to it, and what today still can do. */
export function scoreChange(asked: Asked): ScoreChange {
  const { habit, today, vacations } = asked;
  const last = epochDayOf(today);
  const history = scoreHistory(habit, today, vacations);
  const days = daysIn({ first: last - 1, last }, asked);
  const stepOf = (day: number): ScoreStep => ({
    day: days[day - last + 1] ?? { day, kind: 'before', share: 0 },
    change: scoreOn(history, day) - scoreOn(history, day - 1),
    ...windowOf(asked, day),
  });
  const value = scoreOn(history, last);
  const todays = stepOf(last);
  const change = {
    value,
    today: todays,
    yesterday: stepOf(last - 1),
    monthAgo: scoreOn(history, last - MONTH),
    begun: begunAt(last - history.first),
  };
  if (!CAN_STILL.has(todays.day.kind)) return change;
  const calendar = withEntry(habit.calendar, today, keeping(habit.goal));
  const kept = scoreHistory({ ...habit, calendar }, today, vacations).values.at(-1) ?? value;
  return { ...change, ifKept: kept };
}

const begunAt = (daysAgo: number): ScoreChange['begun'] =>
  daysAgo <= 0 ? 'today' : daysAgo < MONTH ? 'lately' : 'long ago';

const CAN_STILL: ReadonlySet<Day['kind']> = new Set(['open', 'auto', 'partly', 'missed', 'excused']);

/** The least entry that keeps a day. */
function keeping(goal: Goal): Entry {
  if (goal.kind === 'yesNo') return 1;
  return goal.direction === 'atLeast' ? goal.target : 0;
}

/** Of a yes/no habit asked for less than daily: Loop looks at twice its span. */
function windowOf(asked: Asked, day: number): { window?: WindowShare } {
  const { goal, frequency } = asked.habit;
  const { times, days } = repetition(frequency);
  if (goal.kind !== 'yesNo' || days === 1) return {};
  const done = daysIn({ first: day - 2 * days + 1, last: day }, asked).filter(
    ({ kind }) => kind === 'kept',
  ).length;
  return { window: { done, asked: 2 * times, days: 2 * days } };
}
