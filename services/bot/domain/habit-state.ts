import { dateOf, epochDayOf } from '#contracts/civil-date.ts';
import type { HabitEvent } from '#contracts/events.ts';
import type { BroughtDetails, Frequency, Goal, Group, WindowMinutes } from '#contracts/habit-events.ts';
import type { Pause } from '#contracts/history.ts';
import type { Instant, LocalDate, LocalTime, Weekdays } from '#contracts/time.ts';
import { type Calendar, emptyCalendar, withEntries, withEntry, withoutEntry } from './calendar.ts';
import { type Notes, withImportedNotes, withNote } from './notes.ts';

/** With `windowMinutes` it is flexible: it comes at most so many minutes before or after `at`. */
export type Reminder = {
  readonly at: LocalTime;
  readonly weekdays: Weekdays;
  readonly windowMinutes?: WindowMinutes | undefined;
};

/** The reminder of date `on` comes once more at `untilAt`, which is `at` on the person's clock. */
export type Snooze = { readonly on: LocalDate; readonly at: LocalTime; readonly untilAt: Instant };

/** A habit as its events left it: JSON, kept as a snapshot. Reminders are in order of their time of day. */
export type State = {
  readonly defined: boolean;
  readonly name: string;
  readonly goal: Goal;
  readonly frequency: Frequency;
  readonly emoji: string | null;
  readonly group: Group | null;
  /** What another tracker said of it, to be given back. */
  readonly brought: BroughtDetails;
  readonly reminders: readonly Reminder[];
  /** A habit of X times in a while is reminded of even when that is done. */
  readonly remindsWhenMet: boolean;
  /** Until it is resumed, or to the last date of its last pause: see {@link isPausedOn}. */
  readonly paused: boolean;
  /** Oldest first. */
  readonly pauses: readonly Pause[];
  readonly archived: boolean;
  readonly deleted: boolean;
  /** The last snooze, even if its instant is past. */
  readonly snooze: Snooze | null;
  readonly calendar: Calendar;
  readonly notes: Notes;
  /** The last days of a counted habit that take no more reminders, however little they hold; rising. */
  readonly closedOn: readonly LocalDate[];
};

/** Raise it when {@link State} or {@link evolve} change: snapshots of another shape are rebuilt from the log. */
export const shapeVersion = 5;

export function initialState(): State {
  return {
    defined: false,
    name: '',
    goal: { kind: 'yesNo' },
    frequency: { kind: 'daily' },
    emoji: null,
    group: null,
    brought: {},
    reminders: [],
    remindsWhenMet: false,
    paused: false,
    pauses: [],
    archived: false,
    deleted: false,
    snooze: null,
    calendar: emptyCalendar,
    notes: {},
    closedOn: [],
  };
}

export function evolve(state: State, event: HabitEvent): State {
  switch (event.type) {
    case 'HabitDefined':
      return define(state, event.data);
    case 'HabitRenamed':
      return { ...state, name: event.data.name };
    case 'GoalChanged':
      return { ...state, goal: event.data.goal };
    case 'FrequencyChanged':
      return { ...state, frequency: event.data.frequency };
    case 'EmojiChanged':
      return { ...state, emoji: event.data.emoji };
    case 'HabitGrouped':
      return { ...state, group: event.data.group };
    case 'ReminderScheduled':
      return { ...state, reminders: [...without(state, event.data.at), event.data].sort(byTime) };
    case 'ReminderMoved':
      return { ...state, reminders: moved(state, event.data) };
    case 'ReminderUnscheduled':
      return { ...state, reminders: without(state, event.data.at) };
    case 'RemindingWhenMetChanged':
      return { ...state, remindsWhenMet: event.data.remind };
    case 'HabitPaused':
      return { ...state, paused: true, pauses: [...state.pauses, pauseOf(event.data)] };
    case 'HabitResumed':
      return { ...state, paused: false, pauses: pausesUntil(event.data.on, state.pauses) };
    case 'HabitArchived':
      return { ...state, archived: true };
    case 'HabitRestored':
      return { ...state, archived: false };
    case 'HabitDeleted':
      // Its entries are nobody's any more: a deleted habit's snapshot is as small as it can be.
      return { ...initialState(), defined: true, deleted: true };
    default:
      return evolveDays(state, event);
  }
}

