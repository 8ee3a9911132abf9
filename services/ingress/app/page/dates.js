/*
 * Local dates as texts, `2026-11-25`, and as day numbers; months as `2026-11`. Which date is today only the server says:
 * a person's day may start after midnight.
 */

const DAY_MS = 86_400_000;

export const dayOf = (date) => Date.parse(date) / DAY_MS;
export const dateOf = (day) => new Date(day * DAY_MS).toISOString().slice(0, 10);
/** 0 is Monday. */
export const weekdayOf = (day) => (((day + 3) % 7) + 7) % 7;
export const monthOf = (date) => date.slice(0, 7);
export const yearOf = (date) => Number(date.slice(0, 4));
/** Place in its year, from 0. */
export const placeOf = (date) => dayOf(date) - dayOf(`${date.slice(0, 4)}-01-01`);

export function monthsAfter(month, count) {
  const [year, number] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number - 1 + count, 1)).toISOString().slice(0, 7);
}

/** Day numbers of a month in weeks from Monday; undefined beside the month. */
export function weeksOf(month) {
  const first = dayOf(`${month}-01`);
  const end = dayOf(`${monthsAfter(month, 1)}-01`);
  const weeks = [];
  for (let monday = first - weekdayOf(first); monday < end; monday += 7) {
    weeks.push(
      Array.from({ length: 7 }, (_, place) => {
        const day = monday + place;
        return day >= first && day < end ? day : undefined;
      }),
    );
  }
  return weeks;
}

const MONDAY = dayOf('2024-01-01');

/** Names of dates in one language. */
export function dateNames(locale) {
  const format = (options) => new Intl.DateTimeFormat(locale, { timeZone: 'UTC', ...options });
  // Beside a year a month has the form in which it stands alone.
  const long = format({ month: 'long', year: 'numeric' });
  const brief = format({ month: 'short', year: 'numeric' });
  const date = format({ day: 'numeric', month: 'long' });
  const full = format({ weekday: 'long', day: 'numeric', month: 'long' });
  const short = format({ weekday: 'short' });
  const weekday = format({ weekday: 'long' });
  const instant = (day) => new Date(day * DAY_MS);
  const partOf = (by, type, month) =>
    by.formatToParts(instant(dayOf(`${month}-01`))).find((part) => part.type === type).value;
  return {
    /** `November 2026`, and not `ноябрь 2026 г.` */
    month: (name) => capitalised(`${partOf(long, 'month', name)} ${name.slice(0, 4)}`),
    /** `November` of this year, `Nov 2025` of another. */
    shortMonth: (name, thisYear) =>
      capitalised(
        Number(name.slice(0, 4)) === thisYear
          ? partOf(long, 'month', name)
          : `${partOf(brief, 'month', name).replace('.', '')} ${name.slice(0, 4)}`,
      ),
    /** Three letters, over a few weeks of a year. */
    monthBrief: (name) => capitalised(partOf(long, 'month', name)).slice(0, 3),
    date: (on) => date.format(instant(dayOf(on))),
    full: (on) => capitalised(full.format(instant(dayOf(on)))),
    weekdays: Array.from({ length: 7 }, (_, place) => ({
      short: capitalised(short.format(instant(MONDAY + place))).slice(0, 2),
      long: weekday.format(instant(MONDAY + place)),
    })),
  };
}

const capitalised = (text) => text.charAt(0).toUpperCase() + text.slice(1);
