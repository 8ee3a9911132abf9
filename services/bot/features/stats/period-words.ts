import type { Locale } from '#contracts/account-events.ts';
import { dateOf, epochDayOf } from '#contracts/civil-date.ts';
import type { LocalDate, Weekday } from '#contracts/time.ts';
import type { Period } from '../../conversation/period.ts';
import { spanAround } from '../../domain/spans.ts';

/** `Nov 23 – 29`, `November 2026`, `2026`; a week of another year says so. */
export function periodText(locale: Locale, { span, on }: Period, today: LocalDate): string {
  const { first, last } = spanAround(span, epochDayOf(on));
  const [from, to] = [dateOf(first), dateOf(last)];
  if (span === 'year') return on.slice(0, 4);
  if (span === 'month') return `${monthName(locale, from, 'long')} ${on.slice(0, 4)}`;
  const isNow = to.slice(0, 4) === today.slice(0, 4) && from.slice(0, 4) === today.slice(0, 4);
  const year = isNow ? {} : ({ year: 'numeric' } as const);
  const format = formatIn(locale, { day: 'numeric', month: 'short', ...year });
  return format.formatRange(Date.parse(from), Date.parse(to));
}

/** `Nov`, `Ноя`: as it stands by itself, not in a date. */
export function monthName(locale: Locale, on: LocalDate, length: 'short' | 'long'): string {
  return capitalised(formatIn(locale, { month: length }).format(Date.parse(on)).replace('.', ''));
}

/** `Mo`, `пн`: two letters over a column. */
export function weekdayLetters(locale: Locale): string[] {
  return WEEKDAYS.map((weekday) => weekdayText(locale, weekday, 'short').slice(0, 2));
}

export function weekdayText(locale: Locale, weekday: Weekday, length: 'short' | 'long'): string {
  return formatIn(locale, { weekday: length }).format(Date.parse(dateOf(SUNDAY + weekday)));
}

const WEEKDAYS: readonly Weekday[] = [1, 2, 3, 4, 5, 6, 7];
const SUNDAY = epochDayOf('2023-12-31');

const formatIn = (locale: Locale, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' });

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