type DayEvent = Extract<
  HabitEvent,
  {
    type:
      | 'HabitCheckedIn'
      | 'HabitSkipped'
      | 'EntryCleared'
      | 'DayClosed'
      | 'EntryNoted'
      | 'EntriesImported'
      | 'ReminderSnoozed';
  }
>;

/** What happens to days, and leaves the habit itself as it is. */
function evolveDays(state: State, event: DayEvent): State {
  const { calendar, notes } = state;
  switch (event.type) {
    case 'HabitCheckedIn':
      return {
        ...opened(state, [event.data.on]),
        calendar: withEntry(calendar, event.data.on, event.data.value),
      };
    case 'HabitSkipped':
      return { ...opened(state, [event.data.on]), calendar: withEntry(calendar, event.data.on, 'skip') };
    case 'EntryCleared':
      return { ...opened(state, [event.data.on]), calendar: withoutEntry(calendar, event.data.on) };
    case 'DayClosed':
      return closed(state, event.data.on);
    case 'EntryNoted':
      return { ...state, notes: withNote(notes, event.data.on, event.data.note) };
    case 'EntriesImported':
      return {
        ...opened(
          state,
          event.data.entries.map(({ on }) => on),
        ),
        calendar: withEntries(
          calendar,
          event.data.entries.map((entry) => [entry.on, 'skipped' in entry ? 'skip' : entry.value] as const),
        ),
        notes: withImportedNotes(notes, event.data.entries),
      };
    case 'ReminderSnoozed':
      return { ...state, snooze: event.data };
  }
}

/** Reminders concern the last days only. */
const MOST_CLOSED = 8;

function closed(state: State, on: LocalDate): State {
  const others = state.closedOn.filter((each) => each !== on);
  return { ...state, closedOn: [...others, on].sort().slice(-MOST_CLOSED) };
}

function opened(state: State, days: readonly LocalDate[]): State {
  if (!state.closedOn.some((each) => days.includes(each))) return state;
  return { ...state, closedOn: state.closedOn.filter((each) => !days.includes(each)) };
}

type Defined = Extract<HabitEvent, { type: 'HabitDefined' }>['data'];

function define(state: State, { name, goal, frequency, emoji, group, ...brought }: Defined): State {
  return {
    ...state,
    defined: true,
    name,
    goal,
    frequency,
    emoji: emoji ?? null,
    group: group ?? null,
    brought,
  };
}

const without = ({ reminders }: Pick<State, 'reminders'>, at: LocalTime): Reminder[] =>
  reminders.filter((one) => one.at !== at);

/** The reminders with the one at `from` become another, in order of their times. */
function moved({ reminders }: State, { from, ...reminder }: Reminder & { from: LocalTime }): Reminder[] {
  const others = without({ reminders: without({ reminders }, from) }, reminder.at);
  return [...others, reminder].sort(byTime);
}

const byTime = (a: Reminder, b: Reminder): number => (a.at < b.at ? -1 : 1);

const pauseOf = ({ on, until }: { on: LocalDate; until?: LocalDate | undefined }): Pause => ({
  from: on,
  to: until ?? null,
});

/** The last pause ends before `on`, if it had not; one that ends on the day it began leaves no trace. */
function pausesUntil(on: LocalDate, pauses: readonly Pause[]): readonly Pause[] {
  const last = pauses.at(-1);
  if (!last) return pauses;
  const before = dateOf(epochDayOf(on) - 1);
  const to = last.to !== null && last.to < on ? last.to : before;
  return [...pauses.slice(0, -1), ...(to < last.from ? [] : [{ from: last.from, to }])];
}

/** Whether the habit rests on a date: until it is resumed, or to the last date of its pause. */
export function isPausedOn({ paused, pauses }: Pick<State, 'paused' | 'pauses'>, on: LocalDate): boolean {
  const to = lastDayOfPause({ pauses });
  return paused && (to === null || on <= to);
}

/** The last date of the last pause; null for one without an end. */
export const lastDayOfPause = ({ pauses }: Pick<State, 'pauses'>): LocalDate | null =>
  pauses.at(-1)?.to ?? null;
