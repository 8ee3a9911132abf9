import type { InlineKeyboardButton } from 'grammy/types';
import { dateOf, epochDayOf } from '#contracts/civil-date.ts';
import { sectionsOf } from '#contracts/habit-order.ts';
import { isAskedFor } from '#contracts/history.ts';
import type { DateRange, LocalDate } from '#contracts/time.ts';
import { localDateAt } from '#services/platform/local-time/local-time.ts';
import type { CardItem } from '#services/platform/messages/card-item.ts';
import { longDate } from '#services/platform/messages/i18n/date-text.ts';
import { type DataOf, itemRows, namedRows } from '#services/platform/messages/reminder-buttons.ts';
import { askText, habitLine, isPartly } from '#services/platform/messages/reminder-card.ts';
import {
  button,
  calendarRows,
  inRows,
  lines,
  pageButtons,
  pageOf,
  paragraphs,
  type RenderContext,
  type View,
} from '../../conversation/render-context.ts';
import type { Screen } from '../../conversation/screen.ts';
import { tapData } from '../../conversation/taps.ts';
import { dateText, groupText } from '../../conversation/words.ts';
import { isUntilBack, vacationFrom } from '../../domain/account.ts';
import { entryOn } from '../../domain/calendar.ts';
import { isPausedOn, type State } from '../../domain/habit-state.ts';
import { isMet, isSettled } from '../../domain/reminding.ts';
import type { Habit } from '../../person.ts';
import { pausedName } from '../habits/pause.ts';
import { calendarScreen } from './calendar.ts';
import { groupKey, habitsOn } from './day-list.ts';
import { askedOf, habitDay } from './habit-day.ts';
import { LIST_PAGE } from './lists.ts';

/** The habits of a day, or a month to choose a day from. */
export function daysScreen(
  context: RenderContext,
  screen: Extract<Screen, { screen: 'today' | 'calendar' }>,
): View {
  return screen.screen === 'today' ? todayScreen(context, screen) : calendarScreen(context, screen);
}

type TodayScreen = Extract<Screen, { screen: 'today' }>;

/** A day's habits with their buttons, streaks and a summary: today's, or those of a day before. */
function todayScreen(context: RenderContext, screen: TodayScreen): View {
  const { t, person } = context;
  const on = screen.on ?? person.today;
  const habits = habitsOn(person, on);
  if (habits.length === 0) return freeDay(context, on);
  const items = habits.map((habit) =>
    habitDay(habit, on, person, askedOf({ habitId: habit.habitId, on }, screen)),
  );
  const { items: shown, ...place } = pageOf(items, screen.page, LIST_PAGE);
  const done = items.filter((item) => item.state === 'done' && !isPartly(item)).length;
  const text = paragraphs(
    lines(titleOf(context, on), t('today-summary', { done, total: items.length })),
    listText(context, habits, shown),
    on === person.today && isComplete(habits, on) && t('today-all-answered'),
    on === person.today && restText(context),
    ...shown.map((item) => askText(t, item)),
  );
  return { text, buttons: [...listButtons(context, { habits, shown, place, on }), ...dayRow(context, on)] };
}

function freeDay(context: RenderContext, on: LocalDate): View {
  const { t, locale, person } = context;
  const none = t(person.habits.length === 0 ? 'today-no-habits' : 'today-free', {
    date: dateText(locale, on),
  });
  if (on !== person.today)
    return { text: t('day-free', { date: dateText(locale, on) }), buttons: dayRow(context, on) };
  const add = button(t('button-new-habit'), { tap: 'newHabit' });
  const rows = person.habits.length === 0 ? [] : dayRow(context, on);
  return { text: paragraphs(none, restText(context)), buttons: [[add], ...rows] };
}

/**
 * Which date the answers count for, always said; in the night before the day starts also until when it is still the day
 * before.
 */
function titleOf({ t, locale, person }: RenderContext, on: LocalDate): string {
  const date = dateText(locale, on);
  if (on < person.today)
    return t(isDayBefore(on, person.today) ? 'day-title-yesterday' : 'day-title', { date });
  const { timezone, dayStartsAt } = person.account;
  const isNight = timezone !== null && localDateAt(person.nowMs, timezone) !== person.today;
  return lines(t('today-title', { date }), isNight && t('today-until', { at: dayStartsAt }));
}

const isDayBefore = (on: LocalDate, today: LocalDate) => epochDayOf(today) - epochDayOf(on) === 1;

const isComplete = (habits: readonly Habit[], on: LocalDate) =>
  habits.every(({ state }) => isSettled(state, on) || isMet(state, on));

