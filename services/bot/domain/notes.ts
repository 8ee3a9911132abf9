import type { DomainEvent } from '#contracts/events.ts';
import type { LocalDate } from '#contracts/time.ts';

/** What a person wrote beside days, by date. */
export type Notes = Readonly<Record<LocalDate, string>>;

/**
 * The state keeps the notes of the newest dates alone, because a habit's snapshot is written with every check-in. The log
 * has them all.
 */
export const NOTES_KEPT = 100;

export function withNote(notes: Notes, on: LocalDate, note: string | null): Notes {
  const { [on]: _replaced, ...others } = notes;
  return note === null ? others : newest({ ...others, [on]: note });
}

export function withImportedNotes(
  notes: Notes,
  entries: readonly { on: LocalDate; note?: string | undefined }[],
): Notes {
  const brought = entries.flatMap(({ on, note }) => (note === undefined ? [] : [[on, note] as const]));
  return brought.length === 0 ? notes : newest({ ...notes, ...Object.fromEntries(brought) });
}

function newest(notes: Notes): Notes {
  const dates = Object.keys(notes).toSorted();
  return Object.fromEntries(dates.slice(-NOTES_KEPT).map((on) => [on, notes[on] ?? '']));
}

/** All notes that the events of a habit leave, however many. */
export function notesIn(events: readonly DomainEvent[]): Notes {
  const notes = new Map<LocalDate, string>();
  for (const event of events) {
    if (event.type === 'EntryNoted') {
      const { on, note } = event.data;
      if (note === null) notes.delete(on);
      else notes.set(on, note);
    }
    if (event.type !== 'EntriesImported') continue;
    for (const { on, note } of event.data.entries) if (note !== undefined) notes.set(on, note);
  }
  return Object.fromEntries(notes);
}
