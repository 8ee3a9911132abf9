import { dateOf, epochDayOf } from '#contracts/civil-date.ts';
import type { HabitId } from '#contracts/ids.ts';
import { localTimeOf, minuteOfDay } from '#contracts/time.ts';
import { dueMinute, flexibleBy } from '#projections/schedules/due-minute.ts';
import { localDateAt, nextOccurrence } from '#services/platform/local-time/local-time.ts';
import { longDate } from '#services/platform/messages/i18n/date-text.ts';
import { goalText } from '#services/platform/messages/reminder-card.ts';
import { weekdaysOf } from '../dialogs/frequency.ts';
import { vacationFrom } from '../domain/account.ts';
import type { Reminder, State } from '../domain/habit.ts';
import { score } from '../domain/score.ts';
import { streak } from '../domain/streak.ts';
import type { Habit, Person } from '../person.ts';
import { button, lines, pageButtons, pageOf, paragraphs, type Scene, type Sketch } from './scene.ts';
import { dateText, frequencyText, remindersText, whenText } from './words.ts';

const PAGE = 8;

/** All habits, or those put away, a button each. */
export function habitsScreen({ t, person }: Scene, asked: number, archived: boolean): Sketch {
  const of = (wanted: boolean) => person.habits.filter(({ state }) => state.archived === wanted);
  const habits = of(archived);
  const { items, ...place } = pageOf(habits, asked, PAGE);
  const pages = pageButtons({ items, ...place }, (page) => ({ tap: archived ? 'archive' : 'habits', page }));
  const rows = [...items.map((habit) => [habitButton(t, habit, person)]), ...pages];
  if (archived) {
    const back = button(t('button-back-to-habits'), { tap: 'habits', page: 0 });
    return { text: t(habits.length === 0 ? 'archive-empty' : 'archive-title'), buttons: [...rows, [back]] };
  }
  const put = of(true).length;
  const bottom = [button(t('button-new-habit'), { tap: 'newHabit' })];
  if (put > 0) bottom.push(button(t('button-archive', { count: put }), { tap: 'archive', page: 0 }));
  return { text: t(habits.length === 0 ? 'habits-empty' : 'habits-title'), buttons: [...rows, bottom] };
}

function habitButton(t: Scene['t'], { habitId, state }: Habit, { today, account: { vacations } }: Person) {
  const { name } = state;
  const days = streak(state, today, vacations).current;
  const key = state.paused ? 'habit-button-paused' : days > 1 ? 'habit-button-streak' : 'habit-button';
  return button(t(key, { name, days }), { tap: 'habit', habitId });
}

/** One habit and what can be done with it. */
export function habitScreen(scene: Scene, habitId: HabitId, habit: State): Sketch {
  const { t } = scene;
  const status = habit.archived ? t('habit-archived') : habit.paused ? t('habit-paused') : '';
  const text = paragraphs(
    lines(t('habit-title', { name: habit.name }), status),
    facts(scene, habit),
    record(scene, habit),
  );
  if (habit.archived) {
    const rows = [
      [button(t('button-restore'), { tap: 'restore', habitId })],
      [button(t('button-back-to-archive'), { tap: 'archive', page: 0 })],
    ];
    return { text, buttons: rows };
  }
  const pause = habit.paused
    ? button(t('button-resume'), { tap: 'resume', habitId })
    : button(t('button-pause'), { tap: 'pause', habitId });
  const rows = [
    [
      button(t('button-reminders'), { tap: 'reminders', habitId }),
      button(t('button-rename'), { tap: 'rename', habitId }),
    ],
    [pause, button(t('button-put-away'), { tap: 'putAway', habitId })],
    [button(t('button-back-to-habits'), { tap: 'habits', page: 0 })],
  ];
  return { text, buttons: rows };
}

/** Goal, frequency and reminders, a line each. */
export function facts(
  { t, locale }: Scene,
  { goal, frequency, reminders }: Pick<State, 'goal' | 'frequency' | 'reminders'>,
): string {
  const target = goalText(t, goal);
  const times = remindersText(t, locale, reminders, weekdaysOf(frequency));
  return lines(
    target && t('fact-goal', { goal: target }),
    t('fact-frequency', { frequency: frequencyText(t, locale, frequency) }),
    times ? t('fact-reminders', { times }) : t('fact-no-reminders'),
  );
}

function record({ t, person }: Scene, habit: State): string {
  const { vacations } = person.account;
  const { current, best } = streak(habit, person.today, vacations);
  if (best === 0) return t('record-none');
  const strength = score(habit, person.today, vacations).value;
  return lines(
    t('streak', { days: current }),
    t('record-best', { best }),
    t('record-strength', { strength }),
  );
}

/** Said when a habit has been made: what it is and when it will be heard of first. */
export function createdScreen(scene: Scene, habit: State): Sketch {
  const { t } = scene;
  const text = paragraphs(
    t('created-title', { name: habit.name }),
    facts(scene, habit),
    firstReminder(scene, habit),
  );
  const rows = [
    [
      button(t('button-today'), { tap: 'today', page: 0 }),
      button(t('button-another-habit'), { tap: 'newHabit' }),
    ],
  ];
  return { text, buttons: rows };
}

function firstReminder({ t, locale, person }: Scene, { reminders }: State): string {
  const { timezone, remindersStopped } = person.account;
  if (!timezone || reminders.length === 0) return t('created-silent');
  if (remindersStopped) return t('created-stopped');
  const times = reminders.map((reminder) => {
    const place = placeOf(person, reminder);
    const { instantMs } = nextOccurrence({ ...reminder, place }, timezone, person.nowMs);
    return { instantMs, when: whenText(t, shownTime(reminder, place)) };
  });
  const first = times.reduce((a, b) => (b.instantMs < a.instantMs ? b : a));
  const { when } = first;
  const on = localDateAt(first.instantMs, timezone);
  const today = localDateAt(person.nowMs, timezone);
  const vacation = vacationFrom(today, person.account);
  if (vacation && vacation.from <= on && on <= vacation.to) {
    return t('created-vacation', { date: longDate(locale, dateOf(epochDayOf(vacation.to) + 1)) });
  }
  if (on === today) return t('created-first-today', { when });
  if (on === dateOf(epochDayOf(today) + 1)) return t('created-first-tomorrow', { when });
  return t('created-first-on', { when, date: dateText(locale, on) });
}

/** When the reminder comes, in minutes since midnight of its date. */
function placeOf({ userId, account }: Person, { at, windowMinutes = 0 }: Reminder): number {
  const { dayStartsAt, quiet } = account;
  const hours = quiet && { from: minuteOfDay(quiet.from), to: minuteOfDay(quiet.to) };
  const offset = flexibleBy(userId, at, windowMinutes);
  return dueMinute(minuteOfDay(at), offset, { dayStarts: minuteOfDay(dayStartsAt), quiet: hours });
}

/** As it was chosen; one that quiet hours hold back, as it comes. */
function shownTime(reminder: Reminder, place: number): Reminder {
  const { at, weekdays, windowMinutes = 0 } = reminder;
  const minute = place % 1440;
  const isHeldBack = Math.abs(minute - minuteOfDay(at)) > windowMinutes;
  return isHeldBack ? { at: localTimeOf(minute), weekdays } : reminder;
}
