import type { RecordedEvent } from '#contracts/events.ts';
import type { Frequency, Goal } from '#contracts/habit-events.ts';
import {
  beginOfMinuteMs,
  type DailyHours,
  type DateRange,
  type EpochMinute,
  epochMinuteAt,
  type LocalTime,
  minuteOfDay,
  minutesAfter,
  type Weekdays,
} from '#contracts/time.ts';
import { flexibleBy } from './due-minute.ts';

/** What a batch does to each row in the end. An absent field leaves the stored one as it is. */
export type Changes = {
  accounts: Map<string, AccountChange>;
  habits: Map<string, HabitChange>;
  reminders: Map<string, ReminderChange>;
  snoozes: Map<string, SnoozeChange>;
  entries: Map<string, EntryChange>;
};

export type AccountChange = {
  userId: string;
  partition: number;
  locale?: string;
  timezone?: string;
  blocked?: boolean;
  dayStarts?: number;
  quiet?: DailyHours | null;
  /** The one planned last in the batch. */
  vacation?: DateRange;
  /** It was cancelled from this date on. */
  vacationCancelledOn?: string | undefined;
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
  goal?: Goal;
  frequency?: Frequency;
  paused?: boolean;
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

export type SnoozeChange = {
  userId: string;
  habitId: string;
  partition: number;
  on: string;
  localMinute: number;
  dueMinute: EpochMinute;
};

export type EntryChange = {
  userId: string;
  habitId: string;
  on: string;
  entry: 'value' | 'skip' | 'cleared';
  value: number | null;
};

/** Folds a batch, in order, to the last state of each row that it touches. */
export function changesOf(batch: readonly RecordedEvent[]): Changes {
  const changes: Changes = {
    accounts: new Map(),
    habits: new Map(),
    reminders: new Map(),
    snoozes: new Map(),
    entries: new Map(),
  };
  for (const event of batch) fold(signOfLife(changes, event), event);
  return changes;
}

const weekdayMask = (weekdays: Weekdays): number =>
  weekdays.reduce((mask, weekday) => mask | (1 << (weekday - 1)), 0);

function fold(changes: Changes, event: RecordedEvent): Changes {
  switch (event.type) {
    case 'AccountRegistered':
    case 'LocaleChanged':
      return changeAccount(changes, event, { locale: event.data.locale });
    case 'TimezoneChanged':
      return changeAccount(changes, event, { timezone: event.data.timezone });
    case 'BotBlocked':
      return changeAccount(changes, event, { blocked: true });
    case 'BotUnblocked':
      return changeAccount(changes, event, { blocked: false });
    case 'DayStartChanged':
      return changeAccount(changes, event, { dayStarts: minuteOfDay(event.data.dayStartsAt) });
    case 'QuietHoursChanged':
      return changeAccount(changes, event, { quiet: event.data.quiet });
    case 'VacationPlanned':
      return changeAccount(changes, event, { vacation: event.data, vacationCancelledOn: undefined });
    case 'VacationCancelled':
      return cancelVacation(changes, event, event.data.on);
    case 'RemindersStopped':
      return changeAccount(changes, event, { stopped: true });
    case 'RemindersContinued':
      return changeAccount(changes, event, { stopped: false });
    case 'ContinuationAsked':
      return changeAccount(changes, event, { askedAtMs: Date.parse(event.at) });
    case 'HabitDefined':
    case 'HabitRenamed':
      return changeHabit(changes, event, event.data);
    case 'HabitPaused':
      return changeHabit(changes, event, { paused: true });
    case 'HabitResumed':
      return changeHabit(changes, event, { paused: false });
    case 'HabitArchived':
      return changeHabit(changes, event, { archived: true });
    case 'HabitRestored':
      return changeHabit(changes, event, { archived: false });
    case 'ReminderScheduled':
      return changeReminder(changes, event, event.data);
    case 'ReminderUnscheduled':
      return changeReminder(changes, event, { at: event.data.at, weekdays: null });
    case 'ReminderSnoozed':
      return snooze(changes, event, event.data);
    case 'HabitCheckedIn':
      return enter(changes, event, event.data.on, { entry: 'value', value: event.data.value });
    case 'HabitSkipped':
      return enter(changes, event, event.data.on, { entry: 'skip', value: null });
    case 'EntryCleared':
      return setEntry(changes, event, event.data.on, { entry: 'cleared', value: null });
    default:
      return event satisfies never;
  }
}

/** Every event is a person's own doing, except these two. */
function signOfLife(changes: Changes, event: RecordedEvent): Changes {
  if (event.type === 'BotBlocked' || event.type === 'ContinuationAsked') return changes;
  const before = changes.accounts.get(event.userId)?.activeAtMs ?? Number.NEGATIVE_INFINITY;
  const activeAtMs = Math.max(before, Date.parse(event.at));
  return changeAccount(changes, event, { activeAtMs, askedAtMs: undefined });
}

/** Where an event comes from. */
type Origin = Pick<RecordedEvent, 'userId' | 'aggregateId' | 'partition' | 'at'>;

function changeAccount(changes: Changes, origin: Origin, change: Partial<AccountChange>): Changes {
  const { userId, partition } = origin;
  const before = changes.accounts.get(userId) ?? { userId, partition };
  changes.accounts.set(userId, { ...before, ...change });
  return changes;
}

function cancelVacation(changes: Changes, origin: Origin, on: string): Changes {
  const before = changes.accounts.get(origin.userId)?.vacationCancelledOn ?? on;
  return changeAccount(changes, origin, { vacationCancelledOn: before < on ? before : on });
}

function changeHabit(changes: Changes, origin: Origin, change: Partial<HabitChange>): Changes {
  const { userId, aggregateId: habitId } = origin;
  const key = `${userId}/${habitId}`;
  changes.habits.set(key, { ...changes.habits.get(key), userId, habitId, ...change });
  return changes;
}

function changeReminder(
  changes: Changes,
  origin: Origin,
  { at, weekdays, windowMinutes = 0 }: { at: LocalTime; weekdays: Weekdays | null; windowMinutes?: number },
): Changes {
  const { userId, aggregateId: habitId, partition } = origin;
  const reminder = {
    userId,
    habitId,
    partition,
    localMinute: minuteOfDay(at),
    weekdays: weekdays && weekdayMask(weekdays),
    flexibleBy: flexibleBy(userId, at, windowMinutes),
  };
  changes.reminders.set(`${userId}/${habitId}/${at}`, reminder);
  return changes;
}

function snooze(
  changes: Changes,
  { userId, aggregateId: habitId, partition }: Origin,
  { on, at, untilAt }: { on: string; at: string; untilAt: string },
): Changes {
  const dueMinute = firstMinuteFrom(Date.parse(untilAt));
  const change = { userId, habitId, partition, on, localMinute: minuteOfDay(at), dueMinute };
  changes.snoozes.set(`${userId}/${habitId}`, change);
  return changes;
}

/** A reminder must not come before the instant that was asked for. */
function firstMinuteFrom(instantMs: number): EpochMinute {
  const minute = epochMinuteAt(instantMs);
  return beginOfMinuteMs(minute) < instantMs ? minutesAfter(minute, 1) : minute;
}

type Entry = Pick<EntryChange, 'entry' | 'value'>;

/** An entry of any habit also moves its person's `last_answered_at`. */
function enter(changes: Changes, origin: Origin, on: string, entry: Entry): Changes {
  const before = changes.accounts.get(origin.userId)?.answeredAtMs ?? Number.NEGATIVE_INFINITY;
  changeAccount(changes, origin, { answeredAtMs: Math.max(before, Date.parse(origin.at)) });
  return setEntry(changes, origin, on, entry);
}

function setEntry(changes: Changes, origin: Origin, on: string, entry: Entry): Changes {
  const { userId, aggregateId: habitId } = origin;
  changes.entries.set(`${userId}/${habitId}/${on}`, { userId, habitId, on, ...entry });
  return changes;
}
