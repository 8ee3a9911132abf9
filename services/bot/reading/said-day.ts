import { dateOf, epochDayOf, weekdayOf } from '#contracts/civil-date.ts';
import type { LocalDate, Weekday } from '#contracts/time.ts';
import { dateFrom } from './dates.ts';

/**
 * The day that words name, and the words without it. `on` is absent where it may be one of several days. `isWeak`: digits
 * that an amount may be written with too, `27.11`.
 */
export type SaidDay = { on?: LocalDate; said: string; rest: string; isWeak: boolean };

/** Full names from Monday on, in the cases that follow `в` and `прошлый`; the short ones are no words of their own. */
const WEEKDAYS: readonly string[] = [
  'monday|mon|понедельник|пн',
  'tuesday|tue|tues|вторник|вт',
  'wednesday|wed|среду|среда|ср',
  'thursday|thu|thurs|четверг|чт',
  'friday|fri|пятницу|пятница|пт',
  'saturday|субботу|суббота|сб',
  'sunday|воскресенье|вс',
];
/** `sat` and `sun` are words of their own, unless `on` or `last` stands before them. */
const SHORT: Readonly<Record<string, Weekday>> = { sat: 6, sun: 7 };

const MONTHS: readonly string[] = [
  'january|jan|января|янв',
  'february|feb|февраля|фев',
  'march|mar|марта|мар',
  'april|apr|апреля|апр',
  'may|мая',
  'june|jun|июня|июн',
  'july|jul|июля|июл',
  'august|aug|августа|авг',
  'september|sept|sep|сентября|сен',
  'october|oct|октября|окт',
  'november|nov|ноября|ноя',
  'december|dec|декабря|дек',
];

const MONTH = `(?:${MONTHS.join('|')})`;
const NTH = '\\d{1,2}(?:st|nd|rd|th|-?го|-?е)?';
const COUNT = '\\d{1,3}|a|one|two|three|four|five|six|один|два|две|три|четыре|пять|шесть';
const IN_ALL = '(?<![\\p{L}\\p{N}])(?:(?:on|for|за|в|во) )?';
const BEFORE_A_WEEKDAY = '(?:(?<last>last|прошл(?:ый|ую|ое)) |(?<this>this|эт(?:от|у|о)) )?';
const PART = '(?: (?:morning|afternoon|evening|утром|днем|вечером))?';

const DAY = new RegExp(
  IN_ALL +
    '(?:' +
    [
      `(?<yesterday>yesterday|вчера)${PART}`,
      '(?<before>(?:the )?day before yesterday|позавчера)',
      `(?<today>today|сегодня)${PART}`,
      '(?<tomorrow>tomorrow|завтра|послезавтра)',
      `(?<count>${COUNT}) (?<unit>days?|weeks?|дн(?:я|ей)|недел[иь]) (?:ago|назад)`,
      '(?<aWeek>a week ago|неделю назад)',
      '(?<aDay>a day ago|день назад)',
      '(?<iso>\\d{4}-\\d{1,2}-\\d{1,2})',
      `(?<named>(?:the )?(?:${NTH} (?:of )?${MONTH}|${MONTH}\\.? ${NTH})\\.?(?:,? \\d{4})?)`,
      '(?<nth>the \\d{1,2}(?:st|nd|rd|th)|\\d{1,2}-?го(?: числа)?|\\d{1,2} числа)',
      '(?<long>\\d{1,2}[./]\\d{1,2}[./]\\d{4})',
      `${BEFORE_A_WEEKDAY}(?<weekday>${WEEKDAYS.join('|')})${PART}`,
    ].join('|') +
    '|(?<=on |last )(?<short>sat|sun))(?![\\p{L}\\p{N}/])',
  'gu',
);

/** Without a year they may be amounts: only beside an answer they are dates. */
const DIGITS =
  /(?<![\p{L}\p{N}.,/])(?:(?:on|for|за|в|во) )?(?<day>\d{1,2})(?<sign>[./])(?<month>\d{1,2})\.?(?![\p{L}\p{N}./]|,\d)/gu;

/** Whether words name a day in letters: a number before them has no such unit. */
export const namesDay = (words: string): boolean => words.search(DAY) >= 0;

/**
 * The day that words say something of: `yesterday`, `позавчера`, `two days ago`, `last Friday`, `27 ноября`, `27.11`,
 * `2026-11-27`, at any place among them. A date without a year is the last such one.
 * @param words in lower case, without ё, of bounded length.
 * @returns undefined when they name none.
 */
export function readSaidDay(words: string, today: LocalDate): SaidDay | undefined {
  const named = [...words.matchAll(DAY)];
  const isWeak = named.length === 0;
  const found = isWeak ? datesIn(words) : named;
  const [first, ...others] = found;
  if (!first) return undefined;
  // Words that name more days than two are no answer.
  if (others.length > 1) return { said: first[0], rest: '', isWeak };
  const on = others.length > 0 ? undefined : dayOf(first.groups ?? {}, epochDayOf(today));
  return { ...(on && { on }), said: first[0], rest: tidied(besides(found, words)), isWeak };
}

/** Of several numbers with a sign in them none is surely a date. */
function datesIn(words: string): RegExpExecArray[] {
  const found = [...words.matchAll(DIGITS)];
  return found.length === 1 ? found.filter(isDate) : [];
}

