import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dateOf, epochDayOf, weekdayOf } from '#contracts/civil-date.ts';
import type { HabitEvent } from '#contracts/events.ts';
import type { Frequency, Goal } from '#contracts/habit-events.ts';
import { PARTITIONS } from '#contracts/subjects.ts';
import { dueReminders } from '#projections/schedules/due.ts';
import { sendFacts } from '#projections/schedules/send-facts.ts';
import { type Command, decide } from '#services/bot/domain/habit.ts';
import { evolve, initialState, type State } from '#services/bot/domain/habit-state.ts';
import { Refusal } from '#services/bot/domain/refusal.ts';
import { isMet, isSettled } from '#services/bot/domain/reminding.ts';
import { asHabitId, asMinute, asUserId } from '../../support/ids.ts';
import {
  dueAt,
  happened,
  happenedTo,
  pool,
  READ,
  registered,
  reminder,
  useSchedules,
  ZONE,
} from './fixture.ts';

useSchedules();

const TODAY = '2026-11-25';
const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];
const water: Goal = { kind: 'numeric', direction: 'atLeast', target: 8, unit: 'glasses' };
const coffee: Goal = { kind: 'numeric', direction: 'atMost', target: 2, unit: 'cups' };
const yesNo: Goal = { kind: 'yesNo' };
const daily: Frequency = { kind: 'daily' };

const define = (goal: Goal, frequency: Frequency = daily): [string, HabitEvent] => [
  READ,
  { type: 'HabitDefined', data: { name: 'Read', goal, frequency } },
];
const entered = (value: number, on = TODAY): [string, HabitEvent] => [
  READ,
  { type: 'HabitCheckedIn', data: { on, value } },
];
const closed = (value: number | null): [string, HabitEvent] => [
  READ,
  { type: 'DayClosed', data: { on: TODAY, value } },
];
const cleared: [string, HabitEvent] = [READ, { type: 'EntryCleared', data: { on: TODAY } }];

/** 25 November 2026, 08:00 in Berlin. */
const isDue = async () => (await dueAt('2026-11-25T07:00:00Z')).length > 0;

test('an amount to be reached: reminders go on until it is, or until not today', async () => {
  await happened(...registered(), define(water), reminder('08:00'));
  for (const [step, due] of [
    [entered(0), true],
    [entered(3), true],
    [closed(3), false],
    [entered(4), true],
    [entered(8), false],
    [entered(7.999), true],
    [[READ, { type: 'HabitSkipped', data: { on: TODAY } }], false],
    [cleared, true],
    [closed(null), false],
    [cleared, true],
    [[READ, { type: 'GoalChanged', data: { goal: { ...water, target: 5 } } }], true],
    [entered(5), false],
  ] as const) {
    await happened(step as [string, HabitEvent]);
    expect([step[1].type, await isDue()]).toEqual([step[1].type, due]);
  }
});

test('a limit: any answer is the last word of the day', async () => {
  await happened(...registered(), define(coffee), reminder('08:00'));
  for (const value of [0, 1, 3]) {
    await happened(entered(value));
    expect(await isDue()).toBe(false);
  }
});

test.each<[string, Frequency, string[], string]>([
  ['3 in any 7 days', { kind: 'timesInDays', times: 3, days: 7 }, ['11-23', '11-22', '11-21'], '11-19'],
  ['3 a week', { kind: 'timesPerWeek', times: 3 }, ['11-23', '11-24', '11-26'], '11-22'],
  ['3 a month', { kind: 'timesPerMonth', times: 3 }, ['11-01', '11-02', '11-30'], '10-31'],
])(
  '%s: once that is done there is no reminder, unless it is wanted',
  async (_, frequency, [a, b, c], before) => {
    const yes = (day = '') => entered(1, `2026-${day}`);
    await happened(...registered(), define(yesNo, frequency), reminder('08:00'), yes(a), yes(b), yes(before));
    expect(await isDue()).toBe(frequency.kind !== 'timesInDays');
    await happened([READ, { type: 'EntryCleared', data: { on: `2026-${before}` } }]);
    expect(await isDue()).toBe(true);
    await happened(entered(0, `2026-${c}`));
    expect(await isDue()).toBe(true);
    await happened(yes(c));
    expect(await isDue()).toBe(false);
    await happened([READ, { type: 'RemindingWhenMetChanged', data: { remind: true } }]);
    expect(await isDue()).toBe(true);
  },
);

test('what was put off comes though it is done as often as wanted', async () => {
  const twice: Frequency = { kind: 'timesPerWeek', times: 1 };
  await happened(...registered(), define(yesNo, twice), entered(1, '2026-11-24'), [
    READ,
    { type: 'ReminderSnoozed', data: { on: TODAY, at: '08:00', untilAt: '2026-11-25T07:00:00.000Z' } },
  ]);
  expect(await isDue()).toBe(true);
});

