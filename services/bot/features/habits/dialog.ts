import type { HabitId } from '#contracts/ids.ts';
import type { LocalTime } from '#contracts/time.ts';
import { type Dialog, IDLE } from '../../conversation/dialog.ts';
import type { Screen } from '../../conversation/screen.ts';
import { edit, notice, type Step, send, stay, toast } from '../../conversation/step.ts';
import type { HabitTap } from '../../conversation/taps.ts';
import { type Command, hasEntries, weekdaysOf } from '../../domain/habit.ts';
import type { State } from '../../domain/habit-state.ts';
import { habitOf, type Person } from '../../person.ts';
import { NAME_LENGTH, readHabitName } from '../../reading/habit-name.ts';
import { readTimeOfDay } from '../../reading/time-of-day.ts';
import type { TypedText } from '../../reading/typed-text.ts';
import { tapPause } from './pause.ts';
import { WINDOWS, within } from './reminder-choices.ts';

type Of<A extends Dialog['at']> = Extract<Dialog, { at: A }>;

/** Buttons of one habit's screens: what it is called, when it reminds, whether it rests. */
export function tapHabit(dialog: Dialog, tap: HabitTap, person: Person): Step {
  const { habitId } = tap;
  const habit = habitOf(person, habitId);
  if (!habit) return toast(dialog, 'refusal-HabitNotFound');
  const apply = (command: Command, screen: Screen, said?: string): Step => ({
    dialog,
    commands: [{ to: 'habit', habitId, command }],
    shows: [edit(screen)],
    ...(said && { toast: { key: said } }),
  });
  const card: Screen = { screen: 'habit', habitId };
  switch (tap.tap) {
    case 'habit':
      return stay(dialog, edit(card));
    case 'undoNew':
      return undoNew(dialog, tap.habitId, habit);
    case 'pause':
    case 'pauseTo':
    case 'pauseOpen':
    case 'resume':
      return tapPause(dialog, tap, person);
    case 'putAway':
      return apply({ type: 'ArchiveHabit', data: {} }, card, 'toast-archived');
    case 'restore':
      return apply({ type: 'RestoreHabit', data: {} }, card, 'toast-restored');
    case 'rename':
      return stay({ at: 'renaming', habitId }, edit({ screen: 'rename', habitId }));
    case 'addReminder':
      return stay({ at: 'addingReminder', habitId }, edit({ screen: 'addReminder', habitId }));
    default:
      return tapReminder(dialog, tap, habit, person);
  }
}

/** A habit that was just made is as if it had never been; one that has entries is deleted in its own screen. */
function undoNew(dialog: Dialog, habitId: HabitId, habit: State): Step {
  if (hasEntries(habit)) return toast(dialog, 'toast-stale');
  return {
    dialog,
    commands: [{ to: 'habit', habitId, command: { type: 'DeleteHabit', data: {} } }],
    shows: [edit(notice('habit-undone'))],
  };
}

type ReminderTap = Exclude<
  HabitTap,
  {
    tap:
      | 'habit'
      | 'undoNew'
      | 'pause'
      | 'pauseTo'
      | 'pauseOpen'
      | 'resume'
      | 'putAway'
      | 'restore'
      | 'rename'
      | 'addReminder';
  }
>;

