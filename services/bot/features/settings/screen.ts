import type { DailyHours, LocalTime } from '#contracts/time.ts';
import {
  button,
  inRows,
  lines,
  paragraphs,
  type RenderContext,
  type View,
} from '../../conversation/render-context.ts';
import { clockOf } from '../../domain/clock.ts';
import { WINDOWS } from '../habits/reminder-choices.ts';
import { weekdayText } from '../stats/period-words.ts';
import { timezoneText } from '../timezone/screen.ts';
import { backToSettings, vacationText } from './vacation-screen.ts';

const LANGUAGES = { en: 'English', ru: 'Русский' } as const;
const DAY_STARTS: readonly LocalTime[] = ['00:00', '01:00', '02:00', '03:00', '04:00', '05:00', '06:00'];
const NIGHTS: readonly DailyHours[] = [
  { from: '21:00', to: '08:00' },
  { from: '22:00', to: '07:00' },
  { from: '23:00', to: '08:00' },
  { from: '00:00', to: '07:00' },
];

/** All settings as they are, each with the button that changes it. */
export function settingsScreen(context: RenderContext): View {
  const { t, locale, person } = context;
  const { dayStartsAt, remindersStopped, defaultWindow } = person.account;
  const clock = clockOf(person.account);
  const otherClock = clock === 'h24' ? 'h12' : 'h24';
  const languages = (['en', 'ru'] as const).map((each) =>
    button(`${each === locale ? '✅ ' : ''}${LANGUAGES[each]}`, { tap: 'language', locale: each }),
  );
  const text = paragraphs(
    t('settings-title'),
    lines(
      t('settings-language', { language: LANGUAGES[locale] }),
      timezoneText(context),
      t(`clock-${clock}`),
      t('settings-day-start', { at: dayStartsAt }),
      quietText(context),
      defaultWindow === null ? t('settings-exact') : t('settings-window', { minutes: defaultWindow }),
      digestText(context),
      vacationText(context),
    ),
    remindersStopped && t('settings-reminders-off'),
  );
  const rows = [
    languages,
    [
      button(t('button-change-timezone'), { tap: 'changeZone' }),
      button(t(`clock-${otherClock}`), { tap: 'useClock', clock: otherClock }),
    ],
    [button(t('button-day-start'), { tap: 'dayStart' }), button(t('button-quiet'), { tap: 'quiet' })],
    [button(t('button-default-window'), { tap: 'window' }), button(t('button-digest'), { tap: 'digest' })],
    [button(t('button-vacation'), { tap: 'vacation' })],
    [
      remindersStopped
        ? button(t('button-reminders-on'), { tap: 'remindersOn' })
        : button(t('button-reminders-off'), { tap: 'remindersOff' }),
    ],
    [button(t('button-export'), { tap: 'export' }), button(t('button-forget'), { tap: 'forgetMe' })],
  ];
  return { text, buttons: rows };
}

function digestText({ t, locale, person }: RenderContext): string {
  const { digest } = person.account;
  if (!digest) return '';
  const when = { weekday: weekdayText(locale, digest.weekday, 'long'), at: digest.at };
  return t('settings-digest', { when: t('digest-when', when) });
}

function quietText({ t, person }: RenderContext): string {
  const { quiet } = person.account;
  return quiet ? t('settings-quiet', quiet) : t('settings-no-quiet');
}

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
    button(`${isNow(night) ? '✅ ' : ''}${t('time', { at: night.from })}–${t('time', { at: night.to })}`, {
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

/** How exact the reminders are that are yet to be made. */
export function defaultWindowScreen(context: RenderContext): View {
  const { t, person } = context;
  const now = person.account.defaultWindow ?? 0;
  const choices = WINDOWS.map((minutes) => {
    const text = minutes === 0 ? t('choice-exact') : t('button-within', { minutes });
    return button(`${minutes === now ? '✅ ' : ''}${text}`, { tap: 'windowIs', minutes });
  });
  return { text: t('ask-default-window'), buttons: [...inRows(choices, 2), backToSettings(context)] };
}

/** Confirms the person's answer to the question whether reminders go on. */
export function remindingScreen({ t, person }: RenderContext): View {
  if (person.account.remindersStopped) {
    const again = button(t('button-reminders-on'), { tap: 'continueReminders' });
    return { text: t('reminders-off'), buttons: [[again]] };
  }
  return { text: t('reminders-on'), buttons: [[button(t('button-today'), { tap: 'today', page: 0 })]] };
}
