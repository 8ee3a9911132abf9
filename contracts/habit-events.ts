import { z } from 'zod';
import { entryEvents } from './entry-events.ts';
import { enumOf } from './enum-of.ts';
import { type EventDefinition, upcast } from './event-definition.ts';
import { Instant, LocalDate, LocalTime, Weekdays } from './time.ts';

/** A habit's name as the person typed it: text, never markup. */
export const HabitName = z.string().trim().min(1).max(64);

/** What counts as success on one day. `target` is in `unit`s. */
export const Goal = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('yesNo') }).describe('A day is kept when the person says yes.'),
  z
    .object({
      kind: z.literal('numeric'),
      direction: enumOf({
        atLeast: 'a day is kept when its amount reaches `target`',
        atMost: 'a day is kept while its amount does not exceed `target`',
      }).describe('On which side of the target a day is kept.'),
      target: z
        .number()
        .nonnegative()
        .max(1e9)
        .describe('The amount of one day.')
        .meta({ 'x-unit': '`unit`' }),
      unit: z.string().trim().max(24).describe("What is counted, in the person's own word; may be empty."),
    })
    .describe('A day has an amount.'),
]);
export type Goal = z.infer<typeof Goal>;

const times = (most: number) =>
  z.int().min(1).max(most).describe('On how many days it is to be done.').meta({ 'x-unit': 'days' });

/** How often. `timesInDays` is Loop's "num times in den days". */
export const Frequency = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('daily') }).describe('Every day.'),
  z
    .object({ kind: z.literal('weekdays'), weekdays: Weekdays.describe('The days of the week it is for.') })
    .describe('On some days of the week; the others ask for nothing.'),
  z
    .object({
      kind: z.literal('timesInDays'),
      times: times(366),
      days: z.int().min(1).max(366).describe('Of how many days in a row.').meta({ 'x-unit': 'days' }),
    })
    .describe('So many days of any so many in a row.'),
  z
    .object({ kind: z.literal('timesPerWeek'), times: times(7) })
    .describe('So many days of each calendar week, which begins on Monday.'),
  z
    .object({ kind: z.literal('timesPerMonth'), times: times(31) })
    .describe('So many days of each calendar month.'),
]);
export type Frequency = z.infer<typeof Frequency>;

/** A flexible reminder comes at most so many minutes before or after its time, at the same time every day. */
export const WindowMinutes = z.int().min(1).max(180).meta({ title: 'window', 'x-unit': 'minutes' });
export type WindowMinutes = z.infer<typeof WindowMinutes>;

/** One emoji as the person sees it: some are many code points. */
export const HabitEmoji = z.string().min(1).max(32);

/** What a habit is listed under: a part of the day, or a group that the person named. */
export const Group = z.discriminatedUnion('kind', [
  z
    .object({
      kind: z.literal('part'),
      part: enumOf({ morning: 'the morning', afternoon: 'the afternoon', evening: 'the evening' }).describe(
        'The part of the day.',
      ),
    })
    .describe('A part of the day.'),
  z
    .object({
      kind: z.literal('named'),
      name: z.string().trim().min(1).max(32).describe('As the person typed it.'),
    })
    .describe('A group that the person named.'),
]);
export type Group = z.infer<typeof Group>;

/** What another tracker said of a habit, kept so that it can be given back. `color` is a place in Loop's palette. */
export const BroughtDetails = z.object({
  question: z.string().max(500).optional().describe('What the other tracker asked every day.'),
  description: z.string().max(1000).optional().describe('What the person wrote about the habit there.'),
  color: z
    .int()
    .min(0)
    .max(19)
    .optional()
    .describe('Its color there.')
    .meta({ 'x-unit': "place in Loop's palette" }),
  origin: z
    .string()
    .min(1)
    .max(128)
    .optional()
    .describe('By what the habit is known again in a later file of the same tracker.'),
});
export type BroughtDetails = z.infer<typeof BroughtDetails>;

const reminder = {
  at: LocalTime.describe("The time of day, on the person's clock: it tells the habit's reminders apart."),
  weekdays: Weekdays.describe('The days of the week on which it comes.'),
  windowMinutes: WindowMinutes.optional().describe(
    'It comes at most so long before or after `at`, every day at the same time. Absent: at its exact time.',
  ),
};

/** The instant's date in UTC is the local one, but for the hours around midnight. */
const withDateInVersion2 = [
  { since: '2026-11-25', upcast: upcast(z.object({}), (_data, { at }) => ({ on: at.slice(0, 10) })) },
  { since: '2026-11-25', change: '`on`. Of version 1 it is the date of the event in UTC.' },
] as const;