/** A line a habit, under the names of the groups where there are some. */
function listText({ t }: RenderContext, habits: readonly Habit[], shown: readonly CardItem[]): string {
  const sections = sectionsOf(habits).map(({ group, habits: of }) => {
    const these = shown.filter(({ habitId }) => of.some((habit) => habit.habitId === habitId));
    return { group, text: these.map((item) => habitLine(t, item)).join('\n') };
  });
  if (sections.every(({ group }) => group === null)) return sections.map(({ text }) => text).join('\n');
  const titled = sections.filter(({ text }) => text !== '');
  return paragraphs(
    ...titled.map(({ group, text }) => lines(group ? groupText(t, group) : t('group-none'), text)),
  );
}

type Listed = {
  habits: readonly Habit[];
  shown: readonly CardItem[];
  place: { page: number; pages: number };
  on: LocalDate;
};

function listButtons({ t }: RenderContext, { habits, shown, place, on }: Listed): InlineKeyboardButton[][] {
  const { page } = place;
  const isOpen = ({ state }: Habit) => !isSettled(state, on);
  const open = habits.filter(isOpen);
  const groups = sectionsOf(habits).filter((section) => section.group && section.habits.some(isOpen));
  const all = groups.map(({ group }) =>
    button(t('button-done-group', { group: group ? groupText(t, group) : '' }), {
      ...{ tap: 'dayAllOf', on, page, group: groupKey(group) },
    }),
  );
  const [only] = shown;
  const isSingle = habits.length === 1 && only !== undefined;
  return [
    ...(isSingle ? itemRows(t, only, dataOn(page)) : namedRows(t, shown, dataOn(page))),
    ...pageButtons({ items: [...shown], ...place }, (other) => ({ tap: 'dayList', on, page: other })),
    ...inRows(all, 2),
    ...(open.length > 1 ? [[button(t('button-done-all'), { tap: 'dayAll', on, page })]] : []),
  ];
}

/** From one day to another. */
function dayRow(context: RenderContext, on: LocalDate): InlineKeyboardButton[][] {
  const { t, person } = context;
  const listAt = (key: string, day: LocalDate) => button(t(key), { tap: 'dayList', on: day, page: 0 });
  const before = dateOf(epochDayOf(on) - 1);
  const month = button(t('button-other-day'), { tap: 'month', on });
  if (on === person.today) return [[listAt('button-yesterday', before), month], ...calendarRows(context)];
  const after = dateOf(epochDayOf(on) + 1);
  const next = after === person.today ? [] : [listAt('button-day-after', after)];
  return [
    [listAt('button-day-before', before), ...next],
    [month, listAt('button-today', person.today)],
  ];
}

/** Lines that say why some habits are missing or no reminders come: pauses, a vacation, reminders turned off. */
function restText(context: RenderContext): string {
  const { t, person } = context;
  const { account, habits, today } = person;
  const paused = habits
    .filter(({ state }) => isResting(state, today))
    .map(({ state }) => pausedName(context, state));
  const vacation = vacationFrom(today, account);
  return lines(
    paused.length > 0 && t('today-paused', { names: paused.join(', ') }),
    vacation && vacation.from <= today && vacationText(context, vacation),
    account.remindersStopped && t('reminders-are-off'),
  );
}

function isResting(habit: State, today: LocalDate): boolean {
  if (habit.archived || !isPausedOn(habit, today) || entryOn(habit.calendar, today) !== undefined)
    return false;
  return isAskedFor(epochDayOf(today), habit.frequency);
}

const DAY_TAPS = {
  done: 'dayDone',
  no: 'dayNo',
  skip: 'daySkip',
  undo: 'dayUndo',
  skipAnyway: 'daySkipAnyway',
  noAnyway: 'dayNoAnyway',
  other: 'dayOther',
  note: 'dayNote',
  open: 'dayOpen',
  show: 'dayShow',
} as const;

/** A day's list offers no waiting: nobody was reminded there. */
const dataOn =
  (page: number): DataOf =>
  ({ habitId, on }, asked) => {
    const day = { habitId, on, page };
    if (asked.action === 'later' || asked.action === 'wait') return undefined;
    if (asked.action === 'amount') return tapData({ tap: 'dayAmount', ...day, value: asked.value });
    if (asked.action === 'add') return tapData({ tap: 'dayAdd', ...day, value: asked.value });
    return tapData({ tap: DAY_TAPS[asked.action], ...day });
  };

const vacationText = ({ t, locale }: RenderContext, vacation: DateRange): string =>
  isUntilBack(vacation) ? t('settings-paused') : t('today-vacation', { date: longDate(locale, vacation.to) });
