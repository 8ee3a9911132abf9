import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Entry } from '#contracts/history.ts';
import { score } from '#services/bot/domain/score.ts';
import { atLeast, atMost, daily, marks, TODAY, times, tracked, yesNo } from './fixture.ts';

const value = (...habit: Parameters<typeof tracked>) => score(tracked(...habit), TODAY).value;

describe('the vectors of Loop', () => {
  it('daily, one yes from nothing', () => expect(value([1])).toBeCloseTo(0.051922, 6));
  it('one in three days, from nothing to all that was asked for', () => {
    // An amount, because a single yes is only half of what the doubled span asks for.
    expect(value([1], times(1, 3), atLeast(1))).toBeCloseTo(0.030314, 5);
    expect(value([1], times(1, 3))).toBeCloseTo(0.030314 / 2, 5);
  });
  it('twenty straight days', () => expect(value(Array(20).fill(1))).toBeCloseTo(0.655747, 5));
  it('a yes moves 0.5 to 0.525961, a miss to 0.474039', () => {
    // Thirteen yeses are the half-life: exactly 0.5 is where they lead.
    const half = Array<Entry>(13).fill(1);
    expect(value(half)).toBeCloseTo(0.5, 12);
    expect(value([...half, 1])).toBeCloseTo(0.525961, 6);
    expect(value([...half, 0])).toBeCloseTo(0.474039, 6);
    expect(value([...half, undefined])).toBeCloseTo(0.474039, 6);
    expect(value([...half, 'skip'])).toBeCloseTo(0.5, 12);
  });
});

describe('a score', () => {
  it('tells what today changed', () => {
    const { value: now, before } = score(tracked(marks('1110')), TODAY);
    expect(before).toBeCloseTo(value(marks('111')), 12);
    expect(now).toBeLessThan(before);
  });

  it('starts at nothing, and at full strength for a limit not yet passed', () => {
    expect(value([])).toBe(0);
    expect(value([], daily, atLeast(5))).toBe(0);
    expect(value([], daily, atMost(5))).toBe(1);
  });

  it('of amounts takes the part reached: at least, at most, and with no target', () => {
    const move = 1 - 0.5 ** (1 / 13);
    expect(value([4], daily, atLeast(8))).toBeCloseTo(move / 2, 12);
    expect(value([80], daily, atLeast(8))).toBeCloseTo(move, 12);
    expect(value([0], daily, atLeast(0))).toBeCloseTo(move, 12);
    expect(value([3], daily, atMost(2))).toBeCloseTo(1 - move / 2, 12);
    expect(value([9], daily, atMost(2))).toBeCloseTo(1 - move, 12);
    expect(value([1], daily, atMost(0))).toBeCloseTo(1 - move, 12);
    expect(value([0], daily, atMost(0))).toBe(1);
  });

  it('of weekday habits stands still on the days left out', () => {
    // TODAY is a Wednesday: the text runs from Thursday to Wednesday.
    const workdays = { kind: 'weekdays' as const, weekdays: [1, 2, 3, 4, 5] };
    expect(value(marks('1100111'), workdays)).toBeCloseTo(value(marks('11111')), 12);
  });

  it('agrees with the formula followed by hand, day by day over whole windows', () => {
    const entry = fc.constantFrom<(Entry | undefined)[]>(0, 1, 1, 2.25, 'skip', undefined);
    const frequency = fc.constantFrom(daily, times(1, 7), times(3, 7), times(2, 30), times(5, 5));
    const goal = fc.constantFrom(yesNo, atLeast(3), atMost(1.5), atLeast(0), atMost(0));
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 120 }), frequency, goal, (days, often, wanted) => {
        const possible = wanted.kind === 'yesNo' ? days.map((day) => (day === 2.25 ? 0 : day)) : days;
        expect(value(possible, often, wanted)).toBeCloseTo(byHand(possible, often, wanted), 9);
      }),
      { numRuns: 300 },
    );
  });

  it('stands still on unanswered days of vacations and pauses, and moves on those answered', () => {
    const away = { from: '2026-11-20', to: '2026-11-24' };
    for (const frequency of [daily, times(3, 7)]) {
      const before = tracked(marks('1101'), frequency);
      const after = tracked(marks('110.....1'), frequency);
      const expected = score(before, TODAY);
      expect(score(after, TODAY, [away]).value).toBeCloseTo(expected.value, 12);
      expect(score({ ...after, pauses: [away] }, TODAY).value).toBeCloseTo(expected.value, 12);
      expect(score(after, TODAY).value).not.toBeCloseTo(expected.value, 6);
      const worked = tracked(marks('1101....1'), frequency);
      expect(score(worked, TODAY, [away]).value).toBeCloseTo(
        score(tracked(marks('11011'), frequency), TODAY).value,
        12,
      );
    }
  });

  it('leaves an entry for tomorrow until its day comes', () => {
    expect(score(tracked(marks('10')), '2026-11-24').value).toBeCloseTo(value([1]), 12);
  });

  it('stays between 0 and 1', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1e9, noNaN: true }), { maxLength: 60 }), (days) => {
        for (const goal of [atLeast(3), atMost(3)]) {
          expect(value(days, times(3, 7), goal)).toBeGreaterThanOrEqual(0);
          expect(value(days, times(3, 7), goal)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});

function byHand(
  days: (Entry | undefined)[],
  often: Parameters<typeof tracked>[1],
  goal: Parameters<typeof tracked>[2],
) {
  const oldest = days.findIndex((day) => day !== undefined);
  const known = oldest < 0 ? [undefined] : days.slice(oldest);
  const [num, den] =
    often?.kind === 'timesInDays' && often.times < often.days ? [often.times, often.days] : [1, 1];
  const m = 0.5 ** (Math.sqrt(num / den) / 13);
  const wide = goal?.kind === 'yesNo' && num < den ? 2 : 1;
  return known.reduce<number>(
    (previous, day, i) => {
      if (day === 'skip') return previous;
      const window = known.slice(Math.max(0, i - den * wide + 1), i + 1);
      return previous * m + (1 - m) * share(window, num * wide, goal);
    },
    goal?.kind === 'numeric' && goal.direction === 'atMost' ? 1 : 0,
  );
}

function share(window: (Entry | undefined)[], num: number, goal: Parameters<typeof tracked>[2]): number {
  if (goal?.kind !== 'numeric') return Math.min(1, window.filter((day) => day === 1).length / num);
  const sum = window.reduce<number>((total, day) => total + (typeof day === 'number' ? day : 0), 0);
  if (goal.direction === 'atLeast') return goal.target > 0 ? Math.min(1, sum / goal.target) : 1;
  if (goal.target > 0) return Math.min(1, Math.max(0, 2 - sum / goal.target));
  return sum > 0 ? 0 : 1;
}
