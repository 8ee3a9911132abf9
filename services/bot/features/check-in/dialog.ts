import type { HabitAction } from '#contracts/callback-data.ts';
import { type AskedIn, type Dialog, type HabitDay, IDLE } from '../../conversation/dialog.ts';
import type { Phrase } from '../../conversation/screen.ts';
import { edit, notice, type Step, send, stay, toast } from '../../conversation/step.ts';
import { entryOn } from '../../domain/calendar.ts';
import type { Command } from '../../domain/habit.ts';
import type { State } from '../../domain/habit-state.ts';
import { isToReach } from '../../domain/reminding.ts';
import { habitOf, type Person } from '../../person.ts';
import { type Amount, readAmount } from '../../reading/amount.ts';
import type { TypedText } from '../../reading/typed-text.ts';
import { inGoal } from '../../reading/unit.ts';
import { isFree, listOf, sameDay } from './lists.ts';
import { askNote } from './note.ts';

/** What a tap under a habit asks of its day. */
export type EntryAction =
  | { [A in HabitAction]: { action: A } }[Exclude<HabitAction, 'later'>]
  | { action: 'amount'; value: number }
  | { action: 'add'; value: number };

export type EntryTap = { day: HabitDay; action: EntryAction; askedIn: AskedIn };

/** What changes a day's entry. */
type Change = Exclude<EntryAction, { action: 'other' | 'note' | 'open' | 'show' }>;

/** What a person may say of a day in words. */
export type Answer = Exclude<Change, { action: 'undo' | 'skipAnyway' | 'noAnyway' }>;

/**
 * A tap under a habit of a reminder or of a day's list. The message is rendered again with every habit it shows. Done on a
 * numeric habit asks how much, unless another dialog waits for words. What would undo a better answer, as under a reminder
 * of hours ago, is asked about first.
 */
export function tapEntry(dialog: Dialog, { day, action, askedIn }: EntryTap, person: Person): Step {
  const habit = habitOf(person, day.habitId);
  if (!habit) return toast(dialog, 'refusal-HabitNotFound');
  if (habit.archived) return toast(dialog, 'refusal-HabitArchived');
  switch (action.action) {
    case 'open':
      return stay(dialog, edit(listOf(askedIn, { unfolded: day })));
    case 'show':
      return stay(without(dialog, day), edit(listOf(askedIn)));
    case 'note':
      return askNote(dialog, day, askedIn, person);
    case 'other':
      return askAmount(dialog, day, askedIn);
    case 'done':
      if (habit.goal.kind === 'numeric') return askAmount(dialog, day, askedIn);
      break;
    case 'skip':
    case 'no':
      if (holdsMore(habit, day, action.action))
        return stay(dialog, edit(listOf(askedIn, { instead: { ...day, of: action.action } })));
  }
  const commands = commandsFor(day, action, habit, person);
  return {
    dialog: without(dialog, day),
    commands: commands.map((command) => ({ to: 'habit', habitId: day.habitId, command })),
    shows: [edit(listOf(askedIn))],
    toast: alreadySo(habit, day, action) ? { key: 'toast-already' } : toastOf(action, habit, day),
  };
}

/** Ends a dialog that waits for words about this day. */
export function without(dialog: Dialog, day: HabitDay): Dialog {
  const asked = dialog.at === 'enteringAmount' || dialog.at === 'snoozing' || dialog.at === 'noting';
  return asked && sameDay(dialog.day, day) ? IDLE : dialog;
}

/** Whether a skip or a no would take the place of something done. A no leaves an amount that is still to grow. */
export function holdsMore({ goal, calendar }: State, { on }: HabitDay, wanted: 'skip' | 'no'): boolean {
  const entry = entryOn(calendar, on);
  if (typeof entry !== 'number' || entry === 0) return false;
  return wanted === 'skip' || !isToReach(goal) || entry >= goal.target;
}

function askAmount(dialog: Dialog, day: HabitDay, askedIn: AskedIn): Step {
  const waiting: Dialog = { at: 'enteringAmount', day, askedIn };
  return stay(isFree(dialog) ? waiting : dialog, edit(listOf(askedIn, { asking: day })));
}

type EnteringAmount = Extract<Dialog, { at: 'enteringAmount' }>;

