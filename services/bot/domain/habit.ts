import { epochDayOf } from '#contracts/civil-date.ts';
import type { HabitEvent } from '#contracts/events.ts';
import {
  type BroughtDetails,
  type Frequency,
  type Goal,
  type Group,
  HabitEmoji,
  HabitName,
} from '#contracts/habit-events.ts';
import { EVERY_DAY, type LocalDate, type LocalTime, type Weekdays } from '#contracts/time.ts';
import { type DayCommand, decideDays } from './habit-entries.ts';
import { evolve, initialState, isPausedOn, type Reminder, type State } from './habit-state.ts';
import { Refusal } from './refusal.ts';

type Definition = BroughtDetails & {
  name: string;
  goal: Goal;
  frequency: Frequency;
  emoji?: string | undefined;
  group?: Group | undefined;
  reminders?: readonly Reminder[];
};
type Nothing = Record<never, never>;

/** What a person asks of a habit. `today` is their local date. */
export type Command =
  | { type: 'DefineHabit'; data: Definition }
  | { type: 'RenameHabit'; data: { name: string } }
  | { type: 'ChangeGoal'; data: { goal: Goal } }
  | { type: 'ChangeFrequency'; data: { frequency: Frequency } }
  | { type: 'ChangeEmoji'; data: { emoji: string | null } }
  | { type: 'GroupHabit'; data: { group: Group | null } }
  | { type: 'ScheduleReminder'; data: Reminder }
  | { type: 'MoveReminder'; data: Reminder & { from: LocalTime } }
  | { type: 'UnscheduleReminder'; data: { at: LocalTime } }
  | { type: 'ChangeRemindingWhenMet'; data: { remind: boolean } }
  /** `until` is the last date; without one it rests until it is resumed. */
  | { type: 'PauseHabit'; data: { today: LocalDate; until?: LocalDate } }
  | { type: 'ResumeHabit'; data: { today: LocalDate } }
  | { type: 'ArchiveHabit'; data: Nothing }
  | { type: 'RestoreHabit'; data: Nothing }
  | { type: 'DeleteHabit'; data: Nothing }
  | DayCommand;

export const MAX_REMINDERS = 12;

/** A longer pause is one without an end. */
const MAX_PAUSE_DAYS = 366;

const BROUGHT: readonly Command['type'][] = ['ImportEntries', 'ImportNotes'];

/**
 * A paused habit takes entries like any other: a pause stops the reminders, not the habit, and yesterday's buttons still
 * work. An archived one refuses everything until it is restored or deleted, and comes back as it was. A deleted one is as if
 * it had never been.
 *
 * @returns the events to append, all or none; none when it is already so.
 * @throws {Refusal} with a code that says why not.
 */
export function decide(command: Command, state: State): HabitEvent[] {
  // The habit's id comes from the update that defined it, so a second definition is the same update once more.
  if (command.type === 'DefineHabit') return state.defined ? [] : define(command.data);
  if (command.type === 'DeleteHabit' && state.deleted) return [];
  if (!state.defined || state.deleted) throw new Refusal('HabitNotFound');
  if (command.type === 'DeleteHabit') return [{ type: 'HabitDeleted', data: {} }];
  if (command.type === 'ArchiveHabit') return state.archived ? [] : [{ type: 'HabitArchived', data: {} }];
  if (command.type === 'RestoreHabit') return state.archived ? [{ type: 'HabitRestored', data: {} }] : [];
  // What another tracker has of an archived habit is brought as it is.
  if (state.archived && !BROUGHT.includes(command.type)) throw new Refusal('HabitArchived');
  switch (command.type) {
    case 'RenameHabit':
      return rename(command.data.name, state);
    case 'ChangeGoal':
      return changeGoal(command.data.goal, state);
    case 'ChangeFrequency':
      return changeFrequency(command.data.frequency, state);
    case 'ChangeEmoji':
      return changeEmoji(command.data.emoji, state);
    case 'GroupHabit':
      return regroup(command.data.group, state);
    case 'ScheduleReminder':
      return schedule(command.data, state);
    case 'MoveReminder':
      return move(command.data, state);
    case 'UnscheduleReminder':
      return unschedule(command.data.at, state);
    case 'ChangeRemindingWhenMet':
      return changeRemindingWhenMet(command.data.remind, state);
    case 'PauseHabit':
      return pause(command.data, state);
    case 'ResumeHabit':
      return resume(command.data.today, state);
    default:
      return decideDays(command, state);
  }
}

function define({ reminders = [], name, emoji, ...definition }: Definition): HabitEvent[] {
  const shown = emoji === undefined ? {} : { emoji: emojiFrom(emoji) };
  const events: HabitEvent[] = [
    { type: 'HabitDefined', data: { name: habitNameFrom(name), ...definition, ...shown } },
  ];
  for (const reminder of reminders) {
    events.push(...schedule(reminder, events.reduce(evolve, initialState())));
  }
  return events;
}

/** Days on which a reminder makes sense: those the habit is for. */
export function weekdaysOf(frequency: Frequency): Weekdays {
  return frequency.kind === 'weekdays' ? frequency.weekdays : EVERY_DAY;
}

