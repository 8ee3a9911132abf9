import {
  askText,
  type CardItem,
  habitButtons,
  habitLine,
  isPartly,
} from '#services/runtime/reminder-card.ts';
import type { HabitDay } from '../dialogs/dialog.ts';
import { entryOn } from '../domain/calendar.ts';
import { dayNumber } from '../domain/day-number.ts';
import { isAskedFor } from '../domain/history.ts';
import type { Habit, Person } from '../person.ts';
import { tapData } from '../taps.ts';
import { habitDay } from './habit-day.ts';
import { button, lines, pageButtons, pageOf, paragraphs, type Scene, type Sketch } from './scene.ts';
import { dateText } from './words.ts';

const PAGE = 10;

/** The day's habits with their buttons, streaks and a summary. */
export function todayScreen(
  { t, locale, person }: Scene,
  asked: number,
  asking: HabitDay | undefined,
): Sketch {
  const habits = habitsOfToday(person);
  const date = dateText(locale, person.today);
  if (habits.length === 0) {
    const text = t(person.habits.length === 0 ? 'today-no-habits' : 'today-free', { date });
    return { text, buttons: [[button(t('button-new-habit'), { tap: 'newHabit' })]] };
  }
  const items = habits.map(({ habitId, state }) =>
    habitDay(
      habitId,
      state,
      person.today,
      person.today,
      asking?.habitId === habitId && asking.on === person.today,
    ),
  );
  const { items: shown, ...place } = pageOf(items, asked, PAGE);
  const done = items.filter((item) => item.state === 'done' && !isPartly(item)).length;
  const allAnswered = items.every((item) => item.state !== 'open');
  const text = paragraphs(
    lines(t('today-title', { date }), t('today-summary', { done, total: items.length })),
    shown.map((item) => habitLine(t, item)).join('\n'),
    allAnswered && t('today-all-answered'),
    ...shown.map((item) => askText(t, item)),
  );
  const rows = shown.flatMap((item) => dayButtons(t, item, place.page));
  return {
    text,
    buttons: [...rows, ...pageButtons({ items: shown, ...place }, (page) => ({ tap: 'today', page }))],
  };
}

function dayButtons(t: Scene['t'], item: CardItem, page: number) {
  const day = { habitId: item.habitId, on: item.on, page };
  const taps = { done: 'dayDone', skip: 'daySkip', undo: 'dayUndo' } as const;
  return habitButtons(t, item, true, (answer) => {
    const tap =
      answer.action === 'amount'
        ? ({ tap: 'dayAmount', ...day, value: answer.value } as const)
        : { tap: taps[answer.action], ...day };
    return tapData(tap);
  });
}

/** Those asked for today, and any that were answered anyway, by their first reminder and then by name. */
function habitsOfToday({ habits, today }: Person): Habit[] {
  const first = ({ state }: Habit) => state.reminders[0]?.at ?? '99';
  const listed = habits.filter(({ state }) => {
    if (state.archived) return false;
    const answered = entryOn(state.calendar, today) !== undefined;
    return answered || (!state.paused && isAskedFor(dayNumber(today), state.frequency));
  });
  return listed.toSorted((a, b) => first(a).localeCompare(first(b)));
}
