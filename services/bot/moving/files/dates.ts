import type { LocalDate } from '#contracts/time.ts';
import { type DateQuestion, FileRefused } from '../brought.ts';

/** Which of the first two numbers is the day; of dates that begin with the year neither is. */
export type DateOrder = 'dayFirst' | 'monthFirst';

/** How the dates of a file are read; `dayFirst` is undefined where there was nothing to find out. */
export type DateReader = { read(text: string): LocalDate | undefined; dayFirst: boolean | undefined };

/** Thrown when a file's dates can be read both ways: the person is to say which. */
export class DatesInDoubt extends Error {
  override name = 'DatesInDoubt';
  readonly question: DateQuestion;

  constructor(question: DateQuestion) {
    super('dates may be day first or month first');
    this.question = question;
  }
}

type Parts = { first: number; second: number; third: number; sign: string; yearFirst: boolean };

const FORM = /^\s*(\d{1,4})([-/.])(\d{1,2})\2(\d{1,4})(?:[T ,].{0,40})?\s*$/;
/** `20240304` */
const COMPACT = /^\s*(\d{4})(\d{2})(\d{2})\s*$/;
/** One mistyped date among so many does not put the others in doubt. */
const OUTWEIGHS = 20;

/**
 * Finds out from all dates of a file how they are to be read. `2024-03-04`, `20240304` too, is always year, month, day, and `4.3.2024` day
 * first; of `3/4/2024` the whole file decides: a number above 12 is the day.
 * @param chosen what the person said, where the file does not decide.
 * @throws {DatesInDoubt} when neither decides; {@link FileRefused} when the dates contradict each other.
 */
export function dateReader(texts: Iterable<string>, chosen?: DateOrder): DateReader {
  let dayFirst = 0;
  let monthFirst = 0;
  let doubtful: Parts | undefined;
  for (const text of texts) {
    const parts = partsOf(text);
    if (!parts || parts.yearFirst || parts.sign === '.') continue;
    const asDay = dateFrom(parts, 'dayFirst');
    const asMonth = dateFrom(parts, 'monthFirst');
    if (asDay !== undefined && asMonth === undefined) dayFirst++;
    if (asMonth !== undefined && asDay === undefined) monthFirst++;
    if (asDay !== undefined && asMonth !== undefined && asDay !== asMonth) doubtful ??= parts;
  }
  const found = decided(dayFirst, monthFirst) ?? (doubtful ? chosen : undefined);
  if (!found && doubtful) throw new DatesInDoubt(questionOf(doubtful));
  return { read: (text) => readBy(text, found), dayFirst: found && found === 'dayFirst' };
}

function decided(dayFirst: number, monthFirst: number): DateOrder | undefined {
  if (dayFirst === 0 && monthFirst === 0) return undefined;
  if (dayFirst > monthFirst * OUTWEIGHS) return 'dayFirst';
  if (monthFirst > dayFirst * OUTWEIGHS) return 'monthFirst';
  throw new FileRefused('datesContradict');
}

function readBy(text: string, found: DateOrder | undefined): LocalDate | undefined {
  const parts = partsOf(text);
  if (!parts) return undefined;
  return dateFrom(parts, parts.sign === '.' ? 'dayFirst' : (found ?? 'dayFirst'));
}

function partsOf(text: string): Parts | undefined {
  const dashed = text.replace(COMPACT, '$1-$2-$3');
  const [, first = '', sign = '', second = '', third = ''] = FORM.exec(dashed) ?? [];
  if (sign === '') return undefined;
  const yearFirst = first.length === 4 || Number(first) > 31;
  if (!yearFirst && third.length === 3) return undefined;
  return { first: Number(first), second: Number(second), third: Number(third), sign, yearFirst };
}

function dateFrom({ first, second, third, yearFirst }: Parts, as: DateOrder): LocalDate | undefined {
  if (yearFirst) return validDate(first, second, third);
  return as === 'dayFirst' ? validDate(third, second, first) : validDate(third, first, second);
}

/** Years of two digits are those from 1970 to 2069. */
function validDate(year: number, month: number, day: number): LocalDate | undefined {
  const full = year >= 100 ? year : year < 70 ? 2000 + year : 1900 + year;
  const date = new Date(Date.UTC(full, month - 1, day));
  const isReal =
    date.getUTCFullYear() === full && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return isReal && full >= 1000 && full <= 9999 ? date.toISOString().slice(0, 10) : undefined;
}

function questionOf(parts: Parts): DateQuestion {
  return { dayFirst: dateFrom(parts, 'dayFirst') ?? '', monthFirst: dateFrom(parts, 'monthFirst') ?? '' };
}