export const hasEntries = ({ calendar }: Pick<State, 'calendar'>): boolean =>
  Object.keys(calendar).length > 0;

function rename(wanted: string, state: State): HabitEvent[] {
  const name = habitNameFrom(wanted);
  return name === state.name ? [] : [{ type: 'HabitRenamed', data: { name } }];
}

/** A habit that has entries stays of its kind: amounts of days are no yeses, and yeses no amounts. */
function changeGoal(goal: Goal, state: State): HabitEvent[] {
  if (goal.kind !== state.goal.kind && hasEntries(state)) throw new Refusal('OtherKind');
  return isEqual(goal, state.goal) ? [] : [{ type: 'GoalChanged', data: { goal } }];
}

/** Reminders that came on all days of the habit go with it to its other days. */
function changeFrequency(frequency: Frequency, { frequency: before, reminders }: State): HabitEvent[] {
  if (isEqual(frequency, before)) return [];
  const weekdays = weekdaysOf(frequency);
  const days = weekdaysOf(before).join();
  const moving = weekdays.join() === days ? [] : reminders.filter((one) => one.weekdays.join() === days);
  return [
    { type: 'FrequencyChanged', data: { frequency } },
    ...moving.map((one) => ({
      type: 'ReminderScheduled' as const,
      data: reminderData({ ...one, weekdays }),
    })),
  ];
}

function changeEmoji(wanted: string | null, state: State): HabitEvent[] {
  const emoji = wanted === null ? null : emojiFrom(wanted);
  return emoji === state.emoji ? [] : [{ type: 'EmojiChanged', data: { emoji } }];
}

function regroup(group: Group | null, state: State): HabitEvent[] {
  return isEqual(group, state.group) ? [] : [{ type: 'HabitGrouped', data: { group } }];
}

function changeRemindingWhenMet(remind: boolean, { remindsWhenMet }: State): HabitEvent[] {
  return remind === remindsWhenMet ? [] : [{ type: 'RemindingWhenMetChanged', data: { remind } }];
}

function schedule(reminder: Reminder, { reminders }: Pick<State, 'reminders'>): HabitEvent[] {
  const present = reminders.find(({ at }) => at === reminder.at);
  if (present && isSame(present, reminder)) return [];
  if (!present && reminders.length >= MAX_REMINDERS) throw new Refusal('TooManyReminders');
  return [{ type: 'ReminderScheduled', data: reminderData(reminder) }];
}

function move({ from, ...reminder }: Reminder & { from: LocalTime }, { reminders }: State): HabitEvent[] {
  const present = reminders.find(({ at }) => at === from);
  if (!present) {
    const isMoved = reminders.some((one) => isSame(one, reminder));
    if (isMoved) return [];
    throw new Refusal('ReminderNotFound');
  }
  return isSame(present, reminder)
    ? []
    : [{ type: 'ReminderMoved', data: { from, ...reminderData(reminder) } }];
}

/** A pause takes the place of another that goes on. */
function pause({ today, until }: { today: LocalDate; until?: LocalDate }, state: State): HabitEvent[] {
  if (until !== undefined && until < today) throw new Refusal('InThePast');
  const days = until === undefined ? 0 : epochDayOf(until) - epochDayOf(today) + 1;
  if (days > MAX_PAUSE_DAYS) throw new Refusal('PauseTooLong');
  const isSo = isPausedOn(state, today) && state.pauses.at(-1)?.to === (until ?? null);
  if (isSo) return [];
  const data = { on: today, ...(until !== undefined && { until }) };
  return [...resume(today, state), { type: 'HabitPaused', data }];
}

const resume = (today: LocalDate, state: State): HabitEvent[] =>
  isPausedOn(state, today) ? [{ type: 'HabitResumed', data: { on: today } }] : [];

const isSame = (a: Reminder, b: Reminder): boolean =>
  a.at === b.at && a.weekdays.join() === b.weekdays.join() && a.windowMinutes === b.windowMinutes;

function reminderData({ at, weekdays, windowMinutes }: Reminder) {
  return { at, weekdays, ...(windowMinutes === undefined ? {} : { windowMinutes }) };
}

function unschedule(at: LocalTime, { reminders }: State): HabitEvent[] {
  return reminders.some((reminder) => reminder.at === at)
    ? [{ type: 'ReminderUnscheduled', data: { at } }]
    : [];
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

/** One character as people count them, and a picture. @throws {Refusal} `WrongEmoji`. */
function emojiFrom(text: string): string {
  const emoji = HabitEmoji.safeParse(text);
  const isOne = emoji.success && [...CHARACTERS.segment(emoji.data)].length === 1;
  if (!isOne || !PICTURE.test(emoji.data)) throw new Refusal('WrongEmoji');
  return emoji.data;
}

/** To make one costs far more than to use it. */
const CHARACTERS = new Intl.Segmenter();

/** Signs such as ❤ and 🏃, flags, and keycaps such as 1️⃣. */
const PICTURE = /\p{Extended_Pictographic}|\p{Regional_Indicator}|[#*\d]\uFE0F?\u20E3/u;

/** Letters, digits, punctuation and symbols: a name of zero-width characters alone would be an empty button. */
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;

/** Both are data of the same schema, whose fields stand in its order. */
const isEqual = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
