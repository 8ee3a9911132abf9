import { z } from 'zod';
import { enumOf } from './enum-of.ts';
import type { EventDefinition } from './event-definition.ts';
import { WindowMinutes } from './habit-events.ts';
import { HabitId } from './ids.ts';
import { premiumEvents } from './premium-events.ts';
import { DailyHours, DateRange, DayStart, LocalDate, LocalTime, TimeZone, Weekday } from './time.ts';

export const Locale = enumOf({ en: 'English', ru: 'Russian' });
export type Locale = z.infer<typeof Locale>;

/** When the week's summary comes. */
export const Digest = z.object({
  weekday: Weekday.describe('The day of the week on which it comes.'),
  at: LocalTime.describe("The time at which it comes, on the person's clock."),
});
export type Digest = z.infer<typeof Digest>;

/** How times of day are shown: `19:30` or `7:30 PM`. */
export const Clock = enumOf({ h24: '19:30', h12: '7:30 PM' });
export type Clock = z.infer<typeof Clock>;

/** An account has at most so many habits, archived ones included. */
export const MAX_HABITS = 500;

/** What can happen to an account, at its current versions. */
export const accountEvents = {
  AccountRegistered: {
    version: 1,
    meaning: 'The person pressed Start for the first time. It is the first event of every account.',
    data: z.object({
      locale: Locale.describe("The language that the bot speaks to them: by Telegram's settings."),
    }),
    versions: [{ since: '2026-11-25' }],
  },
  LocaleChanged: {
    version: 1,
    meaning: 'The person chose another language.',
    data: z.object({ locale: Locale.describe('The language from now on.') }),
    versions: [{ since: '2026-11-25' }],
  },
  TimezoneChanged: {
    version: 1,
    meaning:
      'The person chose where they are. Until the first one they are not reminded. From now on their local times and dates ' +
      'are of this zone; what was entered before keeps its date.',
    data: z.object({ timezone: TimeZone.describe('The zone from now on.') }),
    versions: [{ since: '2026-11-25' }],
  },
  BotBlocked: {
    version: 1,
    meaning: 'Telegram said that the person blocked the bot: nothing is sent until they come back.',
    data: z.object({}),
    versions: [{ since: '2026-11-25' }],
  },
  BotUnblocked: {
    version: 1,
    meaning: 'The person came back after blocking the bot.',
    data: z.object({}),
    versions: [{ since: '2026-11-25' }],
  },
  DayStartChanged: {
    version: 1,
    meaning: 'The person chose when their day begins. What they enter before it counts for the date before.',
    data: z.object({ dayStartsAt: DayStart.describe('When a new day begins; 00:00 unless they chose.') }),
    versions: [{ since: '2026-11-25' }],
  },
  QuietHoursChanged: {
    version: 1,
    meaning: 'The person chose hours in which they are not reminded, or gave them up.',
    data: z.object({
      quiet: DailyHours.nullable().describe('The hours of every day. Null: there are none any more.'),
    }),
    versions: [{ since: '2026-11-25' }],
  },
  VacationPlanned: {
    version: 1,
    meaning:
      'The person is away on these dates: no reminders come, and days without an entry break no streak. Several vacations ' +
      'may be planned.',
    data: DateRange,
    versions: [{ since: '2026-11-25' }],
  },
  VacationCancelled: {
    version: 1,
    meaning: 'From `on` on there is no vacation. The days before it, if one had begun, stay what they were.',
    data: z.object({ on: LocalDate.describe('The first date without vacation.') }),
    versions: [{ since: '2026-11-25' }],
  },
  ContinuationAsked: {
    version: 1,
    meaning:
      'The person had been silent for long, and was asked whether to go on instead of being reminded: no more reminders until ' +
      'they give a sign of life, which every event is that they cause.',
    data: z.object({ on: LocalDate.describe('Date of the reminder in whose place the question came.') }),
    versions: [{ since: '2026-11-25' }],
  },
  RemindersStopped: {
    version: 1,
    meaning: 'The person wants no reminders, of any habit, until they say otherwise.',
    data: z.object({}),
    versions: [{ since: '2026-11-25' }],
  },
  RemindersContinued: {
    version: 1,
    meaning:
      'The person wants reminders (again). It is stored at most once a local date, because it is a sign of life too.',
    data: z.object({ on: LocalDate.describe('The date on which they said so.') }),
    versions: [{ since: '2026-11-25' }],
  },
  HabitsReordered: {
    version: 1,
    meaning: 'The person put their habits in another order.',
    data: z.object({
      habitIds: z
        .array(HabitId)
        .max(MAX_HABITS)
        .describe('The order; habits that are not named come after these.'),
    }),
    versions: [{ since: '2026-11-25' }],
  },
  DefaultWindowChanged: {
    version: 1,
    meaning: 'The person chose how flexible new reminders are. Those that there are stay as they are.',
    data: z.object({
      windowMinutes: WindowMinutes.nullable().describe(
        'New reminders come at most so long before or after their time. Null: at their exact time.',
      ),
    }),
    versions: [{ since: '2026-11-25' }],
  },
  DigestChanged: {
    version: 1,
    meaning: "The person chose when the week's summary comes, or gave it up.",
    data: z.object({
      digest: Digest.nullable().describe('When it comes, every week. Null: no summary any more.'),
    }),
    versions: [{ since: '2026-11-25' }],
  },
  ClockChanged: {
    version: 1,
    meaning: 'The person chose how times of day are shown to them. Stored times stay as they are.',
    data: z.object({ clock: Clock.describe('How times of day are shown.') }),
    versions: [{ since: '2026-11-25' }],
  },
  ...premiumEvents,
} as const satisfies Record<string, EventDefinition>;
