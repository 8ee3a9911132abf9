import type { HabitId } from '#contracts/ids.ts';
import type { Notes } from '../domain/notes.ts';
import type { People } from '../people.ts';
import type { Person } from '../person.ts';

/** All notes of a person's habits, of whatever date. */
export type NotesHere = ReadonlyMap<HabitId, Notes>;

export async function readNotes(
  people: Pick<People, 'notes'>,
  { userId, habits }: Person,
): Promise<NotesHere> {
  const notes = new Map<HabitId, Notes>();
  for (const { habitId, state } of habits) notes.set(habitId, await people.notes(userId, habitId, state));
  return notes;
}
