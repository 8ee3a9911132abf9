import { epochDayOf } from '#contracts/civil-date.ts';
import type { Entry } from '#contracts/history.ts';
import type { LocalDate } from '#contracts/time.ts';

/**
 * A habit's entries, kept small because the habit's snapshot is written with every check-in: a year is a string of one
 * character a day from 1 January, so ten thousand days are about 10 KB of JSON. Amounts other than 0 and 1 stand
 * beside it by place in the year. Equal entries give equal calendars.
 */
export type Calendar = Readonly<Record<string, CalendarYear>>;
type CalendarYear = { readonly marks: string; readonly amounts?: Readonly<Record<string, number>> };

const NONE = '.';
const SKIP = 's';
const AMOUNT = '#';

export const emptyCalendar: Calendar = {};

export function entryOn(calendar: Calendar, on: LocalDate): Entry | undefined {
  const year = calendar[yearOf(on)];
  return year && entryAt(year, placeOf(on));
}

export function withEntry(calendar: Calendar, on: LocalDate, entry: Entry): Calendar {
  const place = placeOf(on);
  const mark = markOf(entry);
  const amount = mark === AMOUNT && typeof entry === 'number' ? { [place]: entry } : {};
  return replaceDay(calendar, { name: yearOf(on), place }, mark, amount);
}

/** {@link withEntry} for many days: each year is opened once, since a copy of it for each day would cost its square. */
export function withEntries(calendar: Calendar, entries: Iterable<readonly [LocalDate, Entry]>): Calendar {
  const years = new Map<string, { marks: string[]; amounts: Record<string, number> }>();
  for (const [on, entry] of entries) {
    const name = yearOf(on);
    const { marks = '', amounts = {} } = calendar[name] ?? {};
    const year = years.get(name) ?? { marks: [...marks], amounts: { ...amounts } };
    years.set(name, year);
    const place = placeOf(on);
    const mark = markOf(entry);
    year.marks[place] = mark;
    delete year.amounts[place];
    if (mark === AMOUNT && typeof entry === 'number') year.amounts[place] = entry;
  }
  const closed = [...years].map(([name, { marks, amounts }]) => {
    const text = Array.from(marks, (mark) => mark ?? NONE).join('');
    return [name, Object.keys(amounts).length > 0 ? { marks: text, amounts } : { marks: text }] as const;
  });
  return { ...calendar, ...Object.fromEntries(closed) };
}

export function withoutEntry(calendar: Calendar, on: LocalDate): Calendar {
  if (entryOn(calendar, on) === undefined) return calendar;
  return replaceDay(calendar, { name: yearOf(on), place: placeOf(on) }, NONE, {});
}

/** Every entry as `[day number, entry]`, oldest first. */
export function* entriesOf(calendar: Calendar): Generator<[day: number, entry: Entry]> {
  const years = Object.entries(calendar).sort(([a], [b]) => Number(a) - Number(b));
  for (const [name, year] of years) {
    const first = epochDayOf(`${name}-01-01`);
    for (let place = 0; place < year.marks.length; place++) {
      const entry = entryAt(year, place);
      if (entry !== undefined) yield [first + place, entry];
    }
  }
}

function entryAt({ marks, amounts }: CalendarYear, place: number): Entry | undefined {
  const mark = marks[place] ?? NONE;
  if (mark === NONE) return undefined;
  if (mark === SKIP) return 'skip';
  return mark === AMOUNT ? amounts?.[place] : Number(mark);
}

function markOf(entry: Entry): string {
  if (entry === 'skip') return SKIP;
  return entry === 0 || entry === 1 ? String(entry) : AMOUNT;
}

function replaceDay(
  calendar: Calendar,
  { name, place }: { name: string; place: number },
  mark: string,
  amount: Record<string, number>,
): Calendar {
  const { marks = '', amounts = {} } = calendar[name] ?? {};
  const padded = marks.padEnd(place, NONE);
  const changed = trimmed(padded.slice(0, place) + mark + padded.slice(place + 1));
  const { [place]: _replaced, ...others } = amounts;
  const kept = { ...others, ...amount };
  const { [name]: _year, ...years } = calendar;
  if (changed === '') return years;
  return {
    ...years,
    [name]: Object.keys(kept).length > 0 ? { marks: changed, amounts: kept } : { marks: changed },
  };
}

function trimmed(marks: string): string {
  let length = marks.length;
  while (length > 0 && marks[length - 1] === NONE) length--;
  return marks.slice(0, length);
}

const yearOf = (on: LocalDate): string => on.slice(0, 4);

const placeOf = (on: LocalDate): number => epochDayOf(on) - epochDayOf(`${yearOf(on)}-01-01`);
