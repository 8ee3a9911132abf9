import { z } from 'zod';
import { WindowMinutes } from './habit-events.ts';
import { HabitId } from './ids.ts';
import { premiumEvents } from './premium-events.ts';
import { DailyHours, DateRange, DayStart, LocalDate, LocalTime, TimeZone, Weekday } from './time.ts';

export const Locale = z.enum(['en', 'ru']);
export type Locale = z.infer<typeof Locale>;

/** When the week's summary comes. */
export const Digest = z.object({ weekday: Weekday, at: LocalTime });
export type Digest = z.infer<typeof Digest>;

/** How times of day are shown: `19:30` or `7:30 PM`. */
export const Clock = z.enum(['h24', 'h12']);
export type Clock = z.infer<typeof Clock>;

/** An account has at most so many habits, archived ones included. */
export const MAX_HABITS = 500;

/** What can happen to an account, at its current versions. */
export const accountEvents = {
  /** A person pressed Start for the first time. */
  AccountRegistered: { version: 1, data: z.object({ locale: Locale }) },
  LocaleChanged: { version: 1, data: z.object({ locale: Locale }) },
  TimezoneChanged: { version: 1, data: z.object({ timezone: TimeZone }) },
  /** Telegram said that the person blocked the bot: nothing is sent until they come back. */
  BotBlocked: { version: 1, data: z.object({}) },
  BotUnblocked: { version: 1, data: z.object({}) },
  DayStartChanged: { version: 1, data: z.object({ dayStartsAt: DayStart }) },
  /** Null: there are none any more. */
  QuietHoursChanged: { version: 1, data: z.object({ quiet: DailyHours.nullable() }) },
  VacationPlanned: { version: 1, data: DateRange },
  /** From `on` on there is no vacation; the days before it, if one had begun, stay what they were. */
  VacationCancelled: { version: 1, data: z.object({ on: LocalDate }) },
  /**
   * They had been silent for long and were, with the reminder of date `on`, asked whether to go on: no more reminders
   * until they give a sign of life, which every event of theirs is.
   */
  ContinuationAsked: { version: 1, data: z.object({ on: LocalDate }) },
  /** They want no reminders, of any habit, until they say otherwise. */
  RemindersStopped: { version: 1, data: z.object({}) },
  /** They want reminders (again). Told once a local date, because it is a sign of life too. */
  RemindersContinued: { version: 1, data: z.object({ on: LocalDate }) },
  /** The order in which habits are shown; those that are not named come after them. */
  HabitsReordered: { version: 1, data: z.object({ habitIds: z.array(HabitId).max(MAX_HABITS) }) },
  /** How flexible new reminders are. Null: they come at their exact times. */
  DefaultWindowChanged: { version: 1, data: z.object({ windowMinutes: WindowMinutes.nullable() }) },
  /** Null: no summary any more. */
  DigestChanged: { version: 1, data: z.object({ digest: Digest.nullable() }) },
  ClockChanged: { version: 1, data: z.object({ clock: Clock }) },
  ...premiumEvents,
} as const;
