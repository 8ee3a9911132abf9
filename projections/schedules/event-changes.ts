import type { Digest } from '#contracts/account-events.ts';
import type { ImportedEntry } from '#contracts/entry-events.ts';
import type { HabitEvent, RecordedEvent } from '#contracts/events.ts';
import { DIGEST } from '#contracts/ids.ts';
import { isOwnDoing } from '#contracts/own-doing.ts';
import {
  beginOfMinuteMs,
  type EpochMinute,
  epochMinuteAt,
  type LocalTime,
  minuteOfDay,
  minutesAfter,
  type Weekdays,
} from '#contracts/time.ts';
import type { AccountChange, Changes, EntryChange, HabitChange } from './changes.ts';
import { flexibleBy } from './due-minute.ts';
import { type ChangePauses, type ChangeVacations, cancelled, paused, planned, resumed } from './rests.ts';

/** Folds a batch, in order, to the last state of each row that it touches. */
export function changesOf(batch: readonly RecordedEvent[]): Changes {
  const changes: Changes = {
    accounts: new Map(),
    habits: new Map(),
    reminders: new Map(),
    snoozes: new Map(),
    entries: new Map(),
    deleted: new Map(),
    digests: new Map(),
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
      return changeVacations(changes, event, (before) => planned(before, event.data));
    case 'VacationCancelled':
      return changeVacations(changes, event, (before) => cancelled(before, event.data.on));
    case 'HabitsReordered':
      return changeAccount(changes, event, { habitOrder: event.data.habitIds });
    case 'RemindersStopped':
      return changeAccount(changes, event, { stopped: true });
    case 'RemindersContinued':
      return changeAccount(changes, event, { stopped: false });
    case 'ContinuationAsked':
      return changeAccount(changes, event, { askedAtMs: Date.parse(event.at) });
    case 'DigestChanged':
      return changeDigest(changes, event, event.data.digest);
    case 'DefaultWindowChanged':
    case 'ClockChanged':
    case 'PremiumGranted':
    case 'PremiumCancelled':
    case 'PremiumResumed':
    case 'PremiumRefunded':
      return changes;
    default:
      return foldHabit(changes, event);
  }
}

type RecordedHabitEvent = Extract<RecordedEvent, HabitEvent>;

function foldHabit(changes: Changes, event: RecordedHabitEvent): Changes {
  switch (event.type) {
    case 'HabitDefined': {
      const { name, goal, frequency, emoji = '', group = null } = event.data;
      return changeHabit(changes, event, { name, goal, frequency, emoji, group });
    }
    case 'HabitRenamed':
    case 'GoalChanged':
    case 'FrequencyChanged':
      return changeHabit(changes, event, event.data);
    case 'RemindingWhenMetChanged':
      return changeHabit(changes, event, { remindWhenMet: event.data.remind });
    case 'HabitDeleted':
      return deleteHabit(changes, event);
    case 'HabitPaused':
      return changePauses(changes, event, (before) => paused(before, event.data));
    case 'HabitResumed':
      return changePauses(changes, event, (before) => resumed(before, event.data.on));
    case 'HabitArchived':
      return changeHabit(changes, event, { archived: true });
    case 'HabitRestored':
      return changeHabit(changes, event, { archived: false });
    case 'ReminderScheduled':
      return changeReminder(changes, event, event.data);
    case 'ReminderMoved': {
      const removed = changeReminder(changes, event, { at: event.data.from, weekdays: null });
      return changeReminder(removed, event, event.data);
    }
    case 'ReminderUnscheduled':
      return changeReminder(changes, event, { at: event.data.at, weekdays: null });
    case 'ReminderSnoozed':
      return snooze(changes, event, event.data);
    case 'HabitCheckedIn':
      return enter(changes, event, event.data.on, { entry: 'value', value: event.data.value });
    case 'HabitSkipped':
      return enter(changes, event, event.data.on, { entry: 'skip', value: null });
    case 'DayClosed':
      return enter(changes, event, event.data.on, { entry: 'closed', value: event.data.value });
    case 'EntryCleared':
      return setEntry(changes, event, event.data.on, { entry: 'cleared', value: null });
    case 'EntriesImported':
      return importEntries(changes, event, event.data.entries);
    case 'EmojiChanged':
      return changeHabit(changes, event, { emoji: event.data.emoji ?? '' });
    case 'HabitGrouped':
      return changeHabit(changes, event, { group: event.data.group });
    case 'EntryNoted':
      return changes;
    default:
      return event satisfies never;
  }
}

function signOfLife(changes: Changes, event: RecordedEvent): Changes {
  if (!isOwnDoing(event)) return changes;
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

function changeVacations(changes: Changes, origin: Origin, change: ChangeVacations): Changes {
  const before = changes.accounts.get(origin.userId)?.vacations ?? { planned: [] };
  return changeAccount(changes, origin, { vacations: change(before) });
}

function changeHabit(changes: Changes, origin: Origin, change: Partial<HabitChange>): Changes {
  const { userId, aggregateId: habitId } = origin;
  const key = `${userId}/${habitId}`;
  changes.habits.set(key, { ...changes.habits.get(key), userId, habitId, ...change });
  return changes;
}

function changePauses(changes: Changes, origin: Origin, change: ChangePauses): Changes {
  const before = changes.habits.get(`${origin.userId}/${origin.aggregateId}`)?.pauses;
  return changeHabit(changes, origin, { pauses: change(before) });
}

function deleteHabit(changes: Changes, { userId, aggregateId: habitId }: Origin): Changes {
  const key = `${userId}/${habitId}`;
  for (const rows of [changes.habits, changes.snoozes]) rows.delete(key);
  for (const rows of [changes.reminders, changes.entries])
    for (const each of rows.keys()) if (each.startsWith(`${key}/`)) rows.delete(each);
  changes.deleted.set(key, { userId, habitId });
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

function changeDigest(changes: Changes, { userId, partition }: Origin, digest: Digest | null): Changes {
  const reminder = digest && {
    ...{ userId, habitId: DIGEST, partition, flexibleBy: 0 },
    localMinute: minuteOfDay(digest.at),
    weekdays: weekdayMask([digest.weekday]),
  };
  changes.digests.set(userId, { userId, habitId: DIGEST, reminder });
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

/** Days of long ago are no sign that the person answers reminders: `last_answered_at` stays. */
function importEntries(changes: Changes, origin: Origin, entries: readonly ImportedEntry[]): Changes {
  for (const entry of entries) {
    const { on } = entry;
    if ('skipped' in entry) setEntry(changes, origin, on, { entry: 'skip', value: null });
    else setEntry(changes, origin, on, { entry: 'value', value: entry.value });
  }
  return changes;
}
