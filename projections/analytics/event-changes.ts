import type { ImportedEntry } from '#contracts/entry-events.ts';
import type { HabitEvent, RecordedEvent } from '#contracts/events.ts';
import type { Frequency, Goal } from '#contracts/habit-events.ts';

/** What a batch does to each row in the end. An absent field leaves the stored one as it is. */
export type Changes = {
  users: Map<string, UserChange>;
  habits: Map<string, HabitChange>;
  entries: Map<string, EntryChange>;
  snoozes: SnoozeFact[];
  vacations: VacationFact[];
  cancellations: Cancellation[];
};

export type UserChange = {
  userId: string;
  registeredAt?: string;
  locale?: string;
  timezone?: string;
  blocked?: boolean;
  dayStartsAt?: string;
  stopped?: boolean;
};

export type HabitChange = {
  userId: string;
  habitId: string;
  definedAt?: string;
  goal?: Goal;
  frequency?: Frequency;
  paused?: boolean;
  /** Of a pause: its last date, undefined while nobody knows it. */
  pausedUntil?: string | undefined;
  archived?: boolean;
  deleted?: boolean;
};

export type EntryChange = {
  userId: string;
  habitId: string;
  on: string;
  entry: 'value' | 'skip' | 'cleared';
  value: number | null;
  /** Brought from another tracker: it says nothing of when the person answered. */
  imported: boolean;
  answeredAt: string;
  correlationId: string;
};

export type SnoozeFact = {
  sequence: number;
  userId: string;
  habitId: string;
  on: string;
  snoozedAt: string;
  untilAt: string;
};

export type VacationFact = { sequence: number; userId: string; plannedAt: string; from: string; to: string };

/** Cancels each vacation planned before it that lasts until `on` or longer. */
export type Cancellation = { sequence: number; userId: string; on: string };

/** Folds a batch, in order, to the last state of each row that it touches. */
export function changesOf(batch: readonly RecordedEvent[]): Changes {
  const changes: Changes = {
    users: new Map(),
    habits: new Map(),
    entries: new Map(),
    snoozes: [],
    vacations: [],
    cancellations: [],
  };
  for (const event of batch) fold(changes, event);
  return changes;
}

function fold(changes: Changes, event: RecordedEvent): Changes {
  switch (event.type) {
    case 'AccountRegistered':
      return changeUser(changes, event, { registeredAt: event.at, locale: event.data.locale });
    case 'LocaleChanged':
      return changeUser(changes, event, { locale: event.data.locale });
    case 'TimezoneChanged':
      return changeUser(changes, event, { timezone: event.data.timezone });
    case 'BotBlocked':
      return changeUser(changes, event, { blocked: true });
    case 'BotUnblocked':
      return changeUser(changes, event, { blocked: false });
    case 'DayStartChanged':
      return changeUser(changes, event, { dayStartsAt: event.data.dayStartsAt });
    case 'RemindersStopped':
      return changeUser(changes, event, { stopped: true });
    case 'RemindersContinued':
      return changeUser(changes, event, { stopped: false });
    case 'VacationPlanned': {
      const { sequence, userId, at: plannedAt } = event;
      changes.vacations.push({ sequence, userId, plannedAt, ...event.data });
      return changes;
    }
    case 'VacationCancelled':
      changes.cancellations.push({ sequence: event.sequence, userId: event.userId, on: event.data.on });
      return changes;
    case 'QuietHoursChanged':
    case 'HabitsReordered':
    case 'DefaultWindowChanged':
    case 'DigestChanged':
    case 'PremiumGranted':
    case 'PremiumCancelled':
    case 'PremiumResumed':
    case 'PremiumRefunded':
    case 'ClockChanged':
    case 'ContinuationAsked':
      return changes;
    default:
      return foldHabit(changes, event);
  }
}

type RecordedHabitEvent = Extract<RecordedEvent, HabitEvent>;

function foldHabit(changes: Changes, event: RecordedHabitEvent): Changes {
  switch (event.type) {
    case 'ReminderSnoozed': {
      const { sequence, userId, aggregateId: habitId, at: snoozedAt } = event;
      const { on, untilAt } = event.data;
      changes.snoozes.push({ sequence, userId, habitId, on, snoozedAt, untilAt });
      return changes;
    }
    case 'HabitDefined': {
      const { goal, frequency } = event.data;
      return changeHabit(changes, event, { definedAt: event.at, goal, frequency });
    }
    case 'GoalChanged':
      return changeHabit(changes, event, { goal: event.data.goal });
    case 'FrequencyChanged':
      return changeHabit(changes, event, { frequency: event.data.frequency });
    case 'EntriesImported':
      for (const entry of event.data.entries) enterImported(changes, event, entry);
      return changes;
    case 'HabitDeleted':
      return changeHabit(changes, event, { deleted: true });
    case 'HabitPaused':
      return changeHabit(changes, event, { paused: true, pausedUntil: event.data.until });
    case 'HabitResumed':
      return changeHabit(changes, event, { paused: false, pausedUntil: undefined });
    case 'HabitArchived':
      return changeHabit(changes, event, { archived: true });
    case 'HabitRestored':
      return changeHabit(changes, event, { archived: false });
    case 'HabitCheckedIn':
      return enter(changes, event, { entry: 'value', value: event.data.value });
    case 'HabitSkipped':
      return enter(changes, event, { entry: 'skip', value: null });
    case 'EntryCleared':
      return enter(changes, event, { entry: 'cleared', value: null });
    case 'HabitRenamed':
    case 'EmojiChanged':
    case 'HabitGrouped':
    case 'ReminderScheduled':
    case 'ReminderMoved':
    case 'ReminderUnscheduled':
    case 'RemindingWhenMetChanged':
    case 'EntryNoted':
    case 'DayClosed':
      return changes;
    default:
      return event satisfies never;
  }
}

function changeUser(changes: Changes, { userId }: RecordedEvent, change: Partial<UserChange>): Changes {
  changes.users.set(userId, { ...changes.users.get(userId), userId, ...change });
  return changes;
}

function changeHabit(changes: Changes, event: RecordedEvent, change: Partial<HabitChange>): Changes {
  const { userId, aggregateId: habitId } = event;
  const key = `${userId}/${habitId}`;
  changes.habits.set(key, { ...changes.habits.get(key), userId, habitId, ...change });
  return changes;
}

type EntryEvent = Extract<RecordedEvent, { type: 'HabitCheckedIn' | 'HabitSkipped' | 'EntryCleared' }>;

function enter(changes: Changes, event: EntryEvent, entry: Pick<EntryChange, 'entry' | 'value'>): Changes {
  return setEntry(changes, event, { on: event.data.on, ...entry, imported: false });
}

function enterImported(changes: Changes, event: RecordedEvent, entry: ImportedEntry): Changes {
  const { on } = entry;
  return 'skipped' in entry
    ? setEntry(changes, event, { on, entry: 'skip', value: null, imported: true })
    : setEntry(changes, event, { on, entry: 'value', value: entry.value, imported: true });
}

function setEntry(
  changes: Changes,
  event: RecordedEvent,
  { on, ...entry }: Pick<EntryChange, 'on' | 'entry' | 'value' | 'imported'>,
): Changes {
  const { userId, aggregateId: habitId, at: answeredAt, correlationId } = event;
  changes.entries.set(`${userId}/${habitId}/${on}`, {
    userId,
    habitId,
    on,
    ...entry,
    answeredAt,
    correlationId,
  });
  return changes;
}
