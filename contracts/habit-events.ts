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

/** How often. `timesInDays` is Loop's "num times in den days"; `weekdays` leaves the other days out. */
export const Frequency = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('daily') }),
  z.object({ kind: z.literal('weekdays'), weekdays: Weekdays }),
  z.object({ kind: z.literal('timesInDays'), times: z.int().min(1).max(366), days: z.int().min(1).max(366) }),
]);
export type Frequency = z.infer<typeof Frequency>;

/** What a day is worth: 1 and 0 for yes and no, an amount for a numeric habit. */
export const EntryValue = z.number().nonnegative().max(1e9);

/** A flexible reminder comes at most so many minutes before or after its time, at the same time every day. */
export const WindowMinutes = z.int().min(1).max(180);
export type WindowMinutes = z.infer<typeof WindowMinutes>;

/** What can happen to a habit, at its current versions. A reminder is identified by its time of day. */
export const habitEvents = {
  HabitDefined: { version: 1, data: z.object({ name: HabitName, goal: Goal, frequency: Frequency }) },
  HabitRenamed: { version: 1, data: z.object({ name: HabitName }) },
  /** Version 2: `windowMinutes`, absent for a reminder at its exact time. */
  ReminderScheduled: {
    version: 2,
    data: z.object({ at: LocalTime, weekdays: Weekdays, windowMinutes: WindowMinutes.optional() }),
  },
  ReminderUnscheduled: { version: 1, data: z.object({ at: LocalTime }) },
  HabitCheckedIn: { version: 1, data: z.object({ on: LocalDate, value: EntryValue }) },
  HabitSkipped: { version: 1, data: z.object({ on: LocalDate }) },
  /** The entry of a day was taken back: the day is unanswered again. */
  EntryCleared: { version: 1, data: z.object({ on: LocalDate }) },
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
} as const;