/** A number typed where an amount was asked for; undefined for what is not surely one. */
export function typeAmount(
  { day, askedIn }: EnteringAmount,
  text: TypedText,
  person: Person,
): Step | undefined {
  const habit = habitOf(person, day.habitId);
  const amount = habit && amountFor(habit, text, person);
  if (!amount) return undefined;
  const action = { action: amount.adds ? 'add' : 'amount', value: amount.value } as const;
  const older = askedIn.messageId;
  return {
    dialog: IDLE,
    commands: commandsFor(day, action, habit, person).map((command) => ({
      ...{ to: 'habit' as const, habitId: day.habitId, command },
    })),
    shows: [
      ...(older === undefined ? [] : [{ place: { messageId: older }, screen: listOf(askedIn) }]),
      send({ screen: 'answered', day }),
    ],
  };
}

/** Asks again for what could not be read. */
export function askForAmount(dialog: EnteringAmount, person: Person): Step {
  const habit = habitOf(person, dialog.day.habitId);
  if (!habit) return stay(IDLE, send(notice('refusal-HabitNotFound')));
  const phrase = { key: 'amount-unreadable', args: { name: habit.name } };
  return stay(dialog, send({ screen: 'notice', phrase, cancel: true }));
}

/** An amount typed for a habit, in its unit; undefined for what is not surely one. */
function amountFor({ goal }: State, text: TypedText, { account }: Person): Amount | undefined {
  const amount = goal.kind === 'numeric' ? readAmount(text, account.locale, goal.target) : undefined;
  if (!amount) return undefined;
  const value = inGoal(amount, goal);
  return value === undefined ? undefined : { ...amount, value };
}

/** The commands that an answer stands for; none where the day holds it already in another way. */
export function commandsFor({ on }: HabitDay, answer: Change, habit: State, { today }: Person): Command[] {
  switch (answer.action) {
    case 'done':
      return [{ type: 'CheckIn', data: { on, value: 1, today } }];
    case 'amount':
      return [{ type: 'CheckIn', data: { on, value: answer.value, today } }];
    case 'add':
      return [{ type: 'AddAmount', data: { on, amount: answer.value, today } }];
    case 'skip':
    case 'skipAnyway':
      return [{ type: 'SkipDay', data: { on, today } }];
    case 'no':
      return [{ type: 'CloseDay', data: { on, today } }];
    case 'noAnyway':
      return [
        { type: 'CheckIn', data: { on, value: 0, today } },
        { type: 'CloseDay', data: { on, today } },
      ];
    case 'undo':
      return [{ type: habit.closedOn.includes(on) ? 'ReopenDay' : 'ClearEntry', data: { on } }];
  }
}

function alreadySo({ calendar, closedOn, goal }: State, { on }: HabitDay, answer: Change): boolean {
  const entry = entryOn(calendar, on);
  switch (answer.action) {
    case 'done':
      return entry === 1;
    case 'amount':
      return entry === answer.value && !closedOn.includes(on);
    case 'add':
      return false;
    case 'skip':
    case 'skipAnyway':
      return entry === 'skip';
    case 'no':
    case 'noAnyway':
      return isToReach(goal) ? closedOn.includes(on) : entry === 0;
    case 'undo':
      return entry === undefined && !closedOn.includes(on);
  }
}

/** What was done; of an amount, what the day holds then. */
function toastOf(answer: Change, { goal, calendar }: State, { on }: HabitDay): Phrase {
  switch (answer.action) {
    case 'done':
      return { key: 'toast-done' };
    case 'skip':
    case 'skipAnyway':
      return { key: 'toast-skipped' };
    case 'no':
    case 'noAnyway':
      return { key: 'toast-no' };
    case 'undo':
      return { key: 'toast-undone' };
    case 'amount':
    case 'add': {
      if (goal.kind === 'yesNo') return { key: 'toast-done' };
      const before = answer.action === 'add' ? entryOn(calendar, on) : 0;
      const held = typeof before === 'number' ? before : 0;
      const value = Math.round((held + answer.value) * 1000) / 1000;
      const key = goal.direction === 'atLeast' && goal.target > 0 ? 'amount-of-target' : 'amount';
      return { key, args: { value, target: goal.target, unit: goal.unit } };
    }
  }
}
