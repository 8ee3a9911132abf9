import { expect } from 'vitest';
import { dateOf, epochDayOf } from '#contracts/civil-date.ts';
import type { HabitEvent } from '#contracts/events.ts';
import type { Frequency, Goal } from '#contracts/habit-events.ts';
import type { Entry } from '#contracts/history.ts';
import { emptyCalendar, withEntry } from '#services/bot/domain/calendar.ts';
import { type Command, decide } from '#services/bot/domain/habit.ts';
import { evolve, initialState, type State } from '#services/bot/domain/habit-state.ts';
import { Refusal, type RefusalCode } from '#services/bot/domain/refusal.ts';
import type { Tracked } from '#services/bot/domain/streak.ts';

export const TODAY = '2026-11-25';
export const yesNo: Goal = { kind: 'yesNo' };
export const daily: Frequency = { kind: 'daily' };
export const atLeast = (target: number): Goal => ({
  kind: 'numeric',
  direction: 'atLeast',
  target,
  unit: '',
});
export const atMost = (target: number): Goal => ({ kind: 'numeric', direction: 'atMost', target, unit: '' });
export const times = (count: number, days: number): Frequency => ({
  kind: 'timesInDays',
  times: count,
  days,
});

/** A habit whose last entry is for today: one a day, oldest first, undefined for unanswered. */
export function tracked(
  entries: readonly (Entry | undefined)[],
  frequency: Frequency = daily,
  goal: Goal = yesNo,
): Tracked {
  const first = epochDayOf(TODAY) - entries.length + 1;
  let calendar = emptyCalendar;
  for (const [index, entry] of entries.entries()) {
    if (entry !== undefined) calendar = withEntry(calendar, dateOf(first + index), entry);
  }
  return { goal, frequency, calendar };
}

/** `1` yes, `0` no, `s` skipped, `.` unanswered; the last one is today. */
export function marks(text: string): (Entry | undefined)[] {
  return [...text].map((mark) => (mark === '.' ? undefined : mark === 's' ? 'skip' : Number(mark)));
}

export const defined: HabitEvent = {
  type: 'HabitDefined',
  data: { name: 'Run', goal: { kind: 'yesNo' }, frequency: { kind: 'daily' } },
};
export const water: HabitEvent = {
  type: 'HabitDefined',
  data: {
    name: 'Water',
    goal: { kind: 'numeric', direction: 'atLeast', target: 8, unit: 'glasses' },
    frequency: { kind: 'daily' },
  },
};
export const morning: HabitEvent = { type: 'ReminderScheduled', data: { at: '08:00', weekdays: [1, 3] } };
export const later = { on: TODAY, at: '13:40', untilAt: '2026-11-25T12:40:00.000Z' };
export const archived: HabitEvent = { type: 'HabitArchived', data: {} };
export const after = (...events: HabitEvent[]): State => events.reduce(evolve, initialState());

export function expectRefusal(command: Command, state: State, code: RefusalCode): void {
  expect(() => decide(command, state)).toThrow(new Refusal(code));
}
