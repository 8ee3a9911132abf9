import type { Locale } from '#contracts/account-events.ts';
import { WEEK_STATS } from '#contracts/callback-data.ts';
import { dateOf, epochDayOf, weekdayOf } from '#contracts/civil-date.ts';
import type { DateRange, LocalDate } from '#contracts/time.ts';
import type { HabitDays } from '#projections/schedules/week.ts';
import { dateRangeText } from '#services/platform/messages/i18n/date-text.ts';
import { richText } from '#services/platform/messages/i18n/rich-text.ts';
import { type Translate, translator } from '#services/platform/messages/i18n/translator.ts';
import type { Card } from '#services/platform/messages/reminder-card.ts';

/** The calendar week that was over last at the end of a date: on a Sunday the one that ends with it. */
export function weekBefore(on: LocalDate): DateRange {
  const last = epochDayOf(on) - (weekdayOf(epochDayOf(on)) % 7);
  return { from: dateOf(last - 6), to: dateOf(last) };
}

/** Lines are short, and Telegram takes 4096 characters. */
const MOST = 30;

/** The week in figures, a line for each habit, and a button to its statistics. */
export function digestCard(locale: Locale, week: DateRange, habits: readonly HabitDays[]): Card {
  const t = translator(locale);
  const isEmpty = habits.every(({ done, total }) => done === 0 && total === 0);
  const lines = habits.slice(0, MOST).map((habit) => habitLine(t, habit));
  const more = habits.length - lines.length;
  const body = isEmpty
    ? t('digest-empty')
    : [...lines, more > 0 && t('digest-more', { count: more })].filter(Boolean).join('\n');
  const title = t('digest-title', { week: dateRangeText(locale, week) });
  const button = { text: t('button-statistics'), callback_data: `${WEEK_STATS}:${week.from}` };
  return {
    ...richText([title, body, t('digest-off')].join('\n\n')),
    reply_markup: { inline_keyboard: [[button]] },
  };
}

function habitLine(t: Translate, { name, goal, done, total }: HabitDays): string {
  const line = t('digest-line', { name, days: t('digest-days', { count: done }) });
  if (goal.kind === 'yesNo' || total === 0) return line;
  return `${line} · ${t('amount', { value: total, unit: goal.unit }).trim()}`;
}
