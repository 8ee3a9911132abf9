import { describe, expect, test } from 'vitest';
import type { Habit } from '#services/bot/person.ts';
import { TODAY } from '../../conversation/fixture.ts';
import { glasses, habit, marks, personWith, seen } from './fixture.ts';

describe('pictures', () => {
  const sections = (one: Habit, span: 'week' | 'month' | 'year') =>
    seen(
      { screen: 'habitStats', habitId: one.habitId, period: { span, on: TODAY }, theme: 'dark' },
      personWith([one]),
    ).picture?.sections;

  test('show the days of the period, amounts of a week, and the curve', () => {
    const water = habit([8, 3, 'skip', 8, 8], { goal: glasses });
    expect(sections(water, 'week')?.map(({ kind }) => kind)).toEqual(['calendar', 'legend', 'bars', 'lines']);
    expect(sections(water, 'month')?.map(({ kind }) => kind)).toEqual(['calendar', 'legend', 'lines']);
    expect(sections(water, 'year')?.map(({ kind }) => kind)).toEqual(['heatmap', 'legend', 'lines']);
    expect(sections(water, 'week')?.[0]).toMatchObject({
      startsIn: 0,
      today: 2,
      days: ['23', '24', '25', '26', '27', '28', '29'].map((label, n) => ({
        label,
        mark: ['skip', 1, 1, 'rest', 'rest', 'rest', 'rest'][n],
      })),
    });
  });

  test('the year stands in two halves, every day once', () => {
    const [heatmap] = sections(habit(marks('11')), 'year') ?? [];
    if (heatmap?.kind !== 'heatmap') throw new Error('no heatmap');
    expect(heatmap.bands.map(({ marks: days }) => days.length)).toEqual([181, 184]);
    expect(heatmap.bands.map(({ startsIn }) => startsIn)).toEqual([3, 2]);
    expect(heatmap.bands[1]?.marks.filter((mark) => mark === 1)).toHaveLength(2);
  });

  test('the curve is the score of each day', () => {
    const one = habit(marks('1'.repeat(20)));
    const curve = sections(one, 'month')?.at(-1);
    if (curve?.kind !== 'lines') throw new Error('no curve');
    const points = curve.series[0]?.points ?? [];
    expect(points).toHaveLength(90);
    expect(points.at(-1)).toBeCloseTo(0.655747, 5);
    expect(points.filter((point) => point !== undefined)).toHaveLength(21);
  });
});
