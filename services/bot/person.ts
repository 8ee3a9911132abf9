import type { Group } from '#contracts/habit-events.ts';
import type { HabitId, UserId } from '#contracts/ids.ts';
import type { LocalDate } from '#contracts/time.ts';
import type * as account from './domain/account.ts';
import type { AccountCommand } from './domain/account-commands.ts';
import type * as habit from './domain/habit.ts';
import type * as habitState from './domain/habit-state.ts';

/** One person as the log has them at `nowMs`. Habits stand in the order in which they are shown. */
export type Person = {
  userId: UserId;
  account: account.State;
  habits: readonly Habit[];
  /** Ids of those that they deleted for good, when they were read. */
  deletedHabits?: readonly HabitId[];
  nowMs: number;
  /** Their local date, by their own day start; in UTC until a timezone is chosen. */
  today: LocalDate;
};

export type Habit = { habitId: HabitId; state: habitState.State };

/** A command and the aggregate it is for. */
export type AddressedCommand =
  | { to: 'account'; command: AccountCommand }
  | { to: 'habit'; habitId: HabitId; command: habit.Command };

export function habitOf(person: Person, habitId: HabitId): habitState.State | undefined {
  return person.habits.find((each) => each.habitId === habitId)?.state;
}

/**
 * As the person wants to see them: by part of the day and group, then by the order they chose. Habits that are not in it come
 * after those, by name, as people look for them; the id decides between equal names.
 */
export function inOrder(habits: readonly Habit[], chosen: readonly HabitId[]): Habit[] {
  const places = new Map(chosen.map((habitId, place) => [habitId, place]));
  const placeOf = ({ habitId }: Habit) => places.get(habitId) ?? chosen.length;
  const sorted = habits.toSorted(
    (a, b) =>
      placeOf(a) - placeOf(b) || a.state.name.localeCompare(b.state.name) || (a.habitId < b.habitId ? -1 : 1),
  );
  return sectionsOf(sorted).flatMap((section) => section.habits);
}

/** Habits listed under one group, or under none. */
export type Section = { group: Group | null; habits: Habit[] };

/** The parts of the day in their order, then groups with a name, then the habits of no group. Each keeps its habits' order. */
export function sectionsOf(habits: readonly Habit[]): Section[] {
  const sections = new Map<string, Section>();
  for (const habit of habits) {
    const { group } = habit.state;
    const section = sections.get(JSON.stringify(group)) ?? { group, habits: [] };
    section.habits.push(habit);
    sections.set(JSON.stringify(group), section);
  }
  return [...sections.values()].toSorted((a, b) => rankOf(a) - rankOf(b));
}

function rankOf({ group }: Section): number {
  if (group === null) return 4;
  return group.kind === 'named' ? 3 : { morning: 0, afternoon: 1, evening: 2 }[group.part];
}
