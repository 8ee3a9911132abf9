import type { HabitEvent, RecordedEvent } from '#contracts/events.ts';
import type { Frequency, Goal, Group } from '#contracts/habit-events.ts';
import type { Weekdays } from '#contracts/time.ts';
import type { Dimension } from './versions.ts';

/**
 * What is known of a habit, as columns: neither its name nor its unit, nor the name of a group. Reminders stand in three
 * columns, in the order of their times: a window of 0 is the exact time, weekdays are digits.
 */
export type HabitState = {
  defined_at: string | null;
  goal: string | null;
  direction: string | null;
  target: number | null;
  frequency: string | null;
  weekdays: number[] | null;
  times: number | null;
  days: number | null;
  listed_under: string | null;
  reminder_times: string[];
  reminder_windows: number[];
  reminder_weekdays: string[];
  reminds_when_met: boolean;
  paused: boolean;
  paused_until: string | null;
  archived: boolean;
  deleted: boolean;
  ended_at: string | null;
};

export const HABITS: Dimension<HabitState> = {
  table: 'dim_habit_versions',
  key: [
    ['user_id', 'bigint'],
    ['habit_id', 'text'],
  ],
  columns: {
    defined_at: 'timestamptz',
    goal: 'text',
    direction: 'text',
    target: 'double precision',
    frequency: 'text',
    weekdays: 'smallint[]',
    times: 'smallint',
    days: 'smallint',
    listed_under: 'text',
    reminder_times: 'time[]',
    reminder_windows: 'smallint[]',
    reminder_weekdays: 'text[]',
    reminds_when_met: 'boolean',
    paused: 'boolean',
    paused_until: 'date',
    archived: 'boolean',
    deleted: 'boolean',
    ended_at: 'timestamptz',
  },
  initial: {
    defined_at: null,
    goal: null,
    direction: null,
    target: null,
    frequency: null,
    weekdays: null,
    times: null,
    days: null,
    listed_under: null,
    reminder_times: [],
    reminder_windows: [],
    reminder_weekdays: [],
    reminds_when_met: false,
    paused: false,
    paused_until: null,
    archived: false,
    deleted: false,
    ended_at: null,
  },
};

export type RecordedHabitEvent = Extract<RecordedEvent, HabitEvent>;

export function habitPatch(
  event: RecordedHabitEvent,
): ((before: HabitState) => Partial<HabitState>) | undefined {
  switch (event.type) {
    case 'HabitDefined': {
      const { goal, frequency, group } = event.data;
      const listed_under = groupOf(group ?? null);
      return () => ({ defined_at: event.at, ...goalOf(goal), ...frequencyOf(frequency), listed_under });
    }
    case 'GoalChanged':
      return () => goalOf(event.data.goal);
    case 'FrequencyChanged':
      return () => frequencyOf(event.data.frequency);
    case 'HabitGrouped':
      return () => ({ listed_under: groupOf(event.data.group) });
    case 'ReminderScheduled':
      return (before) => withReminder(withoutReminder(before, event.data.at), event.data);
    case 'ReminderMoved':
      return (before) => {
        const others = withoutReminder(withoutReminder(before, event.data.from), event.data.at);
        return withReminder(others, event.data);
      };
    case 'ReminderUnscheduled':
      return (before) => withoutReminder(before, event.data.at);
    case 'RemindingWhenMetChanged':
      return () => ({ reminds_when_met: event.data.remind });
    case 'HabitPaused':
      return () => ({ paused: true, paused_until: event.data.until ?? null });
    case 'HabitResumed':
      return () => ({ paused: false, paused_until: null });
    case 'HabitArchived':
      return ({ ended_at }) => ({ archived: true, ended_at: ended_at ?? event.at });
    case 'HabitRestored':
      return ({ deleted, ended_at }) => ({ archived: false, ended_at: deleted ? ended_at : null });
    case 'HabitDeleted':
      return ({ ended_at }) => ({ deleted: true, ended_at: ended_at ?? event.at });
    case 'HabitRenamed':
    case 'EmojiChanged':
    case 'ReminderSnoozed':
    case 'HabitCheckedIn':
    case 'HabitSkipped':
    case 'DayClosed':
    case 'EntryCleared':
    case 'EntryNoted':
    case 'EntriesImported':
      return undefined;
    default:
      return event satisfies never;
  }
}

function goalOf(goal: Goal): Pick<HabitState, 'goal' | 'direction' | 'target'> {
  if (goal.kind === 'yesNo') return { goal: goal.kind, direction: null, target: null };
  return { goal: goal.kind, direction: goal.direction, target: goal.target };
}

function frequencyOf(frequency: Frequency): Pick<HabitState, 'frequency' | 'weekdays' | 'times' | 'days'> {
  return {
    frequency: frequency.kind,
    weekdays: frequency.kind === 'weekdays' ? [...frequency.weekdays] : null,
    times: 'times' in frequency ? frequency.times : null,
    days: frequency.kind === 'timesInDays' ? frequency.days : null,
  };
}

/** The person's own word for a group stays out. */
function groupOf(group: Group | null): string | null {
  return group?.kind === 'part' ? group.part : (group?.kind ?? null);
}

type Reminders = Pick<HabitState, 'reminder_times' | 'reminder_windows' | 'reminder_weekdays'>;
type Reminder = { at: string; weekdays: Weekdays; windowMinutes?: number | undefined };

function withoutReminder(
  { reminder_times, reminder_windows, reminder_weekdays }: Reminders,
  at: string,
): Reminders {
  const isOther = (_: unknown, i: number) => reminder_times[i] !== `${at}:00`;
  return {
    reminder_times: reminder_times.filter(isOther),
    reminder_windows: reminder_windows.filter(isOther),
    reminder_weekdays: reminder_weekdays.filter(isOther),
  };
}

function withReminder(others: Reminders, { at, weekdays, windowMinutes = 0 }: Reminder): Reminders {
  const time = `${at}:00`;
  const later = others.reminder_times.findIndex((each) => each > time);
  const place = later < 0 ? others.reminder_times.length : later;
  return {
    reminder_times: others.reminder_times.toSpliced(place, 0, time),
    reminder_windows: others.reminder_windows.toSpliced(place, 0, windowMinutes),
    reminder_weekdays: others.reminder_weekdays.toSpliced(place, 0, weekdays.join('')),
  };
}
