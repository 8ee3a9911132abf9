import { dateOf, epochDayOf } from '#contracts/civil-date.ts';
import type { HabitEvent } from '#contracts/events.ts';
import {
  EntryValue,
  type Frequency,
  type Goal,
  HabitName,
  type WindowMinutes,
} from '#contracts/habit-events.ts';
import type { Instant, LocalDate, LocalTime, Weekdays } from '#contracts/time.ts';
import { type Calendar, emptyCalendar, entryOn, withEntry, withoutEntry } from './calendar.ts';
import { Refusal } from './refusal.ts';

/** With `windowMinutes` it is flexible: it comes at most so many minutes before or after `at`. */
export type Reminder = {
  readonly at: LocalTime;
  readonly weekdays: Weekdays;
  readonly windowMinutes?: WindowMinutes | undefined;
};

/** The reminder of date `on` comes once more at `untilAt`, which is `at` on the person's clock. */
export type Snooze = { readonly on: LocalDate; readonly at: LocalTime; readonly untilAt: Instant };

/** Dates, both included, on which the habit rested; `to` is null while it still does. */
export type Pause = { readonly from: LocalDate; readonly to: LocalDate | null };

type Definition = { name: string; goal: Goal; frequency: Frequency; reminders?: readonly Reminder[] };
type Nothing = Record<never, never>;

/**
 * What a person asks of a habit. `today` is their local date, `nowAt` the instant; `value` is 1 or 0 for yes and no, else
 * an amount.
 */
export type Command =
  | { type: 'DefineHabit'; data: Definition }
  | { type: 'RenameHabit'; data: { name: string } }
  | { type: 'ScheduleReminder'; data: Reminder }
  | { type: 'UnscheduleReminder'; data: { at: LocalTime } }
  | { type: 'CheckIn'; data: { on: LocalDate; value: number; today: LocalDate } }
  | { type: 'SkipDay'; data: { on: LocalDate; today: LocalDate } }
  | { type: 'ClearEntry'; data: { on: LocalDate } }
  | { type: 'SnoozeReminder'; data: Snooze & { nowAt: Instant } }
  | { type: 'PauseHabit'; data: { today: LocalDate } }
  | { type: 'ResumeHabit'; data: { today: LocalDate } }
  | { type: 'ArchiveHabit'; data: Nothing }
  | { type: 'RestoreHabit'; data: Nothing };

/** A habit as its events left it: JSON, kept as a snapshot. Reminders are in order of their time of day. */
export type State = {
  readonly defined: boolean;
  readonly name: string;
  readonly goal: Goal;
  readonly frequency: Frequency;
  readonly reminders: readonly Reminder[];
  readonly paused: boolean;
  /** Oldest first. Pauses from before their dates were recorded are not among them. */
  readonly pauses: readonly Pause[];
  readonly archived: boolean;
  /** The last snooze, even if its instant is past. */
  readonly snooze: Snooze | null;
  readonly calendar: Calendar;
};

/** Raise it when {@link State} or {@link evolve} change: snapshots of another shape are rebuilt from the log. */
export const shapeVersion = 2;

export const MAX_REMINDERS = 12;
export const MAX_SNOOZE_MS = 24 * 3_600_000;
/** The minute of a shorter snooze may have begun before the snooze is confirmed. */
export const MIN_SNOOZE_MS = 60_000;
/** About 27 years: what an import may bring, and what bounds the work of a forged date. */
const MAX_DAYS_BACK = 10_000;

export function initialState(): State {
  return {
    defined: false,
    name: '',
    goal: { kind: 'yesNo' },
    frequency: { kind: 'daily' },
    reminders: [],
    paused: false,
    pauses: [],
    archived: false,
    snooze: null,
    calendar: emptyCalendar,
  };
}

export function evolve(state: State, event: HabitEvent): State {
  switch (event.type) {
    case 'HabitDefined':
      return { ...state, ...event.data, defined: true };
    case 'HabitRenamed':
      return { ...state, name: event.data.name };
    case 'ReminderScheduled':
      return { ...state, reminders: [...without(state, event.data.at), event.data].sort(byTime) };
    case 'ReminderUnscheduled':
      return { ...state, reminders: without(state, event.data.at) };
    case 'HabitCheckedIn':
      return { ...state, calendar: withEntry(state.calendar, event.data.on, event.data.value) };
    case 'HabitSkipped':
      return { ...state, calendar: withEntry(state.calendar, event.data.on, 'skip') };
    case 'EntryCleared':
      return { ...state, calendar: withoutEntry(state.calendar, event.data.on) };
    case 'ReminderSnoozed':
      return { ...state, snooze: event.data };
    case 'HabitPaused':
      return { ...state, paused: true, pauses: pausesFrom(event.data.on, state.pauses) };
    case 'HabitResumed':
      return { ...state, paused: false, pauses: pausesUntil(event.data.on, state.pauses) };
    case 'HabitArchived':
      return { ...state, archived: true };
    case 'HabitRestored':
      return { ...state, archived: false };
  }
}

function pausesFrom(on: LocalDate | undefined, pauses: readonly Pause[]): readonly Pause[] {
  return on === undefined ? pauses : [...pauses, { from: on, to: null }];
}

/** A pause that ends on the day it began leaves no trace. */
function pausesUntil(on: LocalDate | undefined, pauses: readonly Pause[]): readonly Pause[] {
  return pauses.flatMap((pause) => {
    if (pause.to !== null) return [pause];
    if (on === undefined || on <= pause.from) return [];
    return [{ from: pause.from, to: dateOf(epochDayOf(on) - 1) }];
  });
}

