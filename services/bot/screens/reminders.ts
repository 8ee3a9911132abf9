import type { HabitId } from '#contracts/ids.ts';
import { EVERY_DAY, type LocalTime, type Weekday } from '#contracts/time.ts';
import type { State } from '../domain/habit.ts';
import { button, inRows, type Scene, type Sketch } from './scene.ts';
import { weekdayName, weekdaysText } from './words.ts';

/** Times that many people want, to tap instead of typing. */
export const COMMON_TIMES: readonly LocalTime[] = [
  '07:00',
  '08:00',
  '09:00',
  '12:00',
  '15:00',
  '18:00',
  '20:00',
  '21:00',
  '22:00',
];

/** A habit's reminders, each to be opened. */
export function remindersScreen({ t, locale }: Scene, habitId: HabitId, { name, reminders }: State): Sketch {
  const rows = reminders.map(({ at, weekdays }) => [
    button(`⏰ ${at} · ${weekdaysText(t, locale, weekdays)}`, { tap: 'reminder', habitId, at }),
  ]);
  const add = button(t('button-add-reminder'), { tap: 'addReminder', habitId });
  const back = button(t('button-back'), { tap: 'habit', habitId });
  const text = t(reminders.length === 0 ? 'reminders-none' : 'reminders-title', { name });
  return { text, buttons: [...rows, [add], [back]] };
}

/** One reminder: its weekdays, a tap switching each, and its end. */
export function reminderScreen({ t, locale }: Scene, habitId: HabitId, habit: State, at: LocalTime): Sketch {
  const back = button(t('button-back'), { tap: 'reminders', habitId });
  const reminder = habit.reminders.find((each) => each.at === at);
  if (!reminder) return { text: t('reminder-gone', { at }), buttons: [[back]] };
  const days = weekdayButtons(locale, reminder.weekdays).map(({ text, weekdays }) =>
    button(text, { tap: 'remindOn', habitId, at, weekdays }),
  );
  const remove = button(t('button-remove-reminder'), { tap: 'remindNot', habitId, at });
  return {
    text: t('reminder-title-one', { name: habit.name, at }),
    buttons: [...inRows(days, 4), [remove], [back]],
  };
}

/** Asks for the time of a new reminder. */
export function addReminderScreen({ t }: Scene, habitId: HabitId, { name, reminders }: State): Sketch {
  const free = COMMON_TIMES.filter((at) => !reminders.some((reminder) => reminder.at === at));
  const times = free.map((at) => button(at, { tap: 'remind', habitId, at }));
  return {
    text: t('ask-reminder-time', { name }),
    buttons: [...inRows(times, 3), [button(t('button-cancel'), { tap: 'cancel' })]],
  };
}

/** Seven buttons; each says the days there will be after its tap. */
export function weekdayButtons(
  locale: Scene['locale'],
  chosen: readonly Weekday[],
): { text: string; weekdays: Weekday[] }[] {
  return EVERY_DAY.map((day) => {
    const on = chosen.includes(day);
    const weekdays = EVERY_DAY.filter((each) => (each === day ? !on : chosen.includes(each)));
    return { text: `${on ? '✅ ' : ''}${weekdayName(locale, day)}`, weekdays };
  });
}
