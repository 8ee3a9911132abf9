import type { HabitId } from '#contracts/ids.ts';
import { EVERY_DAY, type LocalTime, type Weekday } from '#contracts/time.ts';
import type { Translate } from '#services/platform/messages/i18n/translator.ts';
import {
  button,
  inRows,
  paragraphs,
  type RenderContext,
  type View,
} from '../../conversation/render-context.ts';
import type { Tap } from '../../conversation/taps.ts';
import { weekdayName, weekdaysText, whenText } from '../../conversation/words.ts';
import type { Reminder, State } from '../../domain/habit-state.ts';
import { COMMON_TIMES, WINDOWS } from './reminder-choices.ts';

/** A habit's reminders, a button for each. */
export function remindersScreen({ t, locale }: RenderContext, habitId: HabitId, habit: State): View {
  const { name, reminders } = habit;
  const rows = reminders.map(({ at, weekdays, windowMinutes }) => {
    const within = windowMinutes ? t('within', { minutes: windowMinutes }) : '';
    const text = `⏰ ${t('time', { at })}${within} · ${weekdaysText(t, locale, weekdays)}`;
    return [button(text, { tap: 'reminder', habitId, at })];
  });
  const add = button(t('button-add-reminder'), { tap: 'addReminder', habitId });
  const back = button(t('button-back'), { tap: 'habit', habitId });
  const text = t(reminders.length === 0 ? 'reminders-none' : 'reminders-title', { name });
  return { text, buttons: [...rows, [add], ...whenMetButton(t, habitId, habit), [back]] };
}

/** Of a habit of some times in a while: whether its reminders go on once that is done. */
function whenMetButton(t: Translate, habitId: HabitId, { frequency, reminders, remindsWhenMet }: State) {
  if (frequency.kind === 'daily' || frequency.kind === 'weekdays' || reminders.length === 0) return [];
  const text = t('button-remind-when-met');
  return [
    [
      button(`${remindsWhenMet ? '✅' : '⬜'} ${text}`, {
        tap: 'remindWhenMet',
        habitId,
        remind: remindsWhenMet ? 'no' : 'yes',
      }),
    ],
  ];
}

/** One reminder: a button for each weekday, one for how exact it is, and one to remove it. */
export function reminderScreen(context: RenderContext, habitId: HabitId, habit: State, at: LocalTime): View {
  const { t, locale } = context;
  const back = button(t('button-back'), { tap: 'reminders', habitId });
  const reminder = habit.reminders.find((each) => each.at === at);
  if (!reminder) return { text: t('reminder-gone', { at }), buttons: [[back]] };
  const days = weekdayButtons(locale, reminder.weekdays).map(({ text, weekdays }) =>
    button(text, { tap: 'remindOn', habitId, at, weekdays }),
  );
  const flexible = button(withinText(t, reminder.windowMinutes), { tap: 'flexible', habitId, at });
  const move = button(t('button-move-reminder'), { tap: 'moveReminder', habitId, at });
  const remove = button(t('button-remove-reminder'), { tap: 'remindNot', habitId, at });
  return {
    text: paragraphs(
      t('reminder-title-one', { name: habit.name, when: whenText(t, reminder) }),
      nightText(context, reminder),
    ),
    buttons: [...inRows(days, 4), [move, flexible], [remove], [back]],
  };
}

/** Before the day starts it is still the date before: a Monday's reminder comes in the night to Tuesday, and says so. */
function nightText({ t, locale, person }: RenderContext, { at, weekdays }: Reminder): string {
  const { dayStartsAt } = person.account;
  const [first] = weekdays;
  if (at >= dayStartsAt || first === undefined) return '';
  const [day, next] = [first, (first % 7) + 1].map((weekday) => weekdayName(locale, weekday));
  return t('reminder-night', { start: dayStartsAt, at, day: day ?? '', next: next ?? '' });
}

/** Chooses how exactly one reminder comes. */
export function flexibleScreen(context: RenderContext, habitId: HabitId, habit: State, at: LocalTime): View {
  const back = button(context.t('button-back'), { tap: 'reminder', habitId, at });
  const now = habit.reminders.find((each) => each.at === at)?.windowMinutes;
  const { text, buttons = [] } = flexibleChoice(context, habit.name, now, (minutes) => ({
    tap: 'remindWithin',
    habitId,
    at,
    minutes,
  }));
  return { text, buttons: [...buttons, [back]] };
}

/** The choices of {@link WINDOWS}, each a button. */
export function flexibleChoice(
  { t }: RenderContext,
  name: string,
  now: number | undefined,
  tapOf: (minutes: number) => Tap,
): View {
  const choices = WINDOWS.map((minutes) => {
    const text = minutes === 0 ? t('choice-exact') : t('button-within', { minutes });
    return button(`${minutes === (now ?? 0) ? '✅ ' : ''}${text}`, tapOf(minutes));
  });
  return { text: t('ask-flexible', { name }), buttons: inRows(choices, 2) };
}

/** How exact reminders are now, for the button that changes it. */
export function withinText(t: Translate, minutes: number | undefined): string {
  return minutes ? t('button-within', { minutes }) : t('button-exact');
}

/** Asks for the time of a new reminder. */
export function addReminderScreen({ t }: RenderContext, habitId: HabitId, { name, reminders }: State): View {
  const free = COMMON_TIMES.filter((at) => !reminders.some((reminder) => reminder.at === at));
  const times = free.map((at) => button(t('time', { at }), { tap: 'remind', habitId, at }));
  return {
    text: t('ask-reminder-time', { name }),
    buttons: [...inRows(times, 3), [button(t('button-cancel'), { tap: 'cancel' })]],
  };
}

/** Asks for another time of a reminder. */
export function moveReminderScreen(
  { t }: RenderContext,
  habitId: HabitId,
  { name, reminders }: State,
  at: LocalTime,
): View {
  const free = COMMON_TIMES.filter((to) => !reminders.some((reminder) => reminder.at === to));
  const times = free.map((to) => button(t('time', { at: to }), { tap: 'moveTo', habitId, at, to }));
  return {
    text: t('ask-moved-time', { name, at }),
    buttons: [...inRows(times, 3), [button(t('button-cancel'), { tap: 'cancel' })]],
  };
}

/** A button for each weekday, with the weekdays that are chosen after its tap. */
export function weekdayButtons(
  locale: RenderContext['locale'],
  chosen: readonly Weekday[],
): { text: string; weekdays: Weekday[] }[] {
  return EVERY_DAY.map((day) => {
    const on = chosen.includes(day);
    const weekdays = EVERY_DAY.filter((each) => (each === day ? !on : chosen.includes(each)));
    return { text: `${on ? '✅ ' : ''}${weekdayName(locale, day)}`, weekdays };
  });
}