const besides = (found: readonly RegExpExecArray[], words: string): string =>
  [...found, undefined].map((day, place) => words.slice(endOf(found[place - 1]), day?.index)).join(' ');

const endOf = (day: RegExpExecArray | undefined): number => (day ? day.index + day[0].length : 0);

/** What the day leaves behind: spaces, and signs that parted it from the rest. */
const tidied = (rest: string): string =>
  rest
    .replace(/\s+/gu, ' ')
    .replace(/^[ ,;:-]{1,3}/u, '')
    .replace(/[ ,;:-]{1,3}$/u, '');

type Groups = Readonly<Record<string, string | undefined>>;

function dayOf(groups: Groups, today: number): LocalDate | undefined {
  const daysAgo = daysAgoOf(groups);
  if (daysAgo !== undefined) return dateOf(today - daysAgo);
  const short = SHORT[groups.short ?? ''];
  if (short) return lastWeekday(short, today, {});
  if (groups.weekday) return lastWeekday(placeIn(WEEKDAYS, groups.weekday), today, groups);
  if (groups.iso) return isoDate(groups.iso);
  if (groups.long) return longDate(groups.long);
  if (groups.named) return namedDate(groups.named, today);
  if (groups.nth) return lastNth(Number.parseInt(groups.nth.replace('the ', ''), 10), today);
  return digitsDate(groups, today);
}

const SPELLED: Readonly<Record<string, number>> = {
  ...{ a: 1, one: 1, two: 2, three: 3, four: 4, five: 5, six: 6 },
  ...{ один: 1, два: 2, две: 2, три: 3, четыре: 4, пять: 5, шесть: 6 },
};

function daysAgoOf(groups: Groups): number | undefined {
  if (groups.today) return 0;
  if (groups.tomorrow) return -1;
  if (groups.yesterday ?? groups.aDay) return 1;
  if (groups.before) return 2;
  if (groups.aWeek) return 7;
  const { count, unit = '' } = groups;
  return count === undefined
    ? undefined
    : (SPELLED[count] ?? Number(count)) * (/^(?:week|недел)/u.test(unit) ? 7 : 1);
}

const placeIn = (names: readonly string[], word: string): number =>
  names.findIndex((each) => each.split('|').includes(word)) + 1;

/**
 * The last one before today. On a Wednesday, `Wednesday` may be today or a week ago, and `last Monday` the one of this week
 * or of the last.
 */
function lastWeekday(weekday: Weekday, today: number, { last, this: ofThis }: Groups): LocalDate | undefined {
  const now = weekdayOf(today);
  if (ofThis) return dateOf(today + weekday - now);
  if (weekday === now) return last ? dateOf(today - 7) : undefined;
  return last && weekday < now ? undefined : dateOf(today - ((now - weekday + 7) % 7));
}

function namedDate(named: string, today: number): LocalDate | undefined {
  const word = /\p{L}{3,}/u.exec(named.replace(/^the |\d(?:st|nd|rd|th)| of /gu, ' '))?.[0] ?? '';
  const [day = 0, year] = [...named.matchAll(/\d+/gu)].map(([digits]) => Number(digits));
  const month = placeIn(MONTHS, word);
  return year === undefined ? lastDate(month, day, today) : dateFrom(year, month, day);
}

function isoDate(iso: string): LocalDate | undefined {
  const [year = 0, month = 0, day = 0] = iso.split('-').map(Number);
  return dateFrom(year, month, day);
}

/** A month behind an American day, `11/27/2026`, is seen by the day alone. */
function longDate(long: string): LocalDate | undefined {
  const [first = 0, second = 0, year = 0] = long.split(/[./]/u).map(Number);
  if (!long.includes('/')) return dateFrom(year, second, first);
  if (first <= 12 && second <= 12 && first !== second) return undefined;
  return first > 12 ? dateFrom(year, second, first) : dateFrom(year, first, second);
}

/** With a slash only where one of the two can be no month: `1/2` is a half. */
function isDate({ groups = {} }: RegExpMatchArray): boolean {
  const [day, month] = [Number(groups.day), Number(groups.month)];
  if (groups.sign === '.') return day >= 1 && day <= 31 && month >= 1 && month <= 12;
  return (
    Math.max(day, month) > 12 &&
    Math.max(day, month) <= 31 &&
    Math.min(day, month) >= 1 &&
    Math.min(day, month) <= 12
  );
}

function digitsDate(groups: Groups, today: number): LocalDate | undefined {
  const [day, month] = [Number(groups.day), Number(groups.month)];
  return month > 12 ? lastDate(day, month, today) : lastDate(month, day, today);
}

/** One farther back was rather meant as one to come. */
const HALF_A_YEAR = 183;

function lastDate(month: number, day: number, today: number): LocalDate | undefined {
  const year = Number(dateOf(today).slice(0, 4));
  const dates = [year, year - 1].map((each) => dateFrom(each, month, day));
  return dates.find((date) => {
    const ago = date === undefined ? -1 : today - epochDayOf(date);
    return ago >= 0 && ago <= HALF_A_YEAR;
  });
}

/** The last day of that number, in this month or the one before. */
function lastNth(day: number, today: number): LocalDate | undefined {
  const dates = Array.from({ length: 31 }, (_, ago) => dateOf(today - ago));
  return dates.find((date) => Number(date.slice(8)) === day);
}
