import { epochDayOf } from '#contracts/civil-date.ts';
import type { LocalDate } from '#contracts/time.ts';
import type { CardItem } from '#services/platform/messages/card-item.ts';
import { longDate } from '#services/platform/messages/i18n/date-text.ts';
import { habitButtons } from '#services/platform/messages/reminder-buttons.ts';
import { askText, habitLine, isPartly } from '#services/platform/messages/reminder-card.ts';
import type { HabitDay } from '../../conversation/dialog.ts';
import {
  button,
  lines,
  pageButtons,
  pageOf,
  paragraphs,
  type RenderContext,
  type View,
} from '../../conversation/render-context.ts';
import { tapData } from '../../conversation/taps.ts';
import { dateText } from '../../conversation/words.ts';
import { vacationFrom } from '../../domain/account.ts';
import { entryOn } from '../../domain/calendar.ts';
import type { State } from '../../domain/habit-state.ts';
import { isAskedFor } from '../../domain/history.ts';
import { isMet, isSettled } from '../../domain/reminding.ts';
import type { Habit, Person } from '../../person.ts';
import { habitDay } from './habit-day.ts';

const PAGE = 10;

/** The day's habits with their buttons, streaks and a summary. */
export function todayScreen(context: RenderContext, asked: number, asking: HabitDay | undefined): View {
  const { t, locale, person } = context;
  const habits = habitsOfToday(person);
  const date = dateText(locale, person.today);
  if (habits.length === 0) {
    const text = t(person.habits.length === 0 ? 'today-no-habits' : 'today-free', { date });
    const add = button(t('button-new-habit'), { tap: 'newHabit' });
    return { text: paragraphs(text, restText(context)), buttons: [[add]] };
  }
  const items = habits.map((habit) => {
    const asked = asking?.habitId === habit.habitId && asking.on === person.today;
    return habitDay(habit, person.today, person, asked ? 'amount' : undefined);
  });
  const { items: shown, ...place } = pageOf(items, asked, PAGE);
  const done = items.filter((item) => item.state === 'done' && !isPartly(item)).length;
  const isComplete = habits.every(
    ({ state }) => isSettled(state, person.today) || isMet(state, person.today),
  );
  const text = paragraphs(
    lines(t('today-title', { date }), t('today-summary', { done, total: items.length })),
    shown.map((item) => habitLine(t, item)).join('\n'),
    isComplete && t('today-all-answered'),
    restText(context),
    ...shown.map((item) => askText(t, item)),
  );
  const rows = shown.flatMap((item) => dayButtons(t, item, place.page));
  return {
    text,
    buttons: [...rows, ...pageButtons({ items: shown, ...place }, (page) => ({ tap: 'today', page }))],
  };
}

/** Lines that say why some habits are missing or no reminders come: pauses, a vacation, reminders turned off. */
function restText({ t, locale, person }: RenderContext): string {
  const { account, habits, today } = person;
  const paused = habits.filter(({ state }) => isPausedOn(state, today)).map(({ state }) => state.name);
  const vacation = vacationFrom(today, account);
  return lines(
    paused.length > 0 && t('today-paused', { names: paused.join(', ') }),
    vacation && vacation.from <= today && t('today-vacation', { date: longDate(locale, vacation.to) }),
    account.remindersStopped && t('reminders-are-off'),
  );
}

function isPausedOn({ archived, paused, calendar, frequency }: State, today: LocalDate): boolean {
  if (archived || !paused || entryOn(calendar, today) !== undefined) return false;
  return isAskedFor(epochDayOf(today), frequency);
}

function dayButtons(t: RenderContext['t'], item: CardItem, page: number) {
  const day = { habitId: item.habitId, on: item.on, page };
  const taps = { done: 'dayDone', skip: 'daySkip', undo: 'dayUndo' } as const;
  return habitButtons(t, item, true, (chosen) => {
    const tap =
      chosen.action === 'amount'
        ? ({ tap: 'dayAmount', ...day, value: chosen.value } as const)
        : { tap: taps[chosen.action], ...day };
    return tapData(tap);
  });
}

/** Habits asked for today, and any with an entry for it, by their first reminder and then by name. */
function habitsOfToday({ habits, today }: Person): Habit[] {
  const first = ({ state }: Habit) => state.reminders[0]?.at ?? '99';
  const listed = habits.filter(({ state }) => {
    if (state.archived) return false;
    const hasEntry = entryOn(state.calendar, today) !== undefined;
    return hasEntry || (!state.paused && isAskedFor(epochDayOf(today), state.frequency));
  });
  return listed.toSorted((a, b) => first(a).localeCompare(first(b)));
}
