import type { RecordedEvent } from '#contracts/events.ts';
import type { Frequency, Goal } from '#contracts/habit-events.ts';
import {
  type DailyHours,
  type DateRange,
  type LocalTime,
  minuteOfDay,
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
  dueMinute: number;
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

/** Everything that happens is a person's own doing, but for these two. */
function signOfLife(changes: Changes, event: RecordedEvent): Changes {
  if (event.type === 'BotBlocked' || event.type === 'ContinuationAsked') return changes;
  const before = changes.accounts.get(event.userId)?.activeAtMs ?? Number.NEGATIVE_INFINITY;
  const activeAtMs = Math.max(before, Date.parse(event.at));
  return changeAccount(changes, event, { activeAtMs, askedAtMs: undefined });
}

type Place = Pick<RecordedEvent, 'userId' | 'aggregateId' | 'partition' | 'at'>;

function changeAccount(changes: Changes, place: Place, change: Partial<AccountChange>): Changes {
  const { userId, partition } = place;
  const before = changes.accounts.get(userId) ?? { userId, partition };
  changes.accounts.set(userId, { ...before, ...change });
  return changes;
}

function cancelVacation(changes: Changes, place: Place, on: string): Changes {
  const before = changes.accounts.get(place.userId)?.vacationCancelledOn ?? on;
  return changeAccount(changes, place, { vacationCancelledOn: before < on ? before : on });
}

function changeHabit(changes: Changes, place: Place, change: Partial<HabitChange>): Changes {
  const { userId, aggregateId: habitId } = place;
  const key = `${userId}/${habitId}`;
  changes.habits.set(key, { ...changes.habits.get(key), userId, habitId, ...change });
  return changes;
}

function changeReminder(
  changes: Changes,
  place: Place,
  { at, weekdays, windowMinutes = 0 }: { at: LocalTime; weekdays: Weekdays | null; windowMinutes?: number },
): Changes {
  const { userId, aggregateId: habitId, partition } = place;
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

const MINUTE_MS = 60_000;

function snooze(
  changes: Changes,
  { userId, aggregateId: habitId, partition }: Place,
  { on, at, untilAt }: { on: string; at: string; untilAt: string },
): Changes {
  // Not before the instant that was asked for.
  const dueMinute = Math.ceil(Date.parse(untilAt) / MINUTE_MS);
  const change = { userId, habitId, partition, on, localMinute: minuteOfDay(at), dueMinute };
  changes.snoozes.set(`${userId}/${habitId}`, change);
  return changes;
}

type Entry = Pick<EntryChange, 'entry' | 'value'>;

/** An entry tells when its person answered last. */
function enter(changes: Changes, place: Place, on: string, entry: Entry): Changes {
  const before = changes.accounts.get(place.userId)?.answeredAtMs ?? Number.NEGATIVE_INFINITY;
  changeAccount(changes, place, { answeredAtMs: Math.max(before, Date.parse(place.at)) });
  return setEntry(changes, place, on, entry);
}

function setEntry(changes: Changes, place: Place, on: string, entry: Entry): Changes {
  const { userId, aggregateId: habitId } = place;
  changes.entries.set(`${userId}/${habitId}/${on}`, { userId, habitId, on, ...entry });
  return changes;
}
