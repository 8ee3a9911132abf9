import { describe, expect, it } from 'vitest';
import { readFile } from '#services/bot/moving/read-file.ts';
import { brought, daysOf, refusal } from './fixture.ts';

describe("HabitBull's CSV", () => {
  const HEADER = 'HabitName,HabitDescription,HabitCategory,CalendarDate,Value,CommentText';

  it('brings yes and no, amounts, comments and categories', async () => {
    const { source, habits, leftOut, remarks } = await brought(
      [
        HEADER,
        'Run,fast,Health,4/13/2019,1,wet',
        'Run,fast,Health,4/14/2019,0,',
        'Run,fast,Health,4/15/2019,-2150000000,',
        'Run,fast,Health,4/16/2019,-2.15E+09,',
        '"Вода, чай",,,4/13/2019,2.5,',
        '"Вода, чай",,,4/14/2019,1,',
        '"Вода, чай",,,x,1,',
        '"Вода, чай",,,4/15/2019,many,',
      ].join('\r\n'),
    );
    expect(source).toBe('habitbull');
    expect(habits.map(({ name }) => name)).toEqual(['Run', 'Вода, чай']);
    expect(habits.map(daysOf)).toEqual([
      ['2019-04-13=1', '2019-04-14=0'],
      ['2019-04-13=2.5', '2019-04-14=1'],
    ]);
    expect(habits[0]).toMatchObject({
      description: 'fast',
      group: { kind: 'named', name: 'Health' },
      goal: { kind: 'yesNo' },
    });
    expect(habits[0]?.entries[0]).toMatchObject({ note: 'wet' });
    expect(habits[1]?.goal).toMatchObject({ kind: 'numeric', direction: 'atLeast', target: 1 });
    expect(leftOut).toEqual({
      unanswered: 2,
      noReminders: 2,
      noTarget: 1,
      unreadableDate: 1,
      unreadableValue: 1,
    });
    expect(remarks).toEqual([{ remark: 'dates', dayFirst: false }]);
  });

  it('asks how its dates are meant when none tells, unless both ways are the same', async () => {
    expect((await readFile(Buffer.from(`${HEADER}\nRun,,,4/5/2019,1,`))).kind).toBe('asks');
    const { habits } = await brought(`${HEADER}\nRun,,,5/5/2019,1,`);
    expect(daysOf(habits[0])).toEqual(['2019-05-05=1']);
  });
});

describe("HabitKit's JSON", () => {
  const file = (changes: object = {}) =>
    JSON.stringify({
      habits: [
        {
          id: 'h-gym-000001',
          name: 'Gym',
          color: 'emerald',
          archived: false,
          isInverse: false,
          orderIndex: 2,
        },
        { id: 'h-snack-0001', name: 'Снеки', color: 'red', archived: true, isInverse: true, orderIndex: 1 },
        { id: 'h-water-0001', name: 'Water', emoji: '💧', orderIndex: 3, description: 'glasses' },
      ],
      completions: [
        done('h-gym-000001', '2026-05-14T22:00:00.000Z', 1, { timezoneOffsetInMinutes: 120, note: 'legs' }),
        done('h-snack-0001', '2026-05-13T22:00:00.000Z', 1, { timezoneOffsetInMinutes: 120 }),
        done('h-water-0001', '2026-05-15T22:00:00.000Z', 3, { timezoneOffsetInMinutes: 120 }),
        done('h-water-0001', '2026-05-15T23:00:00.000Z', 2, { timezoneOffsetInMinutes: 120 }),
        done('h-water-0001', '2026-05-16T22:00:00.000Z', 0, { timezoneOffsetInMinutes: 120 }),
        done('gone', '2026-05-16T22:00:00.000Z', 1),
      ],
      intervals: [
        { habitId: 'h-gym-000001', type: 'week', requiredNumberOfCompletions: 3, startDate: '2026-01-01' },
        { habitId: 'h-water-0001', type: 'day', requiredNumberOfCompletionsPerDay: 1, endDate: '2026-05-01' },
        { habitId: 'h-water-0001', type: 'day', requiredNumberOfCompletionsPerDay: 8, endDate: null },
      ],
      reminders: [
        { habitId: 'h-gym-000001', weekdayIndices: [5, 1, 3], hour: 19, minute: 30 },
        { habitId: 'h-gym-000001', weekdayIndices: [0, 1], hour: 9, minute: 0 },
      ],
      categories: [{ id: 'c', name: 'Health' }],
      categoryMappings: [{ habitId: 'h-gym-000001', categoryId: 'c' }],
      ...changes,
    });
  const done = (habitId: string, date: string, amountOfCompletions: number, more = {}) => ({
    habitId,
    date,
    amountOfCompletions,
    ...more,
  });

  it('brings weeks, slips, amounts of a day, reminders and groups', async () => {
    const { source, habits, leftOut } = await brought(file());
    expect(source).toBe('habitkit');
    expect(habits.map(({ name }) => name)).toEqual(['Снеки', 'Gym', 'Water']);
    expect(habits.map(daysOf)).toEqual([['2026-05-14=1'], ['2026-05-15=1'], ['2026-05-16=5']]);
    expect(habits[0]).toMatchObject({ archived: true, goal: { direction: 'atMost', target: 0 }, color: 0 });
    expect(habits[1]).toMatchObject({
      frequency: { kind: 'timesPerWeek', times: 3 },
      reminders: [{ at: '19:30', weekdays: [1, 3, 5] }],
      group: { kind: 'named', name: 'Health' },
    });
    expect(habits[1]?.entries[0]).toMatchObject({ note: 'legs' });
    expect(habits[2]).toMatchObject({ emoji: '💧', goal: { direction: 'atLeast', target: 8 } });
    expect(leftOut).toEqual({ unanswered: 1, unreadableReminder: 1, goalHistory: 1, unknownHabit: 1 });
  });

  it('takes dates at midnight in UTC for what they are', async () => {
    const completions = [
      done('h-gym-000001', '2026-05-14T00:00:00.000Z', 1, { timezoneOffsetInMinutes: -300 }),
      done('h-gym-000001', '2026-05-15', 1, { timezoneOffsetInMinutes: -300 }),
      { ...done('h-gym-000001', '', 1), date: Date.parse('2026-05-16T00:00:00Z') },
    ];
    const { habits } = await brought(file({ completions }));
    expect(daysOf(habits[1])).toEqual(['2026-05-14=1', '2026-05-15=1', '2026-05-16=1']);
  });

  it('is told from any other JSON', async () => {
    expect(await refusal('{"habits": 1}')).toBe('unknown');
    expect(await refusal('{"habits": [')).toBe('brokenText');
    expect(await refusal(file({ habits: [] }))).toBe('noHabits');
  });
});
