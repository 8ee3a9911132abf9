import { z } from 'zod';
import { Clock, Digest, Locale } from '#contracts/account-events.ts';
import { EntryValue, Note } from '#contracts/entry-events.ts';
import {
  BroughtDetails,
  Frequency,
  Goal,
  Group,
  HabitEmoji,
  WindowMinutes,
} from '#contracts/habit-events.ts';
import { HabitId } from '#contracts/ids.ts';
import { ChargeId } from '#contracts/premium.ts';
import {
  DailyHours,
  DateRange,
  DayStart,
  Instant,
  LocalDate,
  LocalTime,
  TimeZone,
  Weekdays,
} from '#contracts/time.ts';
import { canonicalTimezone } from '#services/platform/local-time/local-time.ts';
import type * as account from './domain/account.ts';
import type * as habit from './domain/habit-state.ts';

/*
 * What snapshots may hold. The log is what happened and a snapshot only a shortcut to it: one that does not fit is dropped,
 * and folded from the log again.
 */

const AccountState = z.object({
  registered: z.boolean(),
  locale: Locale,
  timezone: TimeZone.refine((name) => canonicalTimezone(name) !== undefined).nullable(),
  blocked: z.boolean(),
  dayStartsAt: DayStart,
  quiet: DailyHours.nullable(),
  vacations: z.array(DateRange),
  remindersStopped: z.boolean(),
  continuedOn: LocalDate.nullable(),
  askedOn: LocalDate.nullable(),
  habitOrder: z.array(HabitId),
  defaultWindow: WindowMinutes.nullable(),
  digest: Digest.nullable(),
  clock: Clock.nullable(),
  premium: z.object({
    charges: z.array(
      z.object({ chargeId: ChargeId, untilAt: Instant, stars: z.int().positive(), first: z.boolean() }),
    ),
    refunded: z.array(ChargeId),
    cancelled: z.boolean(),
  }),
}) satisfies z.ZodType<account.State>;

const Calendar = z.record(
  z.string().regex(/^\d{4}$/),
  z.object({
    marks: z.string().regex(/^[.s#01]{1,366}$/),
    amounts: z.record(z.string().regex(/^\d{1,3}$/), EntryValue).optional(),
  }),
);

const HabitState = z.object({
  defined: z.boolean(),
  name: z.string(),
  goal: Goal,
  frequency: Frequency,
  emoji: HabitEmoji.nullable(),
  group: Group.nullable(),
  brought: BroughtDetails,
  reminders: z.array(
    z.object({ at: LocalTime, weekdays: Weekdays, windowMinutes: WindowMinutes.optional() }),
  ),
  remindsWhenMet: z.boolean(),
  paused: z.boolean(),
  pauses: z.array(z.object({ from: LocalDate, to: LocalDate.nullable() })),
  archived: z.boolean(),
  deleted: z.boolean(),
  snooze: z.object({ on: LocalDate, at: LocalTime, untilAt: Instant }).nullable(),
  calendar: Calendar,
  notes: z.record(LocalDate, Note),
  closedOn: z.array(LocalDate),
}) satisfies z.ZodType<unknown>;

export const isAccountState = (value: unknown): value is account.State =>
  AccountState.safeParse(value).success;
export const isHabitState = (value: unknown): value is habit.State => HabitState.safeParse(value).success;
