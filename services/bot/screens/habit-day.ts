import type { Goal } from '#contracts/habit-events.ts';
import type { HabitId } from '#contracts/ids.ts';
import type { LocalDate } from '#contracts/time.ts';
import type { CardItem } from '#services/runtime/reminder-card.ts';
import type { HabitDay } from '../dialogs/dialog.ts';
import { entryOn } from '../domain/calendar.ts';
import type { State } from '../domain/habit.ts';
import { streak } from '../domain/streak.ts';
import { habitOf, type Person } from '../person.ts';

/** How one habit stands on one date, as lists show it. */
export function habitDay(
  habitId: HabitId,
  habit: State,
  on: LocalDate,
  today: LocalDate,
  asking: boolean,
): CardItem {
  const entry = entryOn(habit.calendar, on);
  const { current } = streak(habit, today);
  const amounts = asking && { amounts: amountsFor(habit.goal) };
  const item = { habitId, on, name: habit.name, goal: habit.goal, streak: current, ...amounts };
  if (entry === undefined) return { ...item, state: 'open' };
  if (entry === 'skip') return { ...item, state: 'skipped' };
  return { ...item, state: 'done', value: entry };
}

/** A reminder's habits as they stand now. What is no longer there, or never was this person's, is left out. */
export function cardItems(
  person: Person,
  days: readonly HabitDay[],
  asking: HabitDay | undefined,
): CardItem[] {
  return days.flatMap(({ habitId, on }) => {
    const habit = habitOf(person, habitId);
    const asked = asking?.habitId === habitId && asking.on === on;
    return habit ? [habitDay(habitId, habit, on, person.today, asked)] : [];
  });
}

/** Amounts to tap: round the target, which is what people reach most often. */
export function amountsFor(goal: Goal): number[] {
  if (goal.kind === 'yesNo') return [];
  const { target, direction } = goal;
  if (target === 0) return [0, 1, 2, 3];
  const half = Number.isInteger(target) ? Math.ceil(target / 2) : Math.round(target * 500) / 1000;
  const amounts = direction === 'atMost' ? [0, half, target] : [half, target, target * 2];
  return [...new Set(amounts)].filter((amount) => amount <= 1e9);
}
