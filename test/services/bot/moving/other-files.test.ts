import { describe, expect, it } from 'vitest';
import { readFile } from '#services/bot/moving/read-file.ts';
import { brought, daysOf, refusal } from './fixture.ts';
import { completion, habitBull, habitKit } from './samples.ts';

describe("HabitBull's CSV", () => {
  const HEADER = habitBull.split('\r\n')[0];

  it('brings yes and no, amounts, comments and categories', async () => {
    const { source, habits, leftOut, remarks } = await brought(habitBull);
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
  it('brings weeks, slips, amounts of a day, reminders and groups', async () => {
    const { source, habits, leftOut } = await brought(habitKit());
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
      completion('h-gym-000001', '2026-05-14T00:00:00.000Z', 1, { timezoneOffsetInMinutes: -300 }),
      completion('h-gym-000001', '2026-05-15', 1, { timezoneOffsetInMinutes: -300 }),
      { ...completion('h-gym-000001', '', 1), date: Date.parse('2026-05-16T00:00:00Z') },
    ];
    const { habits } = await brought(habitKit({ completions }));
    expect(daysOf(habits[1])).toEqual(['2026-05-14=1', '2026-05-15=1', '2026-05-16=1']);
  });

  it('is told from any other JSON', async () => {
    expect(await refusal('{"habits": 1}')).toBe('unknown');
    expect(await refusal('{"habits": [')).toBe('brokenText');
    expect(await refusal(habitKit({ habits: [] }))).toBe('noHabits');
  });
});
