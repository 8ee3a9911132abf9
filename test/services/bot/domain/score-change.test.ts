import { describe, expect, it } from 'vitest';
import { dateOf, epochDayOf } from '#contracts/civil-date.ts';
import { ask } from '#services/bot/domain/days.ts';
import { score, scoreHistory, scoreOn } from '#services/bot/domain/score.ts';
import { scoreChange } from '#services/bot/domain/score-change.ts';
import { atLeast, atMost, daily, marks, TODAY, times, tracked } from './fixture.ts';

const changeOf = (...habit: Parameters<typeof tracked>) => scoreChange(ask(tracked(...habit), TODAY, []));

describe('the history of a score', () => {
  it('is the score of each day', () => {
    const habit = tracked(marks('110s10.1'), times(3, 7));
    const last = epochDayOf(TODAY);
    for (let day = last - 9; day <= last; day++) {
      expect(scoreOn(scoreHistory(habit, TODAY), day)).toBe(
        day < last - 7 ? 0 : score(habit, dateOf(day)).value,
      );
    }
  });
});

describe('what moved a score', () => {
  it('tells what a done day would make of it, and what today has done so far', () => {
    const half = Array(13).fill(1);
    const open = changeOf([...half, undefined]);
    expect(open.value).toBeCloseTo(0.474039, 6);
    expect(open.ifKept).toBeCloseTo(0.525961, 6);
    expect(open.today).toMatchObject({ day: { kind: 'open' } });
    expect(open.today.change).toBeCloseTo(-0.025961, 6);
    expect(open.yesterday.change).toBeGreaterThan(0);
    expect(open.monthAgo).toBe(0);
    const done = changeOf([...half, 1]);
    expect(done.ifKept).toBeUndefined();
    expect(done.today.change).toBeCloseTo(0.025961, 6);
    expect(changeOf([...half, 'skip'])).toMatchObject({ today: { change: 0, day: { kind: 'skipped' } } });
  });

  it('of an amount tells what reaching the target would add', () => {
    const partly = changeOf([8, 8, 4], daily, atLeast(8));
    expect(partly.today.day).toMatchObject({ kind: 'partly', share: 0.5, amount: 4 });
    expect(partly.ifKept).toBe(changeOf([8, 8, 8], daily, atLeast(8)).value);
    const limit = changeOf([1, 1, 9], daily, atMost(2));
    expect(limit.ifKept).toBeUndefined();
    // Loop counts a silent day of a limit as nothing used: the number does not move, and no entry raises it.
    const silent = changeOf([1, 1, undefined], daily, atMost(2));
    expect(silent.ifKept).toBe(silent.value);
  });

  it('of a rarer habit tells what its last days hold', () => {
    const { today, yesterday } = changeOf(marks('1000000100000.'), times(1, 7));
    expect(today.window).toEqual({ done: 2, asked: 2, days: 14 });
    expect(yesterday.window).toEqual({ done: 2, asked: 2, days: 14 });
    expect(changeOf(marks('1000000100000.0'), times(1, 7)).today.window?.done).toBe(1);
    expect(changeOf(marks('11')).today).not.toHaveProperty('window');
  });
});
