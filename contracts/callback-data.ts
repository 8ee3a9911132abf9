import { HabitId } from './ids.ts';
import { LocalDate } from './time.ts';

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
  const [action, habitId, on, ...rest] = data.split(':');
  const known = HABIT_ACTIONS.find((candidate) => candidate === action);
  const habit = HabitId.safeParse(habitId);
  const date = LocalDate.safeParse(on);
  if (!known || !habit.success || !date.success || rest.length > 0) return undefined;
  return { action: known, habitId: habit.data, on: date.data };
}

/** Buttons under the question put to people who were silent for long. They carry nothing else. */
export const CONTINUE_REMINDERS = 'continueReminders';
export const STOP_REMINDERS = 'stopReminders';