test('a reminder says what the day holds already', async () => {
  await happened(...registered(), define(water), reminder('08:00'), entered(3));
  const [facts] = await factsOf([TODAY]);
  expect(facts).toMatchObject({ value: 3, goal: water });
});

const DAYS = Array.from({ length: 20 }, (_, n) => dateOf(epochDayOf(TODAY) - n + 4)).reverse();
const USER = asUserId('7');

const factsOf = async (days: readonly string[]) => {
  const occurrences = days.map((on) => ({ habitId: asHabitId(READ), on, at: '08:00' }));
  const [found] = await sendFacts(pool(), [{ userId: USER, minute: asMinute(1), occurrences }]);
  return found?.occurrences ?? [];
};

async function dueOn(days: readonly string[]): Promise<string[]> {
  const minutes = days.map((on) => {
    return { timezone: ZONE, on, weekday: weekdayOf(epochDayOf(on)), fromMinute: 480, toMinute: 480 };
  });
  const found: string[] = [];
  for await (const rows of dueReminders(pool(), { partitions: PARTITIONS, minutes }, 50))
    found.push(...rows.map(({ on }) => on));
  return found.sort();
}

const goal = fc.constantFrom(yesNo, water, coffee);
const frequency = fc.constantFrom<Frequency>(
  daily,
  { kind: 'weekdays', weekdays: EVERY_DAY },
  { kind: 'timesInDays', times: 2, days: 4 },
  { kind: 'timesInDays', times: 5, days: 3 },
  { kind: 'timesPerWeek', times: 2 },
  { kind: 'timesPerMonth', times: 3 },
);
const today = '2026-12-01';
const on = fc.constantFrom(...DAYS);
const amount = fc.constantFrom(0, 1, 2, 3, 8);
const command = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ on, value: amount }).map((d) => ({ type: 'CheckIn', data: { ...d, today } })),
  },
  {
    weight: 2,
    arbitrary: fc.record({ on, amount }).map((d) => ({ type: 'AddAmount', data: { ...d, today } })),
  },
  { weight: 3, arbitrary: on.map((day) => ({ type: 'CloseDay', data: { on: day, today } })) },
  on.map((day) => ({ type: 'SkipDay', data: { on: day, today } })),
  on.map((day) => ({ type: 'ClearEntry', data: { on: day } })),
  on.map((day) => ({ type: 'ReopenDay', data: { on: day } })),
  fc.boolean().map((remind) => ({ type: 'ChangeRemindingWhenMet', data: { remind } })),
  frequency.map((wanted) => ({ type: 'ChangeFrequency', data: { frequency: wanted } })),
) as fc.Arbitrary<Command>;

/** What a habit's events are after commands, those that it refuses left out. */
function decided(commands: readonly Command[]): { events: HabitEvent[]; state: State } {
  const events: HabitEvent[] = [];
  let state = initialState();
  for (const each of commands) {
    try {
      const more = decide(each, state);
      events.push(...more);
      state = more.reduce(evolve, state);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  }
  return { events, state };
}

test('the query of what is due, the check before sending and the domain say the same of every day', async () => {
  const reminders = [{ at: '08:00', weekdays: EVERY_DAY }];
  let settledDays = 0;
  let metDays = 0;
  let run = 0;
  await fc.assert(
    fc.asyncProperty(goal, frequency, fc.array(command, { maxLength: 25 }), async (of, often, commands) => {
      const definition = { name: 'Read', goal: of, frequency: often, reminders };
      const { events, state } = decided([{ type: 'DefineHabit', data: definition }, ...commands]);
      await happenedTo('7', `2026-12-01T05:00:00.${String(run++ % 1000).padStart(3, '0')}Z`, [
        ['account', { type: 'AccountRegistered', data: { locale: 'en' } }],
        ['account', { type: 'TimezoneChanged', data: { timezone: ZONE } }],
        ...events.map((event) => [READ, event] as [string, HabitEvent]),
      ]);
      // Only the last closed days are known to the domain.
      const known = state.closedOn.length < 8 ? DAYS : DAYS.filter((day) => day >= (state.closedOn[0] ?? ''));
      const open = known.filter((day) => !isSettled(state, day) && !isMet(state, day));
      settledDays += known.filter((day) => isSettled(state, day)).length;
      metDays += known.filter((day) => !isSettled(state, day) && isMet(state, day)).length;
      expect(await dueOn(known)).toEqual(open);
      expect((await factsOf(known)).map(({ suppressed }) => suppressed)).toEqual(
        known.map((day) => (isSettled(state, day) ? 'answered' : isMet(state, day) ? 'met' : undefined)),
      );
      await happenedTo('7', '2026-12-01T06:00:00.000Z', [[READ, { type: 'HabitDeleted', data: {} }]]);
    }),
    { numRuns: 60, seed: 20261128 },
  );
  expect(settledDays).toBeGreaterThan(50);
  expect(metDays).toBeGreaterThan(5);
});
