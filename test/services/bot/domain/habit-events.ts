import { expect } from 'vitest';
import type { HabitEvent } from '#contracts/events.ts';
import { type Command, decide, evolve, initialState, type State } from '#services/bot/domain/habit.ts';
import { Refusal, type RefusalCode } from '#services/bot/domain/refusal.ts';

export const today = '2026-11-25';
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
export const later = { on: today, at: '13:40', untilAt: '2026-11-25T12:40:00.000Z' };
export const archived: HabitEvent = { type: 'HabitArchived', data: {} };
export const after = (...events: HabitEvent[]): State => events.reduce(evolve, initialState());

export function expectRefusal(command: Command, state: State, code: RefusalCode): void {
  expect(() => decide(command, state)).toThrow(new Refusal(code));
}
