import type { HabitId } from '#contracts/ids.ts';
import type { LocalTime } from '#contracts/time.ts';
import type { Command, State } from '../domain/habit.ts';
import { habitOf, type Person } from '../person.ts';
import { NAME_LENGTH, readHabitName } from '../reading/habit-name.ts';
import { readTimeOfDay } from '../reading/time-of-day.ts';
import type { Screen } from '../screens/screen.ts';
import type { Tap } from '../taps.ts';
import { type Dialog, IDLE } from './dialog.ts';
import { WINDOWS, weekdaysOf, within } from './frequency.ts';
import { anew, dropped, here, type Step, stay, toast } from './step.ts';

type Of<A extends Dialog['at']> = Extract<Dialog, { at: A }>;

/** Buttons of one habit's screens: what it is called, when it reminds, whether it rests. */
export function tapHabit(dialog: Dialog, tap: Tap & { habitId: HabitId }, person: Person): Step {
  const { habitId } = tap;
  const { today } = person;
  const habit = habitOf(person, habitId);
  if (!habit) return toast(dialog, 'refusal-HabitNotFound');
  const order = (command: Command, screen: Screen, said?: string): Step => ({
    dialog,
    orders: [{ to: 'habit', habitId, command }],
    shows: [here(screen)],
    ...(said && { toast: { key: said } }),
  });
  const card: Screen = { screen: 'habit', habitId };
  switch (tap.tap) {
    case 'habit':
      return stay(dialog, here(card));
    case 'pause':
      return order({ type: 'PauseHabit', data: { today } }, card, 'toast-paused');
    case 'resume':
      return order({ type: 'ResumeHabit', data: { today } }, card, 'toast-resumed');
    case 'putAway':
      return order({ type: 'ArchiveHabit', data: {} }, card, 'toast-archived');
    case 'restore':
      return order({ type: 'RestoreHabit', data: {} }, card, 'toast-restored');
    case 'rename':
      return ask(dialog, { at: 'renaming', habitId }, { screen: 'rename', habitId });
    case 'addReminder':
      return ask(dialog, { at: 'addingReminder', habitId }, { screen: 'addReminder', habitId });
    default:
      return tapReminder(dialog, tap, habitId, habit);
  }
}

function tapReminder(dialog: Dialog, tap: Tap, habitId: HabitId, habit: State): Step {
  const list: Screen = { screen: 'reminders', habitId };
  const order = (command: Command, screen: Screen, after: Dialog): Step => ({
    dialog: after,
    orders: [{ to: 'habit', habitId, command }],
    shows: [here(screen)],
  });
  switch (tap.tap) {
    case 'reminders':
      return stay(dialog, here(list));
    case 'reminder':
      return stay(dialog, here({ screen: 'reminder', habitId, at: tap.at }));
    case 'remind': {
      const after = dialog.at === 'addingReminder' ? IDLE : dialog;
      const data = { at: tap.at, weekdays: weekdaysOf(habit.frequency) };
      return order({ type: 'ScheduleReminder', data }, list, after);
    }
    case 'remindOn': {
      const { at, weekdays } = tap;
      if (weekdays.length === 0) return toast(dialog, 'toast-no-days');
      const screen: Screen = { screen: 'reminder', habitId, at };
      const window = within(reminderAt(habit, at)?.windowMinutes ?? 0);
      return order({ type: 'ScheduleReminder', data: { at, weekdays, ...window } }, screen, dialog);
    }
    case 'flexible':
      return stay(dialog, here({ screen: 'flexible', habitId, at: tap.at }));
    case 'remindWithin': {
      const { at, minutes } = tap;
      const screen: Screen = { screen: 'reminder', habitId, at };
      const reminder = reminderAt(habit, at);
      if (!reminder || !WINDOWS.includes(minutes)) return stay(dialog, here(screen));
      const { weekdays } = reminder;
      return order({ type: 'ScheduleReminder', data: { at, weekdays, ...within(minutes) } }, screen, dialog);
    }
    case 'remindNot':
      return order({ type: 'UnscheduleReminder', data: { at: tap.at } }, list, dialog);
  }
  return toast(dialog, 'toast-unknown');
}

const reminderAt = ({ reminders }: State, at: LocalTime) => reminders.find((each) => each.at === at);

function ask(dialog: Dialog, wanted: Dialog, screen: Screen): Step {
  return { dialog: wanted, orders: [], shows: [here(screen, dropped(dialog))] };
}

export function typeName(dialog: Of<'renaming'>, text: string, person: Person): Step {
  const { habitId } = dialog;
  if (!habitOf(person, habitId)) return stay(IDLE, anew({ screen: 'habits', page: 0, archived: false }));
  const read = readHabitName(text);
  if (!('name' in read)) {
    const args = { most: NAME_LENGTH, length: read.length };
    return stay(dialog, anew({ screen: 'rename', habitId }, { key: `name-${read.problem}`, args }));
  }
  return {
    dialog: IDLE,
    orders: [{ to: 'habit', habitId, command: { type: 'RenameHabit', data: { name: read.name } } }],
    shows: [anew({ screen: 'habit', habitId }, { key: 'renamed' })],
  };
}

export function typeReminderTime(dialog: Of<'addingReminder'>, text: string, person: Person): Step {
  const { habitId } = dialog;
  const habit = habitOf(person, habitId);
  if (!habit) return stay(IDLE, anew({ screen: 'habits', page: 0, archived: false }));
  const at = readTimeOfDay(text);
  if (!at) return stay(dialog, anew({ screen: 'addReminder', habitId }, { key: 'time-unreadable' }));
  const data = { at, weekdays: weekdaysOf(habit.frequency) };
  return {
    dialog: IDLE,
    orders: [{ to: 'habit', habitId, command: { type: 'ScheduleReminder', data } }],
    shows: [anew({ screen: 'reminders', habitId }, { key: 'reminder-added', args: { at } })],
  };
}
