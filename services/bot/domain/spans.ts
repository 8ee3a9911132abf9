import { dateOf, type EpochDay, epochDayOf, monthLength, weekdayOf } from '#contracts/civil-date.ts';
import type { Frequency } from '#contracts/habit-events.ts';
import type { LocalDate } from '#contracts/time.ts';
import { type Asked, type Day, type DayRange, daysIn } from './days.ts';

/** A calendar week begins on Monday. */
export type Span = 'week' | 'month' | 'year';

/** The week, month or year that a day lies in. */
export function spanAround(span: Span, day: EpochDay): DayRange {
  if (span === 'week') {
    const first = day - weekdayOf(day) + 1;
    return { first, last: first + 6 };
  }
  const on = dateOf(day);
  if (span === 'month') {
    const first = day - Number(on.slice(8)) + 1;
    return { first, last: first + monthLength(first) - 1 };
  }
  const year = on.slice(0, 4);
  return { first: epochDayOf(`${year}-01-01`), last: epochDayOf(`${year}-12-31`) };
}

/** So many times in each calendar week or month. Loop's 7 and 30 days are counted so, too, where weeks are spoken of. */
export type Quota = { readonly times: number; readonly span: 'week' | 'month' };

/** Undefined for a habit that asks for single days, or for times in some other number of days. */
export function quotaOf(frequency: Frequency): Quota | undefined {
  switch (frequency.kind) {
    case 'daily':
    case 'weekdays':
      return undefined;
    case 'timesPerWeek':
      return { times: frequency.times, span: 'week' };
    case 'timesPerMonth':
      return { times: frequency.times, span: 'month' };
    case 'timesInDays': {
      const { times, days } = frequency;
      if (times >= days) return undefined;
      if (days === 7) return { times, span: 'week' };
      return days === 30 || days === 31 ? { times, span: 'month' } : undefined;
    }
  }
}

/**
 * How one week or month went. `open`: it is not over, and not yet met. `excused`: nothing was asked for in it, or the habit
 * began in it too late. Days of vacations and pauses ask for nothing: less than `times` is wanted where fewer are left. A
 * skipped day stands for one that is done, as in a streak of days.
 */
export type SpanVerdict = 'met' | 'missed' | 'open' | 'excused';

function verdictOf(
  days: readonly Day[],
  { times }: Quota,
  isExcused: (day: EpochDay) => boolean,
): SpanVerdict {
  const of = (...kinds: Day['kind'][]) => days.filter(({ kind }) => kinds.includes(kind)).length;
  const [kept, skipped] = [of('kept'), of('skipped')];
  const excused = days.filter(({ day, amount }) => amount === undefined && isExcused(day)).length;
  const wanted = Math.min(times, days.length - excused);
  if (kept + skipped >= wanted) return kept > 0 ? 'met' : 'excused';
  if (of('open', 'future') > 0) return 'open';
  return of('before') > 0 ? 'excused' : 'missed';
}

/** Lengths in weeks or months: of the streak that runs or can still go on, and of the longest one. */
export type SpanStreak = { readonly span: 'week' | 'month'; readonly current: number; readonly best: number };

/**
 * Weeks or months in a row in which the habit was done as often as wanted; undefined for a habit of single days. The one
 * that is not over counts once it is met, and never breaks the streak before.
 */
export function spanStreak(asked: Asked): SpanStreak | undefined {
  const quota = quotaOf(asked.habit.frequency);
  if (!quota) return undefined;
  let current = 0;
  let best = 0;
  for (const { verdict } of spansOf(asked, quota)) {
    if (verdict === 'met') current++;
    else if (verdict === 'missed') current = 0;
    best = Math.max(best, current);
  }
  return { span: quota.span, current, best };
}

/** Every week or month from that of the first entry to that of today, in order. */
export function spansOf(
  asked: Asked,
  quota: Quota,
): { readonly range: DayRange; readonly verdict: SpanVerdict }[] {
  const last = epochDayOf(asked.today);
  const begin = asked.first;
  const ranges: DayRange[] = [];
  for (let range = spanAround(quota.span, begin); range.first <= last; range = after(range, quota.span))
    ranges.push(range);
  const [first, end] = [ranges[0]?.first ?? last, ranges.at(-1)?.last ?? last];
  const days = daysIn({ first, last: end }, asked);
  return ranges.map((range) => ({
    range,
    verdict: verdictOf(days.slice(range.first - first, range.last - first + 1), quota, asked.isExcused),
  }));
}

const after = ({ last }: DayRange, span: Span): DayRange => spanAround(span, last + 1);

/** The first day of the span before or after that of a date; what buttons lead to. */
export function neighbour(span: Span, on: LocalDate, direction: -1 | 1): LocalDate {
  const { first, last } = spanAround(span, epochDayOf(on));
  return dateOf(spanAround(span, direction < 0 ? first - 1 : last + 1).first);
}
