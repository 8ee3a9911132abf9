import type { Locale } from '#contracts/account-events.ts';
import type { DateRange, LocalDate } from '#contracts/time.ts';

/** `Dec 14`, `14 дек.` */
export function shortDate(locale: Locale, on: LocalDate): string {
  const options = { day: 'numeric', month: 'short', timeZone: 'UTC' } as const;
  return new Intl.DateTimeFormat(locale, options).format(Date.parse(on));
}

/** `December 14`, `14 декабря` */
export function longDate(locale: Locale, on: LocalDate): string {
  const options = { day: 'numeric', month: 'long', timeZone: 'UTC' } as const;
  return new Intl.DateTimeFormat(locale, options).format(Date.parse(on));
}

/** `Nov 16 – 22`, `16–22 нояб.` */
export function dateRangeText(locale: Locale, { from, to }: DateRange): string {
  const options = { day: 'numeric', month: 'short', timeZone: 'UTC' } as const;
  return new Intl.DateTimeFormat(locale, options).formatRange(Date.parse(from), Date.parse(to));
}
