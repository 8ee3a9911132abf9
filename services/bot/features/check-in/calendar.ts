import type { InlineKeyboardButton } from 'grammy/types';
import { dateOf, epochDayOf, monthLength, weekdayOf } from '#contracts/civil-date.ts';
import type { HabitId } from '#contracts/ids.ts';
import type { LocalDate } from '#contracts/time.ts';
import type { CardItem } from '#services/platform/messages/card-item.ts';
import { isPartly } from '#services/platform/messages/reminder-card.ts';
import { button, inRows, lines, type RenderContext, type View } from '../../conversation/render-context.ts';
import type { Screen } from '../../conversation/screen.ts';
import type { Tap } from '../../conversation/taps.ts';
import { type Habit, habitOf } from '../../person.ts';
import { habitsOn } from './day-list.ts';
import { habitDay } from './habit-day.ts';

type CalendarScreen = Extract<Screen, { screen: 'calendar' }>;

/**
 * A month as buttons, weeks from Monday: at most 42 days, with marks on those that were answered, of one habit or of all.
 * `on` is any day of the month.
 */
export function calendarScreen(context: RenderContext, { on, of }: CalendarScreen): View {
  const { t, locale, person } = context;
  const name = of && habitOf(person, of)?.name;
  const day = epochDayOf(on);
  const first = day - Number(on.slice(8)) + 1;
  const length = monthLength(day);
  const last = first + length - 1;
  const rest = (7 - ((weekdayOf(first) - 1 + length) % 7)) % 7;
  const empty = (count: number) => Array.from({ length: count }, () => button('·', monthTap(on, of)));
  const days = Array.from({ length }, (_, n) => dayButton(context, dateOf(first + n), of));
  const cells = [...empty(weekdayOf(first) - 1), ...days, ...empty(rest)];
  const month = new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric', timeZone: 'UTC' });
  const title = name
    ? t('calendar-title-of', { month: month.format(Date.parse(on)), name })
    : t('calendar-title', { month: month.format(Date.parse(on)) });
  return {
    text: lines(title, t('calendar-how')),
    buttons: [...inRows(cells, 7), ...ways(context, { first, last, of })],
  };
}

function ways(
  { t, person }: RenderContext,
  { first, last, of }: { first: number; last: number; of: HabitId | undefined },
): InlineKeyboardButton[][] {
  const earlier = button(t('button-earlier-month'), monthTap(dateOf(first - 1), of));
  const isThisMonth = last >= epochDayOf(person.today);
  const later = isThisMonth ? [] : [button(t('button-later-month'), monthTap(dateOf(last + 1), of))];
  const back = of
    ? button(t('button-back'), { tap: 'habit', habitId: of })
    : button(t('button-today'), { tap: 'dayList', on: person.today, page: 0 });
  return [[earlier, ...later], [back]];
}

const monthTap = (on: LocalDate, of: HabitId | undefined): Tap =>
  of ? { tap: 'habitMonth', habitId: of, on } : { tap: 'month', on };

function dayButton(
  { t, person }: RenderContext,
  on: LocalDate,
  of: HabitId | undefined,
): InlineKeyboardButton {
  const date = String(Number(on.slice(8)));
  if (on > person.today) return button('·', monthTap(on, of));
  const habits = habitsOn(person, on).filter(({ habitId }) => !of || habitId === of);
  const mark = markOf(habits.map((habit) => habitDay(habit, on, person)));
  const tap: Tap = of ? { tap: 'habitOn', habitId: of, on } : { tap: 'dayList', on, page: 0 };
  return button(mark ? t(`calendar-day-${mark}`, { date }) : date, tap);
}

/** What a day holds; of several habits, whether all that were asked for are done, or some. */
function markOf(items: readonly CardItem[]): 'done' | 'partly' | 'no' | 'skipped' | undefined {
  const isDone = (item: CardItem) => item.state === 'done' && !isPartly(item);
  const isAnswered = (item: CardItem) => item.state !== 'open' || isPartly(item);
  const settled = items.filter(({ state }) => state !== 'skipped');
  if (items.length === 0 || !items.some(isAnswered)) return undefined;
  if (settled.length === 0) return 'skipped';
  if (settled.every(isDone)) return 'done';
  return settled.every(({ state }) => state === 'no') ? 'no' : 'partly';
}

/** For the habit's own screen. */
export const calendarButton = (t: RenderContext['t'], { habitId }: Pick<Habit, 'habitId'>, on: LocalDate) =>
  button(t('button-days'), { tap: 'habitMonth', habitId, on });
