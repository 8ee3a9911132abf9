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
 * What a button under a habit does to one local date. Data names the state wanted, so a second tap changes nothing.
 * `later` offers times to be reminded again, `show` takes that offer back.
 */
export const HABIT_ACTIONS = ['done', 'skip', 'undo', 'later', 'show'] as const;
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

/** An amount offered for a numeric habit, in its unit. */
export type AmountButton = { habitId: HabitId; on: LocalDate; value: number };

/** `amount:<habitId>:<YYYY-MM-DD>:<value>`: at most 47 bytes of Telegram's 64. */
export function amountButtonData({ habitId, on, value }: AmountButton): string {
  return `amount:${habitId}:${on}:${value}`;
}

/** @returns undefined for data that no button of ours carried. */
export function parseAmountButtonData(data: string): AmountButton | undefined {
  const [action, id, date, value, ...rest] = callbackFields(data);
  if (action !== 'amount' || rest.length > 0) return undefined;
  const habitId = HabitId.safeParse(id);
  const on = LocalDate.safeParse(date);
  if (!habitId.success || !on.success || !/^\d{1,10}(?:\.\d{1,3})?$/.test(value ?? '')) return undefined;
  return { habitId: habitId.data, on: on.data, value: Number(value) };
}

/** How long to wait: so many minutes, or until the clock shows a time of day. */
export type Wait = { minutes: number } | { at: LocalTime };
export type WaitButton = { habitId: HabitId; on: LocalDate; wait: Wait };

/** `wait:<habitId>:<YYYY-MM-DD>:<minutes or HHMM>`: at most 34 bytes; minutes have no leading zero and end in `m`. */
export function waitButtonData({ habitId, on, wait }: WaitButton): string {
  return `wait:${habitId}:${on}:${'at' in wait ? wait.at.replace(':', '') : `${wait.minutes}m`}`;
}

/** @returns undefined for data that no button of ours carried. */
export function parseWaitButtonData(data: string): WaitButton | undefined {
  const [action, id, date, wait, ...rest] = callbackFields(data);
  if (action !== 'wait' || rest.length > 0) return undefined;
  const habitId = HabitId.safeParse(id);
  const on = LocalDate.safeParse(date);
  const match = /^(?:([1-9]\d{0,3})m|(\d\d)(\d\d))$/.exec(wait ?? '');
  if (!match || !habitId.success || !on.success) return undefined;
  const [, minutes, hour, minute] = match;
  const day = { habitId: habitId.data, on: on.data };
  if (minutes) return { ...day, wait: { minutes: Number(minutes) } };
  const at = LocalTime.safeParse(`${hour}:${minute}`);
  return at.success ? { ...day, wait: { at: at.data } } : undefined;
}

/** Buttons under the question put to people who were silent for long. They carry nothing else. */
export const CONTINUE_REMINDERS = 'continueReminders';
export const STOP_REMINDERS = 'stopReminders';
