import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dateOf, epochDayOf } from '#contracts/civil-date.ts';
import type { DomainEvent } from '#contracts/events.ts';
import type { Frequency, Goal } from '#contracts/habit-events.ts';
import type { LocalDate } from '#contracts/time.ts';
import { inTransaction, useSchema } from '#projections/engine/checkpoints.ts';
import { habitsInDayOrder } from '#projections/schedules/tracked.ts';
import { writeEvents } from '#projections/schedules/write-events.ts';
import * as account from '#services/bot/domain/account.ts';
import { type Command, decide } from '#services/bot/domain/habit.ts';
import { evolve, initialState, isPausedOn } from '#services/bot/domain/habit-state.ts';
import { streak } from '#services/bot/domain/streak.ts';
import { streakReader } from '#services/sender/reminders/streaks.ts';
import { recorded } from '#test/projections/histories.ts';
import { dueAt, happened, pool, READ, useSchedules, ZONE } from '#test/projections/schedules/fixture.ts';
import { asAggregateId, asHabitId, asUserId } from '#test/support/ids.ts';

useSchedules();

const USER = asUserId('7');
const TODAY = '2026-11-25';
const LONG = 130;
const dayAt = (n: number): LocalDate => dateOf(epochDayOf(TODAY) - LONG + n);

type Step = [aggregateId: string, event: DomainEvent];

/** Projects steps in two batches, cut at `cut`. */
async function project(steps: readonly Step[], cut: number): Promise<void> {
  await inTransaction(pool(), async (db) => {
    await useSchema(db, 'schedules_v1');
    for (const batch of [steps.slice(0, cut), steps.slice(cut)]) {
      const events = batch.map(([aggregateId, event], n) => {
        const at = '2026-11-25T05:00:00.000Z';
        return recorded({ userId: USER, aggregateId: asAggregateId(aggregateId), at, event }, n + 1);
      });
      await writeEvents(events, db);
    }
  });
}

const goal = fc.constantFrom<Goal>(
  { kind: 'yesNo' },
  { kind: 'numeric', direction: 'atLeast', target: 2, unit: 'pages' },
  { kind: 'numeric', direction: 'atMost', target: 1, unit: 'cups' },
);
const frequency = fc.constantFrom<Frequency>(
  { kind: 'daily' },
  { kind: 'weekdays', weekdays: [1, 3, 5] },
  { kind: 'timesInDays', times: 2, days: 5 },
  { kind: 'timesInDays', times: 1, days: 50 },
  { kind: 'timesPerWeek', times: 3 },
  { kind: 'timesPerMonth', times: 4 },
);
/** What a day holds: `k` is kept, `2` partly or too much where there is such a thing, `.` nothing, `s` a skip, `0` a no, `c` closed. */
const days = fc.oneof(
  fc.array(fc.constantFrom(...'kkkkkkkk2.s0c'), { minLength: LONG, maxLength: LONG }),
  fc.array(fc.constantFrom(...'kkkkkkkkkkkkkkkkkkkkkkkkkk2ss'), { minLength: LONG, maxLength: LONG }),
  fc.array(fc.constantFrom(...'.....k2'), { minLength: LONG, maxLength: LONG }),
);
/** On which day of the history, what, and for how many days; without an end now and then. */
const rest = fc.record({
  on: fc.nat(LONG),
  what: fc.constantFrom('pause', 'resume', 'vacation', 'cancel'),
  days: fc.option(fc.nat(25)),
});

const commandOn = (on: LocalDate, mark: string, of: Goal): Command[] => {
  if (mark === 's') return [{ type: 'SkipDay', data: { on, today: on } }];
  if (mark === 'c') return [{ type: 'CloseDay', data: { on, today: on } }];
  const [kept, other] = of.kind === 'yesNo' ? [1, 1] : of.direction === 'atLeast' ? [2, 1] : [1, 2];
  const value = { k: kept, '2': other, '0': 0 }[mark];
  return value === undefined ? [] : [{ type: 'CheckIn', data: { on, value, today: on } }];
};

type Lived = { of: Goal; often: Frequency; marks: readonly string[]; rests: readonly RestOf[] };
type RestOf = { on: number; what: string; days: number | null };

/** The events of a history lived day by day, and the states after it. */
function live({ of, often, marks, rests }: Lived) {
  const steps: Step[] = [];
  let habit = initialState();
  let person = account.initialState();
  const command = (wanted: Command) => {
    const events = decide(wanted, habit);
    habit = events.reduce(evolve, habit);
    steps.push(...events.map((event): Step => [READ, event]));
  };
  const ask = (wanted: Parameters<typeof account.decide>[0]) => {
    const events = account.decide(wanted, person);
    person = events.reduce(account.evolve, person);
    steps.push(...events.map((event): Step => ['account', event]));
  };
  ask({ type: 'RegisterAccount', data: { locale: 'en' } });
  ask({ type: 'ChangeTimezone', data: { timezone: ZONE } });
  command({ type: 'DefineHabit', data: { name: 'Read', goal: of, frequency: often } });
  for (const [n, mark] of marks.entries()) {
    const today = dayAt(n);
    for (const { what, days: length } of rests.filter(({ on }) => on === n)) {
      const until = length === null ? undefined : dayAt(n + length);
      if (what === 'pause') command({ type: 'PauseHabit', data: { today, ...(until && { until }) } });
      if (what === 'resume') command({ type: 'ResumeHabit', data: { today } });
      if (what === 'vacation')
        ask({ type: 'PlanVacation', data: { from: today, to: until ?? today, today } });
      if (what === 'cancel') ask({ type: 'CancelVacation', data: { today } });
    }
    for (const each of commandOn(today, mark, of)) command(each);
  }
  return { steps, habit, vacations: person.vacations };
}

