import { dateOf, epochDayOf, weekdayOf } from '#contracts/civil-date.ts';
import type { DailyHours, LocalDate, LocalTime } from '#contracts/time.ts';
import { longDate, shortDate } from '#services/platform/messages/i18n/date-text.ts';
import {
  button,
  inRows,
  lines,
  paragraphs,
  type RenderContext,
  type View,
} from '../../conversation/render-context.ts';
import { vacationFrom } from '../../domain/account.ts';
import { timezoneText } from '../timezone/screen.ts';

const LANGUAGES = { en: 'English', ru: 'Русский' } as const;
const DAY_STARTS: readonly LocalTime[] = ['00:00', '01:00', '02:00', '03:00', '04:00', '05:00', '06:00'];
const NIGHTS: readonly DailyHours[] = [
  { from: '21:00', to: '08:00' },
  { from: '22:00', to: '07:00' },
  { from: '23:00', to: '08:00' },
  { from: '00:00', to: '07:00' },
];
const SUNDAY = 7;

/** All settings as they are, each with the button that changes it. */
export function settingsScreen(context: RenderContext): View {
  const { t, locale, person } = context;
  const { dayStartsAt, remindersStopped } = person.account;
  const languages = (['en', 'ru'] as const).map((each) =>
    button(`${each === locale ? '✅ ' : ''}${LANGUAGES[each]}`, { tap: 'language', locale: each }),
  );
  const text = paragraphs(
    t('settings-title'),
    lines(
      t('settings-language', { language: LANGUAGES[locale] }),
      timezoneText(context),
      t('settings-day-start', { at: dayStartsAt }),
      quietText(context),
      vacationText(context),
    ),
    remindersStopped && t('settings-reminders-off'),
  );
  const rows = [
    languages,
    [
      button(t('button-change-timezone'), { tap: 'changeZone' }),
      button(t('button-day-start'), { tap: 'dayStart' }),
    ],
    [button(t('button-quiet'), { tap: 'quiet' }), button(t('button-vacation'), { tap: 'vacation' })],
    [
      remindersStopped
        ? button(t('button-reminders-on'), { tap: 'remindersOn' })
        : button(t('button-reminders-off'), { tap: 'remindersOff' }),
    ],
  ];
  return { text, buttons: rows };
}

function quietText({ t, person }: RenderContext): string {
  const { quiet } = person.account;
  return quiet ? t('settings-quiet', quiet) : t('settings-no-quiet');
}

function vacationText({ t, locale, person }: RenderContext): string {
  const vacation = vacationFrom(person.today, person.account);
  if (!vacation) return t('settings-no-vacation');
  const { from, to } = vacation;
  return t('settings-vacation', { from: shortDate(locale, from), to: shortDate(locale, to) });
}

const backToSettings = ({ t }: RenderContext) => [button(t('button-back-to-settings'), { tap: 'settings' })];

export function dayStartScreen(context: RenderContext): View {
  const { t, person } = context;
  const { dayStartsAt } = person.account;
  const starts = DAY_STARTS.map((at) =>
    button(`${at === dayStartsAt ? '✅ ' : ''}${t('time', { at })}`, { tap: 'dayStartsAt', at }),
  );
  return { text: t('ask-day-start'), buttons: [...inRows(starts, 4), backToSettings(context)] };
}

export function quietHoursScreen(context: RenderContext): View {
  const { t, person } = context;
  const { quiet } = person.account;
  const isNow = ({ from, to }: DailyHours) => quiet?.from === from && quiet.to === to;
  const nights = NIGHTS.map((night) =>
    button(`${isNow(night) ? '✅ ' : ''}${t('time', { at: night.from })} – ${t('time', { at: night.to })}`, {
      tap: 'quietHours',
      ...night,
    }),
  );
  const none = quiet ? [[button(t('button-no-quiet'), { tap: 'noQuiet' })]] : [];
  const own = quiet !== null && !NIGHTS.some(isNow) && quietText(context);
  return {
    text: paragraphs(t('ask-quiet'), own),
    buttons: [...inRows(nights, 2), ...none, backToSettings(context)],
  };
}

/** The vacation that is planned or running, or how to plan one. */
export function vacationScreen(context: RenderContext): View {
  const { t, locale, person } = context;
  const { today } = person;
  const vacation = vacationFrom(today, person.account);
  if (vacation) {
    const { from, to } = vacation;
    const running = from <= today;
    const dates = { from: longDate(locale, from), to: longDate(locale, to) };
    const text = running ? t('vacation-now', { to: dates.to }) : t('vacation-planned', dates);
    const end = button(t(running ? 'button-end-vacation' : 'button-cancel-vacation'), { tap: 'noVacation' });
    return { text, buttons: [[end], backToSettings(context)] };
  }
  const sunday = nextSunday(today);
  const until = t('button-until-sunday', { date: shortDate(locale, sunday) });
  const weeks = [1, 2].map((count) =>
    button(t('button-weeks', { weeks: count }), {
      tap: 'away',
      from: today,
      to: daysAfter(today, 7 * count - 1),
    }),
  );
  return {
    text: t('ask-vacation'),
    buttons: [[button(until, { tap: 'away', from: today, to: sunday })], weeks, backToSettings(context)],
  };
}

const daysAfter = (on: LocalDate, days: number): LocalDate => dateOf(epochDayOf(on) + days);

/** The coming Sunday; on a Sunday, the one in a week. */
function nextSunday(today: LocalDate): LocalDate {
  return daysAfter(today, SUNDAY - (weekdayOf(epochDayOf(today)) % SUNDAY));
}

/** Confirms the person's answer to the question whether reminders go on. */
export function remindingScreen({ t, person }: RenderContext): View {
  if (person.account.remindersStopped) {
    const again = button(t('button-reminders-on'), { tap: 'continueReminders' });
    return { text: t('reminders-off'), buttons: [[again]] };
  }
  return { text: t('reminders-on'), buttons: [[button(t('button-today'), { tap: 'today', page: 0 })]] };
}
