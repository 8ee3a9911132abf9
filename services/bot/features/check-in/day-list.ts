import { epochDayOf } from '#contracts/civil-date.ts';
import type { Group } from '#contracts/habit-events.ts';
import { inDayOrder } from '#contracts/habit-order.ts';
import { isAskedFor } from '#contracts/history.ts';
import { fnv1a32 } from '#contracts/ids.ts';
import type { LocalDate } from '#contracts/time.ts';
import type { Dialog, HabitDay } from '../../conversation/dialog.ts';
import { edit, type Step, stay, toast } from '../../conversation/step.ts';
import type { ListTap } from '../../conversation/taps.ts';
import { entryOn } from '../../domain/calendar.ts';
import { MAX_DAYS_BACK } from '../../domain/habit-entries.ts';
import { isPausedOn, type State } from '../../domain/habit-state.ts';
import { isSettled } from '../../domain/reminding.ts';
import { type AddressedCommand, type Habit, habitOf, type Person } from '../../person.ts';
import { LIST_PAGE } from './lists.ts';

/** A tap on another day or month, or on Done all of a day or of a group. */
export function tapList(dialog: Dialog, tap: ListTap, person: Person): Step {
  const { on } = tap;
  if (epochDayOf(person.today) - epochDayOf(on) > MAX_DAYS_BACK) return toast(dialog, 'refusal-TooLongAgo');
  switch (tap.tap) {
    case 'month':
      return stay(dialog, edit({ screen: 'calendar', on }));
    case 'habitMonth':
      if (!habitOf(person, tap.habitId)) return toast(dialog, 'refusal-HabitNotFound');
      return stay(dialog, edit({ screen: 'calendar', on, of: tap.habitId }));
    default:
      return on > person.today ? toast(dialog, 'refusal-InTheFuture') : tapDay(dialog, tap, person);
  }
}

type OfDay = Exclude<ListTap, { tap: 'month' | 'habitMonth' }>;

function tapDay(dialog: Dialog, tap: OfDay, person: Person): Step {
  const { on } = tap;
  if (tap.tap === 'habitOn') {
    const { habitId } = tap;
    const place = habitsOn(person, on).findIndex((habit) => habit.habitId === habitId);
    if (place < 0) return toast(dialog, 'day-not-asked');
    const page = Math.floor(place / LIST_PAGE);
    return stay(dialog, edit({ screen: 'today', page, on, unfolded: { habitId, on } }));
  }
  const { page } = tap;
  const shown = edit({ screen: 'today', page, on });
  if (tap.tap === 'dayList') return stay(dialog, shown);
  const wanted = habitsOn(person, on).filter(
    ({ state }) => tap.tap === 'dayAll' || groupKey(state.group) === tap.group,
  );
  const commands = doneAll(
    wanted.map(({ habitId }) => ({ habitId, on })),
    person,
  );
  return {
    dialog,
    commands,
    shows: [shown],
    toast: { key: commands.length > 0 ? 'toast-all-done' : 'toast-already' },
  };
}

/**
 * What makes the open days of a list done: a yes, or all of an amount to be reached. A limit has no such amount, and stays
 * open.
 */
export function doneAll(days: readonly HabitDay[], person: Person): AddressedCommand[] {
  return days.flatMap(({ habitId, on }) => {
    const habit = habitOf(person, habitId);
    const value = habit && !habit.archived && !isSettled(habit, on) ? allOf(habit) : undefined;
    if (value === undefined) return [];
    return [{ to: 'habit', habitId, command: { type: 'CheckIn', data: { on, value, today: person.today } } }];
  });
}

function allOf({ goal }: State): number | undefined {
  if (goal.kind === 'yesNo') return 1;
  return goal.direction === 'atLeast' ? goal.target : undefined;
}

/** Names a group in callback data, whatever its name is. */
export const groupKey = (group: Group | null): string => fnv1a32(JSON.stringify(group)).toString(36);

/** Habits asked for on a date, and any with an entry for it, as the person ordered them. */
export function habitsOn({ habits, account, today }: Person, on: LocalDate): Habit[] {
  const listed = habits.filter(({ state }) => {
    if (state.archived) return false;
    const isAnswered = entryOn(state.calendar, on) !== undefined || state.closedOn.includes(on);
    return isAnswered || (!isPausedOn(state, today) && isAskedFor(epochDayOf(on), state.frequency));
  });
  return inDayOrder(listed, account.habitOrder);
}
