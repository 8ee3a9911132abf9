import { epochDayOf } from '#contracts/civil-date.ts';
import type { Group } from '#contracts/habit-events.ts';
import { fnv1a32 } from '#contracts/ids.ts';
import type { LocalDate } from '#contracts/time.ts';
import type { Dialog, HabitDay } from '../../conversation/dialog.ts';
import { edit, type Step, stay, toast } from '../../conversation/step.ts';
import type { ListTap } from '../../conversation/taps.ts';
import { entryOn } from '../../domain/calendar.ts';
import type { State } from '../../domain/habit-state.ts';
import { isAskedFor } from '../../domain/history.ts';
import { isSettled } from '../../domain/reminding.ts';
import { type AddressedCommand, type Habit, habitOf, type Person } from '../../person.ts';

/** A tap on another day, or on Done all of a day or of a group. */
export function tapList(dialog: Dialog, tap: ListTap, person: Person): Step {
  const { on, page } = tap;
  if (on > person.today) return toast(dialog, 'refusal-InTheFuture');
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

/**
 * Habits asked for on a date, and any with an entry for it, as the person ordered them; within a group by their first
 * reminder while no order was chosen.
 */
export function habitsOn({ habits, account }: Person, on: LocalDate): Habit[] {
  const listed = habits.filter(({ state }) => {
    if (state.archived) return false;
    const isAnswered = entryOn(state.calendar, on) !== undefined || state.closedOn.includes(on);
    return isAnswered || (!state.paused && isAskedFor(epochDayOf(on), state.frequency));
  });
  if (account.habitOrder.length > 0) return listed;
  const first = ({ state }: Habit) => state.reminders[0]?.at ?? '99';
  return listed.toSorted((a, b) => (sameGroup(a, b) ? first(a).localeCompare(first(b)) : 0));
}

const sameGroup = (a: Habit, b: Habit) => groupKey(a.state.group) === groupKey(b.state.group);
