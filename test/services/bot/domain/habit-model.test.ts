import fc from 'fast-check';
import { expect, it } from 'vitest';
import { dateOf, epochDayOf } from '#contracts/civil-date.ts';
import { type Frequency, type Goal, habitEvents } from '#contracts/habit-events.ts';
import type { Entry } from '#contracts/history.ts';
import { entryOn } from '#services/bot/domain/calendar.ts';
import { type Command, decide } from '#services/bot/domain/habit.ts';
import { evolve, initialState, type State } from '#services/bot/domain/habit-state.ts';
import { Refusal } from '#services/bot/domain/refusal.ts';

const first = epochDayOf('2026-11-20');
const date = fc.integer({ min: first, max: first + 12 }).map(dateOf);
const at = fc.constantFrom('08:00', '09:30', '23:59');
const weekdays = fc.subarray([1, 2, 3, 4, 5, 6, 7], { minLength: 1 });
const instant = fc.integer({ min: 0, max: 60 }).map((hour) => new Date(hour * 3_600_000).toISOString());
const name = fc.constantFrom('Run', ' Run', 'Wasser', '', '🏃');
const goal = fc.constantFrom<Goal[]>(
  { kind: 'yesNo' },
  { kind: 'numeric', direction: 'atMost', target: 2, unit: 'cups' },
);
const frequency = fc.constantFrom<Frequency[]>(
  { kind: 'daily' as const },
  { kind: 'weekdays' as const, weekdays: [1, 5] },
);
const value = fc.constantFrom(0, 1, 2.5, -1);

const of = <T extends string, D>(type: T, data: fc.Arbitrary<D>) =>
  fc.record({ type: fc.constant(type), data });
const command: fc.Arbitrary<Command> = fc.oneof(
  of(
    'DefineHabit',
    fc.record({ name, goal, frequency, reminders: fc.array(fc.record({ at, weekdays }), { maxLength: 4 }) }),
  ),
  of('RenameHabit', fc.record({ name })),
  of('ScheduleReminder', fc.record({ at, weekdays })),
  of('ScheduleReminder', fc.record({ at, weekdays, windowMinutes: fc.constantFrom(1, 30, 180) })),
  of('UnscheduleReminder', fc.record({ at })),
  of('CheckIn', fc.record({ on: date, value, today: date })),
  of('SkipDay', fc.record({ on: date, today: date })),
  of('ClearEntry', fc.record({ on: date })),
  of('PauseHabit', fc.record({ today: date })),
  of('ResumeHabit', fc.record({ today: date })),
  of('SnoozeReminder', fc.record({ on: date, at, untilAt: instant, nowAt: instant })),
  of('ArchiveHabit', fc.constant({})),
  of('RestoreHabit', fc.constant({})),
);

/** @returns the events, or undefined when refused. Any other error is a failure. */
function decideOrRefuse(one: Command, state: State) {
  try {
    return decide(one, state);
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

function remember(entries: Map<string, Entry>, one: Command): void {
  if (one.type === 'CheckIn') entries.set(one.data.on, one.data.value);
  if (one.type === 'SkipDay') entries.set(one.data.on, 'skip');
  if (one.type === 'ClearEntry') entries.delete(one.data.on);
}

it('for any commands: the catalogue knows the events, a repetition is silent, the entries are the last ones said', () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
      const entries = new Map<string, Entry>();
      let state = initialState();
      for (const one of commands) {
        const events = decideOrRefuse(one, state);
        if (!events) continue;
        for (const { type, data } of events) expect(habitEvents[type].data.parse(data)).toStrictEqual(data);
        state = events.reduce(evolve, state);
        remember(entries, one);
        expect(decide(one, state)).toStrictEqual([]);
        expect(JSON.parse(JSON.stringify(state))).toStrictEqual(state);
      }
      for (let day = first; day <= first + 12; day++) {
        expect(entryOn(state.calendar, dateOf(day))).toBe(entries.get(dateOf(day)));
      }
    }),
    { numRuns: 300 },
  );
});