/** What can happen to a habit, at its current versions. A reminder is identified by its time of day. */
export const habitEvents = {
  HabitDefined: {
    version: 2,
    meaning:
      'The person made a habit. It is the first event of every habit; its reminders follow as events of their own.',
    data: z.object({
      name: HabitName.describe('As the person typed it: text, never markup.'),
      goal: Goal.describe('What counts as success on one day.'),
      frequency: Frequency.describe('On which days, or how often.'),
      emoji: HabitEmoji.optional().describe('Shown before the name; absent for none.'),
      group: Group.optional().describe('What it is listed under; absent for nothing.'),
      ...BroughtDetails.shape,
    }),
    versions: [
      { since: '2026-11-25' },
      {
        since: '2026-11-28',
        change:
          'Frequencies by calendar week and month; `emoji`, `group`, and what another tracker said of it. Version 1 has none ' +
          'of them.',
      },
    ],
  },
  HabitRenamed: {
    version: 1,
    meaning: 'The person gave the habit another name.',
    data: z.object({ name: HabitName.describe('The name from now on.') }),
    versions: [{ since: '2026-11-25' }],
  },
  GoalChanged: {
    version: 1,
    meaning: 'The person chose another goal. It holds for the days of before too, as in Loop Habit Tracker.',
    data: z.object({ goal: Goal.describe('What counts as success on one day, of all days.') }),
    versions: [{ since: '2026-11-25' }],
  },
  FrequencyChanged: {
    version: 1,
    meaning: 'The person chose how often the habit is to be done. It holds for the days of before too.',
    data: z.object({ frequency: Frequency.describe('On which days, or how often, of all days.') }),
    versions: [{ since: '2026-11-25' }],
  },
  EmojiChanged: {
    version: 1,
    meaning: 'The person chose another emoji, or took it away.',
    data: z.object({
      emoji: HabitEmoji.nullable().describe('Shown before the name. Null: it has none any more.'),
    }),
    versions: [{ since: '2026-11-25' }],
  },
  HabitGrouped: {
    version: 1,
    meaning: 'The person put the habit into a group, or took it out.',
    data: z.object({ group: Group.nullable().describe('What it is listed under. Null: nothing any more.') }),
    versions: [{ since: '2026-11-25' }],
  },
  ReminderScheduled: {
    version: 2,
    meaning: 'The habit has a reminder at this time of day. One that stood at the same time is replaced.',
    data: z.object(reminder),
    versions: [
      { since: '2026-11-25' },
      { since: '2026-11-25', change: '`windowMinutes`. Reminders of version 1 come at their exact time.' },
    ],
  },
  ReminderMoved: {
    version: 1,
    meaning:
      'The reminder of `from` became this one, which may keep its time. One that stood at the new time is replaced.',
    data: z.object({ from: LocalTime.describe('The time of day it had.'), ...reminder }),
    versions: [{ since: '2026-11-25' }],
  },
  RemindingWhenMetChanged: {
    version: 1,
    meaning:
      'The person chose whether a habit of so many times in a while is still reminded of once that is done. Unless they ' +
      'choose, it is not.',
    data: z.object({ remind: z.boolean().describe('True: it is reminded of all the same.') }),
    versions: [{ since: '2026-11-25' }],
  },
  ReminderUnscheduled: {
    version: 1,
    meaning: 'The person took a reminder away.',
    data: z.object({ at: LocalTime.describe('The time of day of the reminder that there is no more.') }),
    versions: [{ since: '2026-11-25' }],
  },
  ...entryEvents,
  ReminderSnoozed: {
    version: 1,
    meaning:
      'The person wants to be reminded of one date once more. It replaces an earlier snooze of the habit.',
    data: z.object({
      on: LocalDate.describe('The date of which they will be reminded.'),
      at: LocalTime.describe("`untilAt` on the person's clock, as they were told."),
      untilAt: Instant.describe('When the reminder comes.'),
    }),
    versions: [{ since: '2026-11-25' }],
  },
  HabitPaused: {
    version: 3,
    meaning: 'The person paused the habit: no reminders come, and its days without an entry break no streak.',
    data: z.object({
      on: LocalDate.describe('The first date of the pause.'),
      until: LocalDate.optional().describe('Its last date. Absent: it lasts until it is resumed.'),
    }),
    versions: [...withDateInVersion2, { since: '2026-11-28', change: '`until`.' }],
  },
  HabitResumed: {
    version: 2,
    meaning: 'The person ended the pause of the habit.',
    data: z.object({ on: LocalDate.describe('The first date after the pause.') }),
    versions: withDateInVersion2,
  },
  HabitArchived: {
    version: 1,
    meaning:
      'The person put the habit away: nothing but an import can happen to it until it is restored or deleted.',
    data: z.object({}),
    versions: [{ since: '2026-11-25' }],
  },
  HabitRestored: {
    version: 1,
    meaning: 'The person took the habit out of the archive. It is as it was, with its reminders.',
    data: z.object({}),
    versions: [{ since: '2026-11-25' }],
  },
  HabitDeleted: {
    version: 1,
    meaning:
      'The person deleted the habit for good: nothing of it is shown again, and nothing can happen to it any more.',
    data: z.object({}),
    versions: [{ since: '2026-11-25' }],
  },
} as const satisfies Record<string, EventDefinition>;
