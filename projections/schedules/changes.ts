import type { Frequency, Goal, Group } from '#contracts/habit-events.ts';
import type { HabitId } from '#contracts/ids.ts';
import type { DailyHours, EpochMinute } from '#contracts/time.ts';
import type { PausesChange, VacationsChange } from './rests.ts';

/** What a batch does to each row in the end. An absent field leaves the stored one as it is. */
export type Changes = {
  accounts: Map<string, AccountChange>;
  habits: Map<string, HabitChange>;
  reminders: Map<string, ReminderChange>;
  snoozes: Map<string, SnoozeChange>;
  entries: Map<string, EntryChange>;
  deleted: Map<string, DeletedHabit>;
  digests: Map<string, DigestChange>;
};

export type AccountChange = {
  userId: string;
  partition: number;
  locale?: string;
  timezone?: string;
  blocked?: boolean;
  dayStarts?: number;
  quiet?: DailyHours | null;
  vacations?: VacationsChange;
  habitOrder?: readonly HabitId[];
  stopped?: boolean;
  /** Asked whether to go on, in milliseconds since 1970, and no sign of life after it in the batch. */
  askedAtMs?: number | undefined;
  /** Milliseconds since 1970, the latest of the batch. */
  activeAtMs?: number;
  answeredAtMs?: number;
};

export type HabitChange = {
  userId: string;
  habitId: string;
  name?: string;
  /** Empty: it has none any more. */
  emoji?: string;
  goal?: Goal;
  frequency?: Frequency;
  remindWhenMet?: boolean;
  /** Null: it is listed under none any more. */
  group?: Group | null;
  pauses?: PausesChange;
  archived?: boolean;
};

/** `weekdays` is a mask, bit 0 Monday; null removes the reminder. */
export type ReminderChange = {
  userId: string;
  habitId: string;
  partition: number;
  localMinute: number;
  weekdays: number | null;
  flexibleBy: number;
};

/** The person's weekly digest, as the reminder of {@link DIGEST}; null when they want none. */
export type DigestChange = { userId: string; habitId: HabitId; reminder: ReminderChange | null };

export type SnoozeChange = {
  userId: string;
  habitId: string;
  partition: number;
  on: string;
  localMinute: number;
  dueMinute: EpochMinute;
};

/** Everything of it goes. Nothing happens to a deleted habit any more. */
export type DeletedHabit = { userId: string; habitId: string };

export type EntryChange = {
  userId: string;
  habitId: string;
  on: string;
  entry: 'value' | 'skip' | 'closed' | 'cleared';
  value: number | null;
};
