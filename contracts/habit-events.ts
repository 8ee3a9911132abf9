import { z } from 'zod';
import { Instant, LocalDate, LocalTime, Weekdays } from './time.ts';

/** A habit's name as the person typed it: text, never markup. */
export const HabitName = z.string().trim().min(1).max(64);

/** What counts as success on one day. `target` is in `unit`s. */
export const Goal = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('yesNo') }),
  z.object({
    kind: z.literal('numeric'),
    direction: z.enum(['atLeast', 'atMost']),
    target: z.number().nonnegative().max(1e9),
    unit: z.string().trim().max(24),
  }),
]);
export type Goal = z.infer<typeof Goal>;

/**
 * How often. `timesInDays` is Loop's "num times in den days", any days in a row; `timesPerWeek` counts in calendar weeks
 * from Monday, `timesPerMonth` in calendar months; `weekdays` leaves the other days out.
 */
export const Frequency = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('daily') }),
  z.object({ kind: z.literal('weekdays'), weekdays: Weekdays }),
  z.object({ kind: z.literal('timesInDays'), times: z.int().min(1).max(366), days: z.int().min(1).max(366) }),
  z.object({ kind: z.literal('timesPerWeek'), times: z.int().min(1).max(7) }),
  z.object({ kind: z.literal('timesPerMonth'), times: z.int().min(1).max(31) }),
]);
export type Frequency = z.infer<typeof Frequency>;

/** What a day is worth: 1 and 0 for yes and no, an amount for a numeric habit. */
export const EntryValue = z.number().nonnegative().max(1e9);

/** A flexible reminder comes at most so many minutes before or after its time, at the same time every day. */
export const WindowMinutes = z.int().min(1).max(180);
export type WindowMinutes = z.infer<typeof WindowMinutes>;

/** One emoji as the person sees it: some are many code points. */
export const HabitEmoji = z.string().min(1).max(32);

/** What a person wrote beside a day: text, never markup. */
export const Note = z.string().trim().min(1).max(500);

/** What a habit is listed under: a part of the day, or a group that the person named. */
export const Group = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('part'), part: z.enum(['morning', 'afternoon', 'evening']) }),
  z.object({ kind: z.literal('named'), name: z.string().trim().min(1).max(32) }),
]);
export type Group = z.infer<typeof Group>;

/** What another tracker said of a habit, kept so that it can be given back. `color` is a place in Loop's palette. */
export const BroughtDetails = z.object({
  question: z.string().max(500).optional(),
  description: z.string().max(1000).optional(),
  color: z.int().min(0).max(19).optional(),
  /** By what the habit is known again in a later file of the same tracker. */
  origin: z.string().min(1).max(128).optional(),
});
export type BroughtDetails = z.infer<typeof BroughtDetails>;

/** A day as an import brings it. */
export const ImportedEntry = z.union([
  z.object({ on: LocalDate, value: EntryValue, note: Note.optional() }),
  z.object({ on: LocalDate, skipped: z.literal(true), note: Note.optional() }),
]);
export type ImportedEntry = z.infer<typeof ImportedEntry>;

/** More never fit into a message of EVENTS; with notes it is fewer. */
export const MAX_IMPORTED_ENTRIES = 2000;

/** What can happen to a habit, at its current versions. A reminder is identified by its time of day. */
export const habitEvents = {
  /** Version 2: calendar weeks and months, an emoji, a group, and what another tracker said of it. */
  HabitDefined: {
    version: 2,
    data: z.object({
      name: HabitName,
      goal: Goal,
      frequency: Frequency,
      emoji: HabitEmoji.optional(),
      group: Group.optional(),
      ...BroughtDetails.shape,
    }),
  },
  HabitRenamed: { version: 1, data: z.object({ name: HabitName }) },
  /** The new goal holds for the days of before too, as in Loop. */
  GoalChanged: { version: 1, data: z.object({ goal: Goal }) },
  FrequencyChanged: { version: 1, data: z.object({ frequency: Frequency }) },
  /** Null: it has none any more. */
  EmojiChanged: { version: 1, data: z.object({ emoji: HabitEmoji.nullable() }) },
  HabitGrouped: { version: 1, data: z.object({ group: Group.nullable() }) },
  /** Version 2: `windowMinutes`, absent for a reminder at its exact time. */
  ReminderScheduled: {
    version: 2,
    data: z.object({ at: LocalTime, weekdays: Weekdays, windowMinutes: WindowMinutes.optional() }),
  },
  /** The reminder of `from` became this one, which may keep its time; one that stood at the new time is replaced. */
  ReminderMoved: {
    version: 1,
    data: z.object({
      from: LocalTime,
      at: LocalTime,
      weekdays: Weekdays,
      windowMinutes: WindowMinutes.optional(),
    }),
  },
  /** Whether a habit of X times in a while is still reminded of once that is done. */
  RemindingWhenMetChanged: { version: 1, data: z.object({ remind: z.boolean() }) },
  ReminderUnscheduled: { version: 1, data: z.object({ at: LocalTime }) },
  HabitCheckedIn: { version: 1, data: z.object({ on: LocalDate, value: EntryValue }) },
  HabitSkipped: { version: 1, data: z.object({ on: LocalDate }) },
  /**
   * Of a counted habit: not today, or no more today. No reminder of the day comes any more, until something is entered or
   * taken back again. `value` is what the day holds and goes on holding, null for nothing.
   */
  DayClosed: { version: 1, data: z.object({ on: LocalDate, value: EntryValue.nullable() }) },
  /** The entry of a day was taken back: the day is unanswered again. */
  EntryCleared: { version: 1, data: z.object({ on: LocalDate }) },
  /** The note of a day, beside its entry if it has one. Null: it was taken away. */
  EntryNoted: { version: 1, data: z.object({ on: LocalDate, note: Note.nullable() }) },
  /** Days brought from another tracker. Dates are in rising order and none of them had an entry. */
  EntriesImported: {
    version: 1,
    data: z.object({ entries: z.array(ImportedEntry).min(1).max(MAX_IMPORTED_ENTRIES) }),
  },
  /**
   * To be reminded of one date once more, at the instant `untilAt`, which is `at` on the person's clock. It replaces an
   * earlier one of the habit.
   */
  ReminderSnoozed: { version: 1, data: z.object({ on: LocalDate, at: LocalTime, untilAt: Instant }) },
  /** Version 2: `on`, the first date of the pause. */
  HabitPaused: { version: 2, data: z.object({ on: LocalDate.optional() }) },
  /** Version 2: `on`, the first date after the pause. */
  HabitResumed: { version: 2, data: z.object({ on: LocalDate.optional() }) },
  HabitArchived: { version: 1, data: z.object({}) },
  HabitRestored: { version: 1, data: z.object({}) },
  /** For good: nothing of it is shown again, and nothing can happen to it any more. */
  HabitDeleted: { version: 1, data: z.object({}) },
} as const;
