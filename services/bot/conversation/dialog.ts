import { z } from 'zod';
import { Frequency, Goal, Group, HabitEmoji, HabitName, WindowMinutes } from '#contracts/habit-events.ts';
import { HabitId } from '#contracts/ids.ts';
import { LocalDate, LocalTime, TimeZone, Weekday, Weekdays } from '#contracts/time.ts';

/*
 * Where a conversation stands, as data kept in the `dialogs` bucket, so that a deploy or a crash in the middle of a
 * half-made habit loses nothing. What is stored is validated when read; raise `SHAPE` in dialog-store.ts when the meaning
 * of a field changes.
 */

/** A habit in the making. Each step fills in its part, so going back loses nothing. */
export const Draft = z.object({
  name: HabitName.optional(),
  emoji: HabitEmoji.optional(),
  /** Without one it is done or not. */
  goal: Goal.optional(),
  group: Group.optional(),
  frequency: Frequency.optional(),
  /** How often as earlier versions kept it; `weekdays` are also those chosen so far. */
  often: z.enum(['daily', 'weekdays', 'timesAWeek']).optional(),
  weekdays: z.array(Weekday).default([]),
  timesAWeek: z.int().min(1).max(6).optional(),
  times: z.array(LocalTime).default([]),
  /** On which days it reminds, where that is not all days of its frequency. */
  remindOn: Weekdays.optional(),
  /** Whether reminders were spoken of: without times, none are wanted. */
  timed: z.boolean().optional(),
  /** How flexible all its reminders are; absent for their exact times. */
  within: WindowMinutes.optional(),
  /** More than a name was read in words or a template: it is shown before the habit is made. */
  understood: z.boolean().optional(),
});
export type Draft = z.infer<typeof Draft>;

export const DraftStep = z.enum([
  'name',
  'templates',
  'counted',
  'target',
  'direction',
  'often',
  'weekdays',
  'timesAWeek',
  'timesPerWeek',
  'timesPerMonth',
  'everyDays',
  'times',
  'flexible',
  'part',
  'confirm',
]);
export type DraftStep = z.infer<typeof DraftStep>;

/** A day of a habit, as a message shows it. */
export const HabitDay = z.object({ habitId: HabitId, on: LocalDate });
export type HabitDay = z.infer<typeof HabitDay>;

/** A message with buttons for days of habits: usually a reminder. */
export const Card = z.object({
  list: z.literal('card'),
  items: z.array(HabitDay),
  messageId: z.int().optional(),
});
export type Card = z.infer<typeof Card>;

/** The message that asks for an amount, to be edited when the number is typed. */
export const AskedIn = z.discriminatedUnion('list', [
  /** `on`: the day it shows; absent in what earlier versions stored, for today. */
  z.object({
    list: z.literal('today'),
    page: z.int(),
    on: LocalDate.optional(),
    messageId: z.int().optional(),
  }),
  /** What an answer in words came to. */
  z.object({ list: z.literal('answered'), day: HabitDay, messageId: z.int().optional() }),
  Card,
]);
export type AskedIn = z.infer<typeof AskedIn>;

/** A timezone that a person was offered, by the name of a place as they know it. */
export const OfferedZone = z.object({ label: z.string(), timezone: TimeZone });

/** Where a habit in the making was left. */
const Unfinished = z.object({ step: DraftStep, draft: Draft });

const Asking = z.discriminatedUnion('at', [
  z.object({ at: z.literal('idle') }),
  z.object({
    at: z.literal('choosingTimezone'),
    first: z.boolean(),
    offered: z.array(OfferedZone).optional(),
  }),
  /** `offered`: a newcomer's first habit, which nobody insists on. */
  z.object({
    at: z.literal('newHabit'),
    step: DraftStep,
    draft: Draft,
    offered: z.literal(true).optional(),
  }),
  z.object({ at: z.literal('renaming'), habitId: HabitId }),
  z.object({ at: z.literal('pausing'), habitId: HabitId }),
  z.object({ at: z.literal('addingReminder'), habitId: HabitId }),
  z.object({ at: z.literal('movingReminder'), habitId: HabitId, from: LocalTime }),
  /** The goal or the frequency of a habit: the draft is the habit as it is. */
  z.object({ at: z.literal('editingHabit'), habitId: HabitId, step: DraftStep, draft: Draft }),
  z.object({ at: z.literal('choosingEmoji'), habitId: HabitId }),
  z.object({ at: z.literal('namingGroup'), habitId: HabitId }),
  z.object({ at: z.literal('enteringAmount'), day: HabitDay, askedIn: AskedIn }),
  /** `all`: how long the reminder's open habits should wait, of which `day` is one. */
  z.object({ at: z.literal('snoozing'), day: HabitDay, askedIn: Card, all: z.literal(true).optional() }),
  z.object({ at: z.literal('noting'), day: HabitDay, askedIn: AskedIn }),
  z.object({ at: z.literal('settingQuietHours') }),
  z.object({ at: z.literal('planningVacation') }),
]);
/** `unfinished` waits until the dialog that came between has ended. */
export const Dialog = Asking.and(z.object({ unfinished: Unfinished.optional() }));
export type Dialog = z.infer<typeof Dialog>;

export const IDLE: Dialog = { at: 'idle' };

/** The habit that a dialog is about. */
export function habitAskedOf(dialog: Dialog): HabitId | undefined {
  if ('habitId' in dialog) return dialog.habitId;
  return 'day' in dialog ? dialog.day.habitId : undefined;
}

/** The habit in the making, whether it is asked about or waits; undefined while it has no name. */
export function draftOf(dialog: Dialog): z.infer<typeof Unfinished> | undefined {
  const { step, draft } = dialog.at === 'newHabit' ? dialog : (dialog.unfinished ?? {});
  return step && draft?.name ? { step, draft } : undefined;
}
