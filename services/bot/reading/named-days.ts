import { dateOf, epochDayOf, weekdayOf } from '#contracts/civil-date.ts';
import type { LocalDate } from '#contracts/time.ts';

/** The beginnings of the weekdays' names from Monday on, in both languages and all Russian cases. */
const WEEKDAYS = 'mon|пон|пн tue|вто|вт wed|сре|ср thu|чет|чт fri|пят|пт sat|суб|сб sun|вос|вс'.split(' ');
const NAME = new RegExp(`^(?:this |next |эт\\p{L}+ |следующ\\p{L}+ )?(?:${WEEKDAYS.join('|')})\\p{L}*$`, 'u');

/**
 * A date by its name: `tomorrow`, `Friday`, `пятницы`, `the end of the month`; a weekday is the next one after today.
 * @param words as `plainWords` gives them.
 */
export function namedDay(words: string, today: LocalDate): LocalDate | undefined {
  const day = epochDayOf(today);
  if (/^(?:today|сегодня)$/.test(words)) return today;
  if (/^(?:tomorrow|завтра)$/.test(words)) return dateOf(day + 1);
  if (/^(?:the day after tomorrow|послезавтра)$/.test(words)) return dateOf(day + 2);
  if (/^(?:the )?(?:end of the (?:week|weekend)|конца недели|конца выходных)$/.test(words))
    return nextWeekday(day, 7);
  if (/^(?:the )?(?:end of the month|month end|конца месяца)$/.test(words)) return endOfMonth(today);
  if (!NAME.test(words)) return undefined;
  const name = words.split(' ').at(-1) ?? '';
  return nextWeekday(day, WEEKDAYS.findIndex((stem) => new RegExp(`^(?:${stem})`, 'u').test(name)) + 1);
}

const nextWeekday = (day: number, weekday: number): LocalDate =>
  dateOf(day + 1 + ((weekday - weekdayOf(day + 1) + 7) % 7));

function endOfMonth(today: LocalDate): LocalDate {
  const [year = 0, month = 0] = today.split('-').map(Number);
  const next = month === 12 ? `${year + 1}-01-01` : `${year}-${String(month + 1).padStart(2, '0')}-01`;
  return dateOf(epochDayOf(next) - 1);
}
