import { dateOf, epochDayOf } from '#contracts/civil-date.ts';
import { type DateRange, LocalDate } from '#contracts/time.ts';
import { MINUTES_PER_DAY, readDuration } from './duration.ts';
import { namedDay } from './named-days.ts';
import { PHRASE_LENGTH, plainWords } from './plain-words.ts';
import type { TypedText } from './typed-text.ts';

/** A first date without a year may lie at most this far back: the vacation has begun already. */
const BEGUN_DAYS = 60;

/** The beginnings of the months' names, in both languages. */
const MONTHS =
  'jan|янв feb|фев mar|мар apr|апр may|ма[йя] jun|июн jul|июл aug|авг sep|сен oct|окт nov|ноя dec|дек'.split(
    ' ',
  );

type Day = { day: number; month?: number | undefined; year?: number | undefined };

/** `2026-12-01`, `1.12.`, `1.12.2026`, `1 dec 2026`, `dec 1`, or the `1` of `1-14.12`. */
// Only where a word begins: else each of `janjanjan…` would be tried up to its end.
const NAMED = `(?<!\\p{L})(?:${MONTHS.join('|')})\\p{L}*`;
const NTH = '\\d{1,2}(?:st|nd|rd|th)?';
const DATE = new RegExp(
  [
    '(?<iso>\\d{4}-\\d{1,2}-\\d{1,2})',
    '(?<dotted>\\d{1,2}\\.\\d{1,2}(?:\\.(?:\\d{4}|\\d{2})\\b)?\\.?)',
    `(?<named>(?:${NTH} (?:of )?${NAMED}|${NAMED}\\.? ${NTH})\\.?(?:,? \\d{4})?)`,
    '(?<bare>\\d{1,2})',
  ].join('|'),
  'gu',
);

const BETWEEN = /^(?: ?- ?| (?:to|till|until|до|по) | |, ?)$/;
const UNTIL = /^(?:until|till|to|до|по) $/;
const NAMED_UNTIL = /^(?:until|till|through|to|до|по) /;
const FROM = /^(?:(?:from|с|со) )?$/;

/**
 * Dates of a vacation, both included: `1.12-14.12`, `1–14 декабря`, `Dec 1 - Dec 14`, `2026-12-01 2026-12-14`, `until
 * 14.12`, `until Friday`, `10 days`. One without a beginning begins today; without a year it is the next one to come.
 * @returns undefined if the text is no dates. The end may come before the beginning: the caller checks that.
 */
export function readDates(text: TypedText, today: LocalDate): { from: LocalDate; to: LocalDate } | undefined {
  const words = plainWords(text, PHRASE_LENGTH);
  if (words === undefined) return undefined;
  const lasting = readDuration(words.replace(/^(?:for|на) /, ''));
  if (lasting && lasting % MINUTES_PER_DAY === 0) {
    return reachable({ from: today, to: dateOf(epochDayOf(today) + lasting / MINUTES_PER_DAY - 1) });
  }
  const named = namedDay(words.replace(NAMED_UNTIL, ''), today);
  if (named) return namedRange(words, named, today);
  const found = [...words.matchAll(DATE)];
  const [first, second, ...others] = found;
  if (!first || others.length > 0) return undefined;
  const before = words.slice(0, first.index);
  const last = second ?? first;
  if (words.slice(last.index + last[0].length).trim() !== '') return undefined;
  const end = dayOf(last);
  if (!end) return undefined;
  if (!second) return UNTIL.test(before) ? between(undefined, end, today) : undefined;
  const sign = words.slice(first.index + first[0].length, second.index);
  const begin = dayOf(first);
  return FROM.test(before) && BETWEEN.test(sign) && begin ? between(begin, end, today) : undefined;
}

/** `until Friday` begins today; `tomorrow` alone is that one day. A bare weekday may be meant either way. */
function namedRange(words: string, named: LocalDate, today: LocalDate): DateRange | undefined {
  if (NAMED_UNTIL.test(words)) return reachable({ from: today, to: named });
  return /^(?:today|tomorrow|сегодня|завтра|послезавтра)$/.test(words)
    ? { from: named, to: named }
    : undefined;
}

function dayOf({ groups = {} }: RegExpMatchArray): Day | undefined {
  const { iso, dotted, named, bare } = groups;
  if (iso) {
    const [year, month, day] = iso.split('-').map(Number);
    return day ? { day, month, year } : undefined;
  }
  if (dotted) {
    const [day, month, year] = dotted.split('.').filter(Boolean).map(Number);
    return day ? { day, month, year: year !== undefined && year < 100 ? 2000 + year : year } : undefined;
  }
  if (bare) return { day: Number(bare) };
  const word = new RegExp(NAMED, 'u').exec(named ?? '')?.[0] ?? '';
  const month = MONTHS.findIndex((stem) => new RegExp(`^(?:${stem})`, 'u').test(word));
  const [day, year] = [...(named ?? '').matchAll(/\d+/g)].map(([digits]) => Number(digits));
  return month >= 0 && day ? { day, month: month + 1, year } : undefined;
}

/** The month may stand with the end alone, `1-14.12`, or with the beginning alone, `dec 1-14`. */
function between(begin: Day | undefined, end: Day, today: LocalDate): DateRange | undefined {
  const month = end.month ?? begin?.month;
  if (month === undefined) return undefined;
  const to = end.year === undefined ? nextDate(end.day, month, today) : dateFrom(end.year, month, end.day);
  if (to === undefined) return undefined;
  if (!begin) return reachable({ from: today, to });
  const from = beginning({ ...begin, month: begin.month ?? month }, to, today);
  return from === undefined ? undefined : reachable({ from, to });
}

/** The first such date from today on. */
function nextDate(day: number, month: number, today: LocalDate): LocalDate | undefined {
  const year = Number(today.slice(0, 4));
  // A 29 February may be some years away.
  const years = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((more) => dateFrom(year + more, month, day));
  return years.find((date) => date !== undefined && date >= today);
}

/** The last such date that is not after the end; if that is too long ago, the two dates were mixed up. */
function beginning({ day, month = 0, year }: Day, to: LocalDate, today: LocalDate): LocalDate | undefined {
  if (year !== undefined) return dateFrom(year, month, day);
  const inYear = Number(to.slice(0, 4));
  const sameYear = dateFrom(inYear, month, day);
  if (sameYear === undefined || sameYear <= to) return sameYear;
  const yearBefore = dateFrom(inYear - 1, month, day);
  const begun = yearBefore !== undefined && epochDayOf(today) - epochDayOf(yearBefore) <= BEGUN_DAYS;
  return begun ? yearBefore : sameYear;
}

/** @returns undefined where the calendar has no such date. */
export function dateFrom(year: number, month: number, day: number): LocalDate | undefined {
  const two = (n: number) => String(n).padStart(2, '0');
  return LocalDate.safeParse(`${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`).data;
}

const reachable = ({ from, to }: DateRange): DateRange | undefined =>
  LocalDate.safeParse(from).success && LocalDate.safeParse(to).success ? { from, to } : undefined;
