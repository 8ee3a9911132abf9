import { Temporal } from 'temporal-polyfill';
import type { HabitId } from '#contracts/ids.ts';
import type { PersonState } from './diary.ts';

const MINUTE_MS = 60_000;
const known = new Map<string, number>();

/** The epoch minute of a local time, by another implementation than the one under test. */
export function minuteOf(on: string, at: string, zone: string): number {
  const key = `${zone} ${on} ${at}`;
  const remembered = known.get(key);
  if (remembered !== undefined) return remembered;
  const local = Temporal.PlainDateTime.from(`${on}T${at}`);
  const { epochMilliseconds } = local.toZonedDateTime(zone, { disambiguation: 'compatible' });
  known.set(key, epochMilliseconds / MINUTE_MS);
  return epochMilliseconds / MINUTE_MS;
}

const weekdays = new Map<string, number>();

function weekdayOf(on: string): number {
  const weekday = weekdays.get(on) ?? Temporal.PlainDate.from(on).dayOfWeek;
  weekdays.set(on, weekday);
  return weekday;
}

export type Occasion = { habitId: HabitId; on: string; at: string; minute: number };

/** Whether what holds for a person makes a reminder of a habit due at a minute, for a date. */
export function isDue(state: PersonState, { habitId, on, at, minute }: Occasion): boolean {
  return whyNot(state, { habitId, on, at }) === undefined && minuteOf(on, at, state.zone) === minute;
}

/** Why a person is not to be reminded, in any zone. */
export function whyNot(
  state: PersonState,
  { habitId, on, at }: Omit<Occasion, 'minute'>,
): string | undefined {
  const habit = state.habits.get(habitId);
  if (state.isBlocked) return 'blocked';
  if (!habit?.isActive) return 'paused';
  if (!habit.reminders.get(at)?.includes(weekdayOf(on))) return 'unscheduled';
  return state.answered.has(`${habitId}/${on}`) ? 'answered' : undefined;
}

/** All dates from the day before an instant to the day after another, local everywhere. */
export function datesBetween(fromMs: number, toMs: number): string[] {
  const dates: string[] = [];
  for (let ms = fromMs - 86_400_000; ms <= toMs + 2 * 86_400_000; ms += 86_400_000)
    dates.push(new Date(ms).toISOString().slice(0, 10));
  return dates;
}
