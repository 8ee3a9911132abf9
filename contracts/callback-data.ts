import { HabitId } from './ids.ts';
import { LocalDate, LocalTime } from './time.ts';

/** Telegram lets a button carry so many bytes; ours are ASCII. */
const MAX_CALLBACK_DATA = 64;

/**
 * The fields of callback data, the one way to what it says: a person's app may send anything, of any length.
 * @returns none for data that no button can carry.
 */
export function callbackFields(data: string): string[] {
  return data.length > MAX_CALLBACK_DATA ? [] : data.split(':');
}

/**
 * What a button under a habit does to one local date. Data names the state wanted, so a second tap changes nothing. `no` is
 * not today; `skipAnyway` and `noAnyway` take the place of a day that is done, which the plain ones ask about first. `other`
 * asks for an amount, `note` for a note, `later` offers times to be reminded again, `open` shows all that can be done with one
 * of several habits, and `show` takes such an offer back.
 */
export const HABIT_ACTIONS = [
  ...(['done', 'no', 'skip', 'undo', 'skipAnyway', 'noAnyway'] as const),
  ...(['other', 'note', 'later', 'open', 'show'] as const),
] as const;
export type HabitAction = (typeof HABIT_ACTIONS)[number];
export type HabitButton = { action: HabitAction; habitId: HabitId; on: LocalDate };

/** `done:<habitId>:<YYYY-MM-DD>`: 29 bytes of Telegram's 64. */
export function habitButtonData({ action, habitId, on }: HabitButton): string {
  return `${action}:${habitId}:${on}`;
}

/** @returns undefined for data that no button of ours carried: callback data may be forged. */
export function parseHabitButtonData(data: string): HabitButton | undefined {
  const [action, habitId, on, ...rest] = callbackFields(data);
  const known = HABIT_ACTIONS.find((candidate) => candidate === action);
  const habit = HabitId.safeParse(habitId);
  const date = LocalDate.safeParse(on);
  if (!known || !habit.success || !date.success || rest.length > 0) return undefined;
  return { action: known, habitId: habit.data, on: date.data };
}

/** An amount offered for a numeric habit, in its unit: all that the day holds then, or with `add` so much more. */
export type AmountButton = { action: 'amount' | 'add'; habitId: HabitId; on: LocalDate; value: number };

/** `amount:<habitId>:<YYYY-MM-DD>:<value>`: at most 47 bytes of Telegram's 64. */
export function amountButtonData({ action, habitId, on, value }: AmountButton): string {
  return `${action}:${habitId}:${on}:${value}`;
}

/** @returns undefined for data that no button of ours carried. */
export function parseAmountButtonData(data: string): AmountButton | undefined {
  const [action, id, date, value, ...rest] = callbackFields(data);
  if ((action !== 'amount' && action !== 'add') || rest.length > 0) return undefined;
  const habitId = HabitId.safeParse(id);
  const on = LocalDate.safeParse(date);
  if (!habitId.success || !on.success || !/^\d{1,10}(?:\.\d{1,3})?$/.test(value ?? '')) return undefined;
  return { action, habitId: habitId.data, on: on.data, value: Number(value) };
}

/** How long to wait: so many minutes, or until the clock shows a time of day. */
export type Wait = { minutes: number } | { at: LocalTime };
export type WaitButton = { habitId: HabitId; on: LocalDate; wait: Wait };

/** `wait:<habitId>:<YYYY-MM-DD>:<minutes or HHMM>`: at most 34 bytes; minutes have no leading zero and end in `m`. */
export function waitButtonData({ habitId, on, wait }: WaitButton): string {
  return `wait:${habitId}:${on}:${tokenOf(wait)}`;
}

/** @returns undefined for data that no button of ours carried. */
export function parseWaitButtonData(data: string): WaitButton | undefined {
  const [action, id, date, token, ...rest] = callbackFields(data);
  if (action !== 'wait' || rest.length > 0) return undefined;
  const habitId = HabitId.safeParse(id);
  const on = LocalDate.safeParse(date);
  const wait = waitIn(token);
  return wait && habitId.success && on.success ? { habitId: habitId.data, on: on.data, wait } : undefined;
}

function waitIn(token: string | undefined): Wait | undefined {
  const [match, minutes, hour, minute] = /^(?:([1-9]\d{0,3})m|(\d\d)(\d\d))$/.exec(token ?? '') ?? [];
  if (match === undefined) return undefined;
  if (minutes) return { minutes: Number(minutes) };
  const at = LocalTime.safeParse(`${hour}:${minute}`);
  return at.success ? { at: at.data } : undefined;
}

const tokenOf = (wait: Wait): string => ('at' in wait ? wait.at.replace(':', '') : `${wait.minutes}m`);

/**
 * What a button does with a reminder of several habits: `doneAll` answers for all that are open, `laterAll` offers times for
 * them; `chooseSkip` and `chooseLater` ask for which one; `showAll` takes that back. The habits are those that the message's
 * other buttons name.
 */
export const CARD_ACTIONS = ['doneAll', 'laterAll', 'chooseSkip', 'chooseLater', 'showAll'] as const;
export type CardButton = { action: (typeof CARD_ACTIONS)[number] } | { action: 'waitAll'; wait: Wait };

/** `card:<action>`, or `card:waitAll:<minutes or HHMM>`. */
export function cardButtonData(button: CardButton): string {
  return button.action === 'waitAll' ? `card:waitAll:${tokenOf(button.wait)}` : `card:${button.action}`;
}

/** @returns undefined for data that no button of ours carried. */
export function parseCardButtonData(data: string): CardButton | undefined {
  const [list, name, token, ...rest] = callbackFields(data);
  if (list !== 'card' || rest.length > 0) return undefined;
  if (name === 'waitAll') {
    const wait = waitIn(token);
    return wait && { action: name, wait };
  }
  const action = CARD_ACTIONS.find((candidate) => candidate === name);
  return action && token === undefined ? { action } : undefined;
}

/** Buttons under the question put to people who were silent for long. They carry nothing else. */
export const CONTINUE_REMINDERS = 'continueReminders';
export const STOP_REMINDERS = 'stopReminders';

/** The button under a weekly digest. It carries the week's first date. */
export const WEEK_STATS = 'weekStats';
