import type { Frequency, Goal, Group } from '#contracts/habit-events.ts';
import type { LocalDate } from '#contracts/time.ts';
import type { Reminder } from '../domain/habit-state.ts';
import type { Notes } from '../domain/notes.ts';

/** Where a file comes from. */
export type Source = 'loop' | 'habitbull' | 'tickmate' | 'rewire' | 'habitkit' | 'habitstream';

/** What a day of a habit holds, as `EntriesImported` records it. */
export type BroughtEntry = { readonly on: LocalDate; readonly note?: string } & (
  | { readonly value: number }
  | { readonly skipped: true }
);

/**
 * Why something of a file is not brought. Each has a text of its own in every language:
 * `computed` days were filled in by the other program, `unanswered` ones say that nothing was entered.
 */
export type WhyLeftOut =
  | 'computed'
  | 'unanswered'
  | 'unreadableDate'
  | 'unreadableValue'
  | 'sameDayTwice'
  | 'future'
  | 'tooOld'
  | 'unknownHabit'
  | 'otherKind'
  | 'noReminders'
  | 'unreadableReminder'
  | 'tooManyReminders'
  | 'noTarget'
  | 'nameMissing'
  | 'nameShortened'
  | 'textShortened'
  | 'otherFrequency'
  | 'goalHistory'
  | 'pauses';

/** How many of a kind are left out. */
export type LeftOut = Readonly<Partial<Record<WhyLeftOut, number>>>;

/** One habit of a file, in our words. Everything in it fits the limits of the domain. */
export type BroughtHabit = {
  /** Names the habit for ever among those of its source; the first is recorded, the others find earlier imports too. */
  readonly keys: readonly [string, ...string[]];
  readonly name: string;
  readonly goal: Goal;
  readonly frequency: Frequency;
  readonly reminders: readonly Reminder[];
  readonly archived: boolean;
  readonly color?: number;
  readonly emoji?: string;
  readonly question?: string;
  readonly description?: string;
  readonly group?: Group;
  /** Oldest first, one for a day. */
  readonly entries: readonly BroughtEntry[];
  /** What was written beside days without an entry. */
  readonly notes?: Notes;
};

/** Remarks on the file as a whole: what a reader had to find out, and what lay beside it. */
export type Remark =
  | { readonly remark: 'dates'; readonly dayFirst: boolean }
  | { readonly remark: 'encoding'; readonly encoding: string }
  | { readonly remark: 'wal' };

/** A file as it was read, its habits in their order. */
export type Brought = {
  readonly source: Source;
  /** `csv`, `json`, or a database and the version it says it has. */
  readonly form: string;
  readonly habits: readonly BroughtHabit[];
  readonly leftOut: LeftOut;
  readonly remarks: readonly Remark[];
};

/** Why nothing of a file is taken. Each has a text of its own in every language. */
export type WhyRefused =
  | 'empty'
  | 'unknown'
  | 'tooLarge'
  | 'tooManyRows'
  | 'tooManyHabits'
  | 'brokenArchive'
  | 'lockedArchive'
  | 'unsafeArchive'
  | 'emptyArchive'
  | 'severalExports'
  | 'brokenDatabase'
  | 'emptyDatabase'
  | 'unknownDatabase'
  | 'newerDatabase'
  | 'walAlone'
  | 'partOfLoop'
  | 'spreadsheet'
  | 'brokenText'
  | 'datesContradict'
  | 'noHabits'
  | 'tookTooLong';

/** The file is refused as a whole: nothing of it was taken. */
export class FileRefused extends Error {
  override name = 'FileRefused';
  readonly why: WhyRefused;

  constructor(why: WhyRefused, cause?: unknown) {
    super(why, { cause });
    this.why = why;
  }
}

/** The same date of the file, read both ways, for the person to say which is meant. */
export type DateQuestion = { readonly dayFirst: LocalDate; readonly monthFirst: LocalDate };

/** What came of reading a file. */
export type Reading =
  | { readonly kind: 'read'; readonly brought: Brought }
  | { readonly kind: 'asks'; readonly question: DateQuestion }
  | { readonly kind: 'refused'; readonly why: WhyRefused };
