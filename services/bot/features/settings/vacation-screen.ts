import { dateOf, epochDayOf, weekdayOf } from '#contracts/civil-date.ts';
import type { DateRange, LocalDate } from '#contracts/time.ts';
import { longDate, shortDate } from '#services/platform/messages/i18n/date-text.ts';
import { button, type RenderContext, type View } from '../../conversation/render-context.ts';
import { isUntilBack, MAX_VACATION_DAYS, vacationFrom } from '../../domain/account.ts';

const SUNDAY = 7;

export const backToSettings = ({ t }: RenderContext) => [
  button(t('button-back-to-settings'), { tap: 'settings' }),
];

export function vacationText({ t, locale, person }: RenderContext): string {
  const vacation = vacationFrom(person.today, person.account);
  if (!vacation) return t('settings-no-vacation');
  if (isUntilBack(vacation) && vacation.from <= person.today) return t('settings-paused');
  const { from, to } = vacation;
  return t('settings-vacation', { from: shortDate(locale, from), to: shortDate(locale, to) });
}

/** The pause of everything that is planned or running, or how to plan one. */
export function vacationScreen(context: RenderContext): View {
  const { person } = context;
  const vacation = vacationFrom(person.today, person.account);
  return vacation ? plannedScreen(context, vacation) : planScreen(context);
}

function plannedScreen(context: RenderContext, vacation: DateRange): View {
  const { t, locale, person } = context;
  const { from, to } = vacation;
  const running = from <= person.today;
  const dates = { from: longDate(locale, from), to: longDate(locale, to) };
  const now = isUntilBack(vacation) ? t('vacation-open') : t('vacation-now', { to: dates.to });
  const key = isUntilBack(vacation) ? 'button-resume-all' : 'button-end-vacation';
  const end = button(t(running ? key : 'button-cancel-vacation'), { tap: 'noVacation' });
  return {
    text: running ? now : t('vacation-planned', dates),
    buttons: [[end], backToSettings(context)],
  };
}

function planScreen(context: RenderContext): View {
  const { t, locale, person } = context;
  const { today } = person;
  const away = (text: string, to: LocalDate) => button(text, { tap: 'away', from: today, to });
  const sunday = nextSunday(today);
  const until = away(t('button-until-sunday', { date: shortDate(locale, sunday) }), sunday);
  const weeks = [1, 2].map((count) =>
    away(t('button-weeks', { weeks: count }), daysAfter(today, 7 * count - 1)),
  );
  const open = away(t('button-until-back'), daysAfter(today, MAX_VACATION_DAYS - 1));
  return { text: t('ask-vacation'), buttons: [[until], weeks, [open], backToSettings(context)] };
}

export const daysAfter = (on: LocalDate, days: number): LocalDate => dateOf(epochDayOf(on) + days);

/** The coming Sunday; on a Sunday, the one in a week. */
export function nextSunday(today: LocalDate): LocalDate {
  return daysAfter(today, SUNDAY - (weekdayOf(epochDayOf(today)) % SUNDAY));
}