function tapReminder(dialog: Dialog, tap: ReminderTap, habit: State, person: Person): Step {
  const { habitId } = tap;
  const list: Screen = { screen: 'reminders', habitId };
  const apply = (command: Command, screen: Screen, after: Dialog): Step => ({
    dialog: after,
    commands: [{ to: 'habit', habitId, command }],
    shows: [edit(screen)],
  });
  switch (tap.tap) {
    case 'reminders':
      return stay(dialog, edit(list));
    case 'reminder':
      return stay(dialog, edit({ screen: 'reminder', habitId, at: tap.at }));
    case 'remind': {
      const after = dialog.at === 'addingReminder' && dialog.habitId === habitId ? IDLE : dialog;
      const data = newReminder(tap.at, habit, person);
      return apply({ type: 'ScheduleReminder', data }, list, after);
    }
    case 'remindOn': {
      const { at, weekdays } = tap;
      if (weekdays.length === 0) return toast(dialog, 'toast-no-days');
      const screen: Screen = { screen: 'reminder', habitId, at };
      const window = within(reminderAt(habit, at)?.windowMinutes ?? 0);
      return apply({ type: 'ScheduleReminder', data: { at, weekdays, ...window } }, screen, dialog);
    }
    case 'moveReminder': {
      const wanted: Dialog = { at: 'movingReminder', habitId, from: tap.at };
      return stay(wanted, edit({ screen: 'moveReminder', habitId, at: tap.at }));
    }
    case 'moveTo': {
      const isAsked = dialog.at === 'movingReminder' && dialog.habitId === habitId && dialog.from === tap.at;
      return moveReminder(isAsked ? IDLE : dialog, habit, tap, edit);
    }
    case 'flexible':
      return stay(dialog, edit({ screen: 'flexible', habitId, at: tap.at }));
    case 'remindWithin': {
      const { at, minutes } = tap;
      const screen: Screen = { screen: 'reminder', habitId, at };
      const reminder = reminderAt(habit, at);
      if (!reminder || !WINDOWS.includes(minutes)) return stay(dialog, edit(screen));
      const { weekdays } = reminder;
      return apply({ type: 'ScheduleReminder', data: { at, weekdays, ...within(minutes) } }, screen, dialog);
    }
    case 'remindNot':
      return apply({ type: 'UnscheduleReminder', data: { at: tap.at } }, list, dialog);
  }
}

/** On the days of the habit, and as flexible as the person wants new ones. */
const newReminder = (at: LocalTime, { frequency }: State, { account }: Person) => ({
  at,
  weekdays: weekdaysOf(frequency),
  ...within(account.defaultWindow ?? 0),
});

const reminderAt = ({ reminders }: State, at: LocalTime) => reminders.find((each) => each.at === at);

export function typeName(dialog: Of<'renaming'>, text: TypedText, person: Person): Step {
  const { habitId } = dialog;
  if (!habitOf(person, habitId)) return stay(IDLE, send({ screen: 'habits', page: 0, archived: false }));
  const read = readHabitName(text);
  if (!('name' in read)) {
    const args = { most: NAME_LENGTH, length: read.length };
    return stay(dialog, send({ screen: 'rename', habitId }, { key: `name-${read.problem}`, args }));
  }
  return {
    dialog: IDLE,
    commands: [{ to: 'habit', habitId, command: { type: 'RenameHabit', data: { name: read.name } } }],
    shows: [send({ screen: 'habit', habitId }, { key: 'renamed' })],
  };
}

/** The reminder at `at` becomes that of another time, with its days, as exact as before. */
function moveReminder(
  after: Dialog,
  habit: State,
  { habitId, at: from, to: at }: { habitId: HabitId; at: LocalTime; to: LocalTime },
  place: typeof edit,
): Step {
  const reminder = reminderAt(habit, from) ?? reminderAt(habit, at);
  const { weekdays = weekdaysOf(habit.frequency), windowMinutes = 0 } = reminder ?? {};
  const data = { from, at, weekdays, ...within(windowMinutes) };
  return {
    dialog: after,
    commands: [{ to: 'habit', habitId, command: { type: 'MoveReminder', data } }],
    shows: [place({ screen: 'reminder', habitId, at }, { key: 'reminder-moved', args: { from, at } })],
  };
}

export function typeMovedTime(dialog: Of<'movingReminder'>, text: TypedText, person: Person): Step {
  const { habitId, from } = dialog;
  const habit = habitOf(person, habitId);
  if (!habit) return stay(IDLE, send({ screen: 'habits', page: 0, archived: false }));
  const at = readTimeOfDay(text);
  if (!at)
    return stay(dialog, send({ screen: 'moveReminder', habitId, at: from }, { key: 'time-unreadable' }));
  return moveReminder(IDLE, habit, { habitId, at: from, to: at }, send);
}

export function typeReminderTime(dialog: Of<'addingReminder'>, text: TypedText, person: Person): Step {
  const { habitId } = dialog;
  const habit = habitOf(person, habitId);
  if (!habit) return stay(IDLE, send({ screen: 'habits', page: 0, archived: false }));
  const at = readTimeOfDay(text);
  if (!at) return stay(dialog, send({ screen: 'addReminder', habitId }, { key: 'time-unreadable' }));
  const data = newReminder(at, habit, person);
  return {
    dialog: IDLE,
    commands: [{ to: 'habit', habitId, command: { type: 'ScheduleReminder', data } }],
    shows: [send({ screen: 'reminders', habitId }, { key: 'reminder-added', args: { at } })],
  };
}
