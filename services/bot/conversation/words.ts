import type { Locale } from '#contracts/account-events.ts';
import { dateOf, epochDayOf } from '#contracts/civil-date.ts';
import type { Frequency, Group } from '#contracts/habit-events.ts';
import type { LocalDate, Weekday } from '#contracts/time.ts';
import type { Translate } from '#services/platform/messages/i18n/translator.ts';
import type { Reminder } from '../domain/habit-state.ts';

/** The day before a Monday, so that weekday 1 comes one day after it. */
const SUNDAY = epochDayOf('2023-12-31');

/** `Mon`, `пн`. */
export function weekdayName(locale: Locale, weekday: Weekday): string {
  const format = new Intl.DateTimeFormat(locale, { weekday: 'short', timeZone: 'UTC' });
  return capitalised(format.format(Date.parse(dateOf(SUNDAY + weekday))));
}

/** `Wednesday, November 25`, at the beginning of a line. */
export const dateText = (locale: Locale, on: LocalDate): string => capitalised(dateWithin(locale, on));

/** `Wednesday, November 25`, `среда, 25 ноября` within a sentence. */
export function dateWithin(locale: Locale, on: LocalDate): string {
  const options = { weekday: 'long', day: 'numeric', month: 'long', timeZone: 'UTC' } as const;
  return new Intl.DateTimeFormat(locale, options).format(Date.parse(on));
}

export function weekdaysText(t: Translate, locale: Locale, weekdays: readonly Weekday[]): string {
  const days = weekdays.join('');
  if (days === '1234567') return t('every-day');
  if (days === '12345') return t('on-workdays');
  if (days === '67') return t('at-weekends');
  return weekdays.map((weekday) => weekdayName(locale, weekday)).join(', ');
}

export function frequencyText(t: Translate, locale: Locale, frequency: Frequency): string {
  switch (frequency.kind) {
    case 'daily':
      return t('every-day');
    case 'weekdays':
      return weekdaysText(t, locale, frequency.weekdays);
    case 'timesInDays': {
      const { times, days } = frequency;
      return times === 1 ? t('every-days', { days }) : t('times-in-days', { times, days });
    }
    case 'timesPerWeek':
      return t('times-a-calendar-week', { times: frequency.times });
    case 'timesPerMonth':
      return t('times-a-calendar-month', { times: frequency.times });
  }
}

/** `at 09:00`, or `around 09:00` for a flexible reminder. */
export function whenText(
  t: Translate,
  { at, windowMinutes }: Pick<Reminder, 'at' | 'windowMinutes'>,
): string {
  return t(windowMinutes ? 'around-time' : 'at-time', { at });
}

/** `09:00, around 21:00 (Mon, Wed)`: days only where they are not those of the habit. */
export function remindersText(
  t: Translate,
  locale: Locale,
  reminders: readonly Reminder[],
  usual: readonly Weekday[],
): string {
  const texts = reminders.map(({ at, weekdays, windowMinutes }) => {
    const time = t(windowMinutes ? 'around-time' : 'time', { at });
    return weekdays.join() === usual.join() ? time : `${time} (${weekdaysText(t, locale, weekdays)})`;
  });
  return texts.join(', ');
}

/** `📖 Read`: a habit's name with its emoji. */
export function titleOf({
  name = '',
  emoji,
}: {
  name?: string | undefined;
  emoji?: string | null | undefined;
}): string {
  return emoji ? `${emoji} ${name}` : name;
}

/** `🌅 Morning`, or the person's own name of a group. */
export function groupText(t: Translate, group: Group): string {
  return group.kind === 'part' ? t(`part-${group.part}`) : t('group-named', { name: group.name });
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