/**
 * A paused habit takes entries like any other: a pause stops the reminders, not the habit, and yesterday's buttons still
 * work. An archived one refuses everything until it is restored, and comes back as it was.
 *
 * @returns the events to append, all or none; none when it is already so.
 * @throws {Refusal} with a code that says why not.
 */
export function decide(command: Command, state: State): HabitEvent[] {
  // The habit's id comes from the update that defined it, so a second definition is the same update once more.
  if (command.type === 'DefineHabit') return state.defined ? [] : define(command.data);
  if (!state.defined) throw new Refusal('HabitNotFound');
  if (command.type === 'ArchiveHabit') return state.archived ? [] : [{ type: 'HabitArchived', data: {} }];
  if (command.type === 'RestoreHabit') return state.archived ? [{ type: 'HabitRestored', data: {} }] : [];
  if (state.archived) throw new Refusal('HabitArchived');
  switch (command.type) {
    case 'RenameHabit':
      return rename(command.data.name, state);
    case 'ScheduleReminder':
      return schedule(command.data, state);
    case 'UnscheduleReminder':
      return unschedule(command.data.at, state);
    case 'CheckIn':
      return checkIn(command.data, state);
    case 'SkipDay':
      return skip(command.data, state);
    case 'ClearEntry':
      return clear(command.data.on, state);
    case 'SnoozeReminder':
      return snooze(command.data, state);
    case 'PauseHabit':
      return state.paused ? [] : [{ type: 'HabitPaused', data: { on: command.data.today } }];
    case 'ResumeHabit':
      return state.paused ? [{ type: 'HabitResumed', data: { on: command.data.today } }] : [];
  }
}

function define({ name, goal, frequency, reminders = [] }: Definition): HabitEvent[] {
  const events: HabitEvent[] = [
    { type: 'HabitDefined', data: { name: habitNameFrom(name), goal, frequency } },
  ];
  for (const reminder of reminders) {
    events.push(...schedule(reminder, events.reduce(evolve, initialState())));
  }
  return events;
}

function rename(wanted: string, state: State): HabitEvent[] {
  const name = habitNameFrom(wanted);
  return name === state.name ? [] : [{ type: 'HabitRenamed', data: { name } }];
}

function schedule({ at, weekdays, windowMinutes }: Reminder, { reminders }: State): HabitEvent[] {
  const present = reminders.find((reminder) => reminder.at === at);
  const isSo = present?.weekdays.join() === weekdays.join() && present.windowMinutes === windowMinutes;
  if (isSo) return [];
  if (!present && reminders.length >= MAX_REMINDERS) throw new Refusal('TooManyReminders');
  const flexible = windowMinutes === undefined ? {} : { windowMinutes };
  return [{ type: 'ReminderScheduled', data: { at, weekdays, ...flexible } }];
}

function snooze({ on, at, untilAt, nowAt }: Snooze & { nowAt: Instant }, state: State): HabitEvent[] {
  if (state.paused) throw new Refusal('HabitPaused');
  const { snooze: present } = state;
  if (present?.on === on && present.at === at && present.untilAt === untilAt) return [];
  if (entryOn(state.calendar, on) !== undefined) throw new Refusal('AlreadyAnswered');
  const aheadMs = Date.parse(untilAt) - Date.parse(nowAt);
  if (aheadMs < MIN_SNOOZE_MS) throw new Refusal('InThePast');
  if (aheadMs > MAX_SNOOZE_MS) throw new Refusal('SnoozeTooLong');
  return [{ type: 'ReminderSnoozed', data: { on, at, untilAt } }];
}

function unschedule(at: LocalTime, { reminders }: State): HabitEvent[] {
  return reminders.some((reminder) => reminder.at === at)
    ? [{ type: 'ReminderUnscheduled', data: { at } }]
    : [];
}

function checkIn(
  { on, value, today }: { on: LocalDate; value: number; today: LocalDate },
  { goal, calendar }: State,
): HabitEvent[] {
  refuseOutOfReach(on, today);
  const possible = goal.kind === 'yesNo' ? value === 0 || value === 1 : EntryValue.safeParse(value).success;
  if (!possible) throw new Refusal('WrongValue');
  return entryOn(calendar, on) === value ? [] : [{ type: 'HabitCheckedIn', data: { on, value } }];
}

function skip({ on, today }: { on: LocalDate; today: LocalDate }, { calendar }: State): HabitEvent[] {
  refuseOutOfReach(on, today);
  return entryOn(calendar, on) === 'skip' ? [] : [{ type: 'HabitSkipped', data: { on } }];
}

function clear(on: LocalDate, { calendar }: State): HabitEvent[] {
  return entryOn(calendar, on) === undefined ? [] : [{ type: 'EntryCleared', data: { on } }];
}

function refuseOutOfReach(on: LocalDate, today: LocalDate): void {
  const daysAgo = epochDayOf(today) - epochDayOf(on);
  if (daysAgo < 0) throw new Refusal('InTheFuture');
  if (daysAgo > MAX_DAYS_BACK) throw new Refusal('TooLongAgo');
}

/**
 * The name as it is recorded, trimmed.
 * @throws {Refusal} `WrongName` when it is empty, longer than 64, or has nothing that can be seen.
 */
export function habitNameFrom(text: string): string {
  const name = HabitName.safeParse(text);
  if (!name.success || !VISIBLE.test(name.data)) throw new Refusal('WrongName');
  return name.data;
}

/** Letters, digits, punctuation and symbols: a name of zero-width characters alone would be an empty button. */
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;

const without = ({ reminders }: State, at: LocalTime): Reminder[] => reminders.filter((one) => one.at !== at);

const byTime = (a: Reminder, b: Reminder): number => (a.at < b.at ? -1 : 1);
