import { z } from 'zod';
import type { EventDefinition } from './event-definition.ts';
import { LocalDate } from './time.ts';

/** What a day is worth: 1 and 0 for yes and no, an amount for a numeric habit. */
export const EntryValue = z
  .number()
  .nonnegative()
  .max(1e9)
  .meta({ title: 'entry value', 'x-unit': "1 or 0 for yes and no; else in the goal's `unit`" });

/** What a person wrote beside a day: text, never markup. */
export const Note = z.string().trim().min(1).max(500);

const importedDay = {
  on: LocalDate.describe('The day.'),
  note: Note.optional().describe('What the person wrote beside it; absent for nothing.'),
};

/** A day as an import brings it. */
export const ImportedEntry = z.union([
  z
    .object({ ...importedDay, value: EntryValue.describe('What the day is worth.') })
    .describe('A day with a value.'),
  z
    .object({ ...importedDay, skipped: z.literal(true).describe('Always true.') })
    .describe('A day that was skipped.'),
]);
export type ImportedEntry = z.infer<typeof ImportedEntry>;

/** More never fit into a message of EVENTS; with notes it is fewer. */
export const MAX_IMPORTED_ENTRIES = 2000;

/** The date of a day, with whose answer the event deals. */
const on = LocalDate.describe('The day, which may be an earlier one than that of the tap.');

/** What can happen to the days of a habit, among its other events. */
export const entryEvents = {
  HabitCheckedIn: {
    version: 1,
    meaning:
      'The person said what a day is worth: yes, no, or an amount. It replaces what the day held before.',
    data: z.object({
      on,
      value: EntryValue.describe(
        'What the day holds from now on; an amount is the whole one, not what was added.',
      ),
    }),
    versions: [{ since: '2026-11-25' }],
  },
  HabitSkipped: {
    version: 1,
    meaning:
      'The person skipped a day: it counts in the streak as one that is kept, and leaves the score as it is. It replaces what the day held before.',
    data: z.object({ on }),
    versions: [{ since: '2026-11-25' }],
  },
  DayClosed: {
    version: 1,
    meaning:
      'Of a counted habit, the person said: not today, or no more today. No reminder of the day comes any more, until ' +
      'something is entered or taken back.',
    data: z.object({
      on,
      value: EntryValue.nullable().describe('What the day holds, and goes on holding. Null: nothing.'),
    }),
    versions: [{ since: '2026-11-25' }],
  },
  EntryCleared: {
    version: 1,
    meaning: 'The entry of a day was taken back: the day is unanswered again.',
    data: z.object({ on }),
    versions: [{ since: '2026-11-25' }],
  },
  EntryNoted: {
    version: 1,
    meaning: 'The person wrote a note beside a day, with or without an entry, or took it away.',
    data: z.object({
      on,
      note: Note.nullable().describe('As the person typed it. Null: it was taken away.'),
    }),
    versions: [{ since: '2026-11-25' }],
  },
  EntriesImported: {
    version: 1,
    meaning:
      'Days were brought from another tracker. They say nothing of when the person answered. One import may store ' +
      'several of these.',
    data: z.object({
      entries: z
        .array(ImportedEntry)
        .min(1)
        .max(MAX_IMPORTED_ENTRIES)
        .describe('The days, in rising order; none of them had an entry.'),
    }),
    versions: [{ since: '2026-11-28' }],
  },
} as const satisfies Record<string, EventDefinition>;
