import type { Group } from './habit-events.ts';
import type { HabitId } from './ids.ts';
import type { LocalTime } from './time.ts';

/** What the place of a habit depends on; its reminders are in order of their times. */
export type Placed = {
  habitId: HabitId;
  state: {
    readonly name: string;
    readonly group: Group | null;
    readonly reminders: readonly { readonly at: LocalTime }[];
  };
};

/**
 * As the person wants to see them: by part of the day and group, then by the order they chose. Habits that are not in it come
 * after those, by name, as people look for them; the id decides between equal names.
 */
export function inOrder<H extends Placed>(habits: readonly H[], chosen: readonly HabitId[]): H[] {
  const places = new Map(chosen.map((habitId, place) => [habitId, place]));
  const placeOf = ({ habitId }: H) => places.get(habitId) ?? chosen.length;
  const sorted = habits.toSorted(
    (a, b) =>
      placeOf(a) - placeOf(b) || a.state.name.localeCompare(b.state.name) || (a.habitId < b.habitId ? -1 : 1),
  );
  return sectionsOf(sorted).flatMap((section) => section.habits);
}

/** As lists of a day show habits that are {@link inOrder}: while no order was chosen, those of a group by their first reminder. */
export function inDayOrder<H extends Placed>(habits: readonly H[], chosen: readonly HabitId[]): H[] {
  if (chosen.length > 0) return [...habits];
  const first = ({ state }: H) => state.reminders[0]?.at ?? '99';
  return sectionsOf(habits).flatMap((section) =>
    section.habits.toSorted((a, b) => first(a).localeCompare(first(b))),
  );
}

/** Habits listed under one group, or under none. */
export type Section<H> = { group: Group | null; habits: H[] };

/** The parts of the day in their order, then groups with a name, then the habits of no group. Each keeps its habits' order. */
export function sectionsOf<H extends Placed>(habits: readonly H[]): Section<H>[] {
  const sections = new Map<string, Section<H>>();
  for (const habit of habits) {
    const { group } = habit.state;
    const section = sections.get(JSON.stringify(group)) ?? { group, habits: [] };
    section.habits.push(habit);
    sections.set(JSON.stringify(group), section);
  }
  return [...sections.values()].toSorted((a, b) => rankOf(a) - rankOf(b));
}

function rankOf({ group }: Section<unknown>): number {
  if (group === null) return 4;
  return group.kind === 'named' ? 3 : { morning: 0, afternoon: 1, evening: 2 }[group.part];
}
