import { weekdayOf } from '#contracts/civil-date.ts';
import { repetition } from '#contracts/history.ts';
import type { Weekday } from '#contracts/time.ts';
import { type Asked, allDays, type Day, type DayRange, daysIn } from './days.ts';
import { quotaOf, type Span, type SpanVerdict, spansOf } from './spans.ts';

/**
 * "17 of 31": `kept` of `asked`, both in days, or in weeks or months for a habit of so many times in each. 0 `asked` where
 * nothing can be said yet, as in a week of a monthly habit.
 */
export type Tally = { readonly kept: number; readonly asked: number; readonly in: 'day' | 'week' | 'month' };

/**
 * How a range went, as far as it has come. Vacations, pauses, skipped days and those before the first entry are not asked
 * for; neither is today while nothing is recorded. `done` counts days with what was wanted, whatever the frequency.
 */
export type Summary = {
  readonly tally: Tally;
  readonly done: number;
  readonly skipped: number;
  /** Days with an amount, a yes or a no. */
  readonly recorded: number;
  /** Past days of a limit without a record. */
  readonly silent: number;
  /** Of all amounts; 0 for a habit that is only done or not. */
  readonly total: number;
};

export function summaryOf(range: DayRange, asked: Asked, span: Span): Summary {
  const days = daysIn(range, asked);
  const count = (...kinds: Day['kind'][]) => days.filter(({ kind }) => kinds.includes(kind)).length;
  const amounts = days.flatMap(({ amount }) => (amount === undefined ? [] : [amount]));
  return {
    tally: tallyOf(range, asked, { days, span }),
    done: count('kept'),
    skipped: count('skipped'),
    recorded: amounts.length,
    silent: count('silent'),
    total: asked.habit.goal.kind === 'numeric' ? sumOf(amounts) : 0,
  };
}

/** Of everything there is. */
export function totalOf(asked: Asked): { readonly total: number; readonly recorded: number } {
  const amounts = allDays(asked).flatMap(({ amount }) => (amount === undefined ? [] : [amount]));
  return { total: sumOf(amounts), recorded: amounts.length };
}

function tallyOf(range: DayRange, asked: Asked, { days, span }: { days: readonly Day[]; span: Span }): Tally {
  const kept = days.filter(({ kind }) => kind === 'kept').length;
  const counted = days.filter(({ kind }) => COUNTED.has(kind)).length;
  const quota = quotaOf(asked.habit.frequency);
  if (quota?.span === span) return { kept, asked: quota.times, in: 'day' };
  if (quota?.span === 'month' && span === 'week') return { kept, asked: 0, in: 'day' };
  if (quota) {
    const verdicts = spansOf(asked, quota).filter(({ range: { first } }) => {
      const middle = first + THURSDAY;
      return middle >= range.first && middle <= range.last;
    });
    const of = (wanted: SpanVerdict) => verdicts.filter(({ verdict }) => verdict === wanted).length;
    return { kept: of('met'), asked: of('met') + of('missed'), in: quota.span };
  }
  const { times, days: every } = repetition(asked.habit.frequency);
  return {
    kept,
    asked: Math.max(times === every ? 0 : kept, Math.round((counted * times) / every)),
    in: 'day',
  };
}

/** A week belongs to the month and the year of its Thursday, as ISO 8601 counts weeks. */
const THURSDAY = 3;
const COUNTED: ReadonlySet<Day['kind']> = new Set(['kept', 'partly', 'over', 'missed', 'silent', 'auto']);

/** The weekday on which it is kept most, of those asked for at least four times; undefined where none stands out. */
export function bestWeekday(asked: Asked): { readonly weekday: Weekday; readonly share: number } | undefined {
  const counted = allDays(asked).filter(({ kind }) => COUNTED.has(kind));
  const shareOf = (days: readonly Day[]) => days.filter(({ kind }) => kind === 'kept').length / days.length;
  const shares = WEEKDAYS.flatMap((weekday) => {
    const days = counted.filter(({ day }) => weekdayOf(day) === weekday);
    return days.length < ENOUGH ? [] : [{ weekday, share: shareOf(days) }];
  });
  const best = shares.toSorted((a, b) => b.share - a.share)[0];
  return best && shares.length > 1 && best.share >= shareOf(counted) + STANDS_OUT ? best : undefined;
}

const WEEKDAYS: readonly Weekday[] = [1, 2, 3, 4, 5, 6, 7];
const ENOUGH = 4;
/** By a tenth of its days. */
const STANDS_OUT = 0.1;

/** In whole thousandths, which is what amounts have: a sum of fractions would drift. */
const sumOf = (amounts: readonly number[]): number =>
  amounts.reduce((sum, amount) => sum + Math.round(amount * 1000), 0) / 1000;
