import type { HabitAction } from '#contracts/callback-data.ts';
import { type AskedIn, type Dialog, type HabitDay, IDLE } from '../../conversation/dialog.ts';
import type { Screen } from '../../conversation/screen.ts';
import { edit, notice, type Step, send, stay, toast } from '../../conversation/step.ts';
import { entryOn } from '../../domain/calendar.ts';
import type { Command } from '../../domain/habit.ts';
import type { State } from '../../domain/habit-state.ts';
import { habitOf, type Person } from '../../person.ts';
import { type Amount, readAmount } from '../../reading/amount.ts';
import type { TypedText } from '../../reading/typed-text.ts';
import { inUnit } from '../../reading/unit.ts';

/** How a tap changes a day's entry. */
export type EntryAction =
  | { action: Exclude<HabitAction, 'later' | 'show'> }
  | { action: 'amount'; value: number };

export type EntryTap = { day: HabitDay; action: EntryAction; askedIn: AskedIn };

/**
 * A tap on Done, Skip, Undo or an amount, under a reminder or on today's list. The message is rendered again with every
 * habit it shows. Done on a numeric habit asks how much, unless another dialog waits for words.
 */
export function tapEntry(dialog: Dialog, { day, action, askedIn }: EntryTap, person: Person): Step {
  const habit = habitOf(person, day.habitId);
  if (!habit) return toast(dialog, 'refusal-HabitNotFound');
  if (habit.archived) return toast(dialog, 'refusal-HabitArchived');
  if (action.action === 'done' && habit.goal.kind === 'numeric') return askAmount(dialog, day, askedIn);
  const asked = dialog.at === 'enteringAmount' || dialog.at === 'snoozing';
  const answered = asked && sameDay(dialog.day, day);
  return {
    dialog: answered ? IDLE : dialog,
    commands: [{ to: 'habit', habitId: day.habitId, command: commandFor(day, action, person) }],
    shows: [edit(listOf(askedIn))],
    toast: { key: alreadySo(habit, day, action) ? 'toast-already' : SAID[action.action] },
  };
}

const SAID = {
  done: 'toast-done',
  amount: 'toast-done',
  skip: 'toast-skipped',
  undo: 'toast-undone',
} as const;

function askAmount(dialog: Dialog, day: HabitDay, askedIn: AskedIn): Step {
  const free = dialog.at === 'idle' || dialog.at === 'enteringAmount' || dialog.at === 'snoozing';
  const waiting: Dialog = { at: 'enteringAmount', day, askedIn };
  return stay(free ? waiting : dialog, edit(listOf(askedIn, day)));
}

/** A number typed after Done on a numeric habit. */
export function typeAmount(
  dialog: Extract<Dialog, { at: 'enteringAmount' }>,
  text: TypedText,
  person: Person,
): Step {
  const { day, askedIn } = dialog;
  const habit = habitOf(person, day.habitId);
  if (!habit) return stay(IDLE, send(notice('refusal-HabitNotFound')));
  const amount = amountFor(habit, text, person);
  if (!amount) {
    const phrase = { key: 'amount-unreadable', args: { name: habit.name } };
    return stay(dialog, send({ screen: 'notice', phrase, cancel: true }));
  }
  const { on } = day;
  const { today } = person;
  const command: Command = amount.adds
    ? { type: 'AddAmount', data: { on, amount: amount.value, today } }
    : commandFor(day, { action: 'amount', value: amount.value }, person);
  const older = askedIn.messageId;
  return {
    dialog: IDLE,
    commands: [{ to: 'habit', habitId: day.habitId, command }],
    shows: [
      ...(older === undefined ? [] : [{ place: { messageId: older }, screen: listOf(askedIn) }]),
      send({ screen: 'answered', day }),
    ],
  };
}

/** An amount typed for a habit, in its unit; undefined for what is not surely one. */
function amountFor({ goal }: State, text: TypedText, { account }: Person): Amount | undefined {
  const amount = goal.kind === 'numeric' ? readAmount(text, account.locale, goal.target) : undefined;
  if (!amount || goal.kind !== 'numeric') return undefined;
  const value = inUnit(amount.value, amount.unit, goal.unit);
  return value === undefined ? undefined : { ...amount, value };
}

/** The list that a message shows, with amounts to tap under the day that is being entered. */
export function listOf(askedIn: AskedIn, asking?: HabitDay): Screen {
  const asked = asking && { asking };
  if (askedIn.list === 'today') return { screen: 'today', page: askedIn.page, ...asked };
  return { screen: 'card', items: askedIn.items, ...asked };
}

function commandFor({ on }: HabitDay, action: EntryAction, { today }: Person): Command {
  switch (action.action) {
    case 'done':
      return { type: 'CheckIn', data: { on, value: 1, today } };
    case 'amount':
      return { type: 'CheckIn', data: { on, value: action.value, today } };
    case 'skip':
      return { type: 'SkipDay', data: { on, today } };
    case 'undo':
      return { type: 'ClearEntry', data: { on } };
  }
}

function alreadySo({ calendar }: State, { on }: HabitDay, action: EntryAction): boolean {
  const entry = entryOn(calendar, on);
  switch (action.action) {
    case 'done':
      return entry === 1;
    case 'amount':
      return entry === action.value;
    case 'skip':
      return entry === 'skip';
    case 'undo':
      return entry === undefined;
  }
}

const sameDay = (a: HabitDay, b: HabitDay) => a.habitId === b.habitId && a.on === b.on;
