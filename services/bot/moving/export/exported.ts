import type { HabitId } from '#contracts/ids.ts';
import type { LocalDate } from '#contracts/time.ts';
import type * as account from '../../domain/account.ts';
import { entriesOf, entryOn } from '../../domain/calendar.ts';
import type { State } from '../../domain/habit-state.ts';
import type { Notes } from '../../domain/notes.ts';
import type { People } from '../../people.ts';
import type { Person } from '../../person.ts';
import { readNotes } from '../notes.ts';

/** A habit as it is written to files. `notes` are all of them, those of days without an entry too. */
export type ExportedHabit = { readonly habitId: HabitId; readonly state: State; readonly notes: Notes };

/** Everything of a person that files may hold, in the order in which they see it. */
export type Exported = {
  readonly on: LocalDate;
  readonly account: account.State;
  readonly habits: readonly ExportedHabit[];
};

export async function exportedOf(people: Pick<People, 'notes'>, person: Person): Promise<Exported> {
  const notes = await readNotes(people, person);
  const habits = person.habits.map((habit) => ({ ...habit, notes: notes.get(habit.habitId) ?? {} }));
  return { on: person.today, account: person.account, habits };
}

/** Notes beside days without an entry, oldest first. */
export function notesAlone({ state, notes }: ExportedHabit): [on: LocalDate, note: string][] {
  const alone = Object.entries(notes).filter(([on]) => entryOn(state.calendar, on) === undefined);
  return alone.sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Days with an entry, of all habits. */
export function daysIn({ habits }: Exported): number {
  return habits.reduce((sum, { state }) => sum + [...entriesOf(state.calendar)].length, 0);
}