test('the streak of a reminder is that of the domain, of long and short histories with pauses, vacations and skips', async () => {
  const readStreak = streakReader(pool(), async () => {});
  let longest = 0;
  const lived = fc.record({
    of: goal,
    often: frequency,
    marks: days,
    rests: fc.array(rest, { maxLength: 8 }),
  });
  await fc.assert(
    fc.asyncProperty(lived, fc.nat(200), async (history, cut) => {
      const { steps, habit, vacations } = live(history);
      await project(steps, cut);
      const asked = [0, 1, 2, 3, 10, 40, 60, 85, LONG - 1].map((ago) => dayAt(LONG - 1 - ago));
      const request = { userId: USER, habitId: asHabitId(READ) };
      const expected = asked.map((on) => streak(habit, on, vacations).current);
      longest = Math.max(longest, ...expected);
      expect(await Promise.all(asked.map((on) => readStreak({ ...request, on })))).toEqual(expected);
      const tables = ['accounts', 'habits', 'answers'];
      await pool().query(`TRUNCATE ${tables.map((table) => `schedules_v1.${table}`)}`);
    }),
    { numRuns: 60, seed: 20261128 },
  );
  expect(longest).toBeGreaterThan(60);
});

test('a habit that is not there has none', async () => {
  const readStreak = streakReader(pool(), async () => {});
  expect(await readStreak({ userId: USER, habitId: asHabitId(READ), on: TODAY })).toBe(0);
});

const HABITS = [...'abcdef'].map((letter) => letter.repeat(13));

test('habits of a reminder stand as in the list of the day: by part of the day, group, order or first reminder', async () => {
  const named = (name: string, group: string | undefined, at: string): DomainEvent[] => [
    {
      type: 'HabitDefined',
      data: {
        ...{ name, goal: { kind: 'yesNo' }, frequency: { kind: 'daily' } },
        ...(group && { group: { kind: 'named', name: group } }),
      },
    },
    { type: 'ReminderScheduled', data: { at, weekdays: [1, 2, 3, 4, 5, 6, 7] } },
  ];
  const events = [
    named('Zen', undefined, '07:00'),
    named('Alone', undefined, '21:00'),
    named('Mail', 'Work', '08:00'),
    named('Desk', 'Home', '08:30'),
    named('Yoga', undefined, '09:00'),
    named('Call', 'Work', '07:00'),
  ];
  await happened(
    ['account', { type: 'AccountRegistered', data: { locale: 'en' } }],
    ...events.flatMap((of, n) => of.map((event) => [HABITS[n] ?? '', event] as Step)),
    [HABITS[4] ?? '', { type: 'HabitGrouped', data: { group: { kind: 'part', part: 'evening' } } }],
  );
  const order = async () => {
    const [ids = []] = await habitsInDayOrder(pool(), [USER]);
    return ids.map((habitId) => habitId[0]).join('');
  };
  // Evening, then Work before Home by their first names, each by first reminder, then the others.
  expect(await order()).toBe('efcdab');
  const habitIds = ['d', 'b', 'c'].map((letter) => asHabitId(letter.repeat(13)));
  await happened(['account', { type: 'HabitsReordered', data: { habitIds } }]);
  expect(await order()).toBe('edcfba');
  await happened([HABITS[4] ?? '', { type: 'HabitGrouped', data: { group: null } }]);
  expect(await order()).toBe('dcfbea');
  expect(await habitsInDayOrder(pool(), [asUserId('8')])).toEqual([[]]);
});

test('a pause with an end: no reminder until it is over, then again by itself; resumed earlier, or made longer', async () => {
  const paused = (on: string, until?: string): Step => [
    READ,
    { type: 'HabitPaused', data: { on, ...(until && { until }) } },
  ];
  const resumed = (on: string): Step => [READ, { type: 'HabitResumed', data: { on } }];
  await happened(
    ['account', { type: 'AccountRegistered', data: { locale: 'en' } }],
    ['account', { type: 'TimezoneChanged', data: { timezone: ZONE } }],
    [
      READ,
      { type: 'HabitDefined', data: { name: 'Read', goal: { kind: 'yesNo' }, frequency: { kind: 'daily' } } },
    ],
    [READ, { type: 'ReminderScheduled', data: { at: '08:00', weekdays: [1, 2, 3, 4, 5, 6, 7] } }],
    paused(TODAY, '2026-11-27'),
  );
  const due = async (on: string) => (await dueAt(`${on}T07:00:00Z`)).length;
  const dueOn = async (...days: string[]) => Promise.all(days.map(due));
  const THREE = ['2026-11-25', '2026-11-27', '2026-11-28'];
  expect(await dueOn(...THREE)).toEqual([0, 0, 1]);
  await happened(resumed('2026-11-26'), paused('2026-11-26', '2026-11-28'));
  expect(await dueOn(...THREE, '2026-11-29')).toEqual([0, 0, 0, 1]);
  await happened(resumed('2026-11-27'));
  expect(await dueOn('2026-11-27')).toEqual([1]);
  await happened(paused('2026-11-27'));
  expect(await dueOn(...THREE, '2027-11-29')).toEqual([0, 0, 0, 0]);
  expect(isPausedOn({ paused: true, pauses: [{ from: TODAY, to: null }] }, '2027-11-29')).toBe(true);
});
