import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { automaticYeses } from '#contracts/automatic-yes.ts';
import { dateOf, epochDayOf } from '#contracts/civil-date.ts';
import { streak } from '#services/bot/domain/streak.ts';
import { atLeast, atMost, marks, TODAY, times, tracked } from './fixture.ts';

/** The rule of REFERENCES.md told another way: dates as text, and a slide of one day at a time. */
function automaticByHand(yeses: number[], count: number, days: number): Set<number> {
  const newestFirst = [...yeses].reverse();
  const placed: { begin: number; center: number; end: number }[] = [];
  for (let i = count - 1; i < newestFirst.length; i++) {
    const begin = newestFirst[i] ?? 0;
    const center = newestFirst[i - count + 1] ?? 0;
    const size = days === 30 || days === 31 ? monthLengthByHand(begin) : days;
    if (center - begin + 1 <= size) placed.push({ begin, center, end: begin + size - 1 });
  }
  const covered = new Set<number>();
  for (const [i, interval] of placed.entries()) {
    const newer = placed[i - 1];
    while (newer && interval.end >= newer.begin && interval.end > interval.center) {
      interval.begin--;
      interval.end--;
    }
    for (let day = interval.begin; day <= interval.end; day++) covered.add(day);
  }
  return covered;
}

function monthLengthByHand(day: number): number {
  const month = dateOf(day + 1).slice(0, 7);
  return (
    [28, 29, 30, 31].filter((n) => !Number.isNaN(Date.parse(`${month}-${n}`)) && isReal(`${month}-${n}`))
      .length + 27
  );
}

const isReal = (date: string) => new Date(`${date}T00:00Z`).toISOString().startsWith(date);

const sorted = (days: ReadonlySet<number>) => [...days].sort((a, b) => a - b);

describe('automatic yeses', () => {
  it.each([
    { yeses: [10], times: 1, days: 7, covered: [10, 11, 12, 13, 14, 15, 16] },
    // Two a week apart: the older one slides back to end where the newer begins.
    {
      yeses: [10, 13],
      times: 1,
      days: 7,
      covered: [6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19],
    },
    { yeses: [10, 12], times: 2, days: 4, covered: [10, 11, 12, 13] },
    { yeses: [10, 14], times: 2, days: 4, covered: [] },
    { yeses: [10], times: 2, days: 7, covered: [] },
  ])('$times in $days days from $yeses', (one) => {
    expect(sorted(automaticYeses(one.yeses, one.times, one.days))).toStrictEqual(one.covered);
  });

  it('a month is as long as the month it begins in, or the next one from its last day', () => {
    const lastDay = (on: string) => dateOf(Math.max(...automaticYeses([epochDayOf(on)], 1, 30)));
    expect(lastDay('2026-02-03')).toBe('2026-03-02');
    expect(lastDay('2026-03-03')).toBe('2026-04-02');
    expect(lastDay('2026-01-31')).toBe('2026-02-27');
    expect(lastDay('2024-02-01')).toBe('2024-02-29');
  });

  it('agree with the rule followed by hand', () => {
    const frequency = fc.oneof(
      fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 2, max: 12 })),
      fc.tuple(fc.integer({ min: 1, max: 12 }), fc.constantFrom(30, 31)),
    );
    const days = fc.uniqueArray(fc.integer({ min: 20_000, max: 20_120 }), { maxLength: 60 });
    fc.assert(
      fc.property(frequency, days, ([count, span], chosen) => {
        const yeses = chosen.sort((a, b) => a - b);
        const expected = automaticByHand(yeses, count, span);
        expect(sorted(automaticYeses(yeses, count, span))).toStrictEqual(sorted(expected));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a streak', () => {
  it.each([
    { days: '', current: 0, best: 0 },
    { days: '1', current: 1, best: 1 },
    { days: '11.', current: 2, best: 2 },
    { days: '11..', current: 0, best: 2 },
    { days: '110', current: 0, best: 2 },
    { days: '1s1', current: 3, best: 3 },
    { days: 's', current: 1, best: 1 },
    { days: '111.11', current: 2, best: 3 },
    { days: '1110.1', current: 1, best: 3 },
  ])('of "$days" is $current, the best $best', ({ days, current, best }) => {
    expect(streak(tracked(marks(days)), TODAY)).toStrictEqual({ current, best });
  });

  it('counts automatic days, also over a no, and days before the first yes', () => {
    expect(streak(tracked(marks('1.0....'), times(1, 7)), TODAY)).toStrictEqual({ current: 7, best: 7 });
    expect(streak(tracked(marks('1.......'), times(1, 7)), TODAY)).toStrictEqual({ current: 7, best: 7 });
    expect(streak(tracked(marks('1........'), times(1, 7)), TODAY)).toStrictEqual({ current: 0, best: 7 });
    expect(streak(tracked(marks('1..1'), times(1, 7)), TODAY)).toStrictEqual({ current: 8, best: 8 });
  });

  it('passes over days a weekday habit leaves out', () => {
    // TODAY is a Wednesday: the text runs from Thursday to Wednesday.
    const workdays = { kind: 'weekdays' as const, weekdays: [1, 2, 3, 4, 5] };
    expect(streak(tracked(marks('11..111'), workdays), TODAY)).toStrictEqual({ current: 5, best: 5 });
    expect(streak(tracked(marks('110011.'), workdays), TODAY)).toStrictEqual({ current: 4, best: 4 });
    expect(streak(tracked(marks('1111111'), workdays), TODAY)).toStrictEqual({ current: 5, best: 5 });
    expect(streak(tracked(marks('1...111'), workdays), TODAY)).toStrictEqual({ current: 3, best: 3 });
  });

  it('of amounts compares with the target', () => {
    expect(streak(tracked([8, 7, 8, 9], undefined, atLeast(8)), TODAY)).toStrictEqual({
      current: 2,
      best: 2,
    });
    expect(streak(tracked([8, 8, 3], undefined, atLeast(8)), TODAY)).toStrictEqual({ current: 2, best: 2 });
    expect(streak(tracked([8, 'skip', 8], undefined, atLeast(8)), TODAY)).toStrictEqual({
      current: 3,
      best: 3,
    });
    expect(streak(tracked([2, 0, 2, 3], undefined, atMost(2)), TODAY)).toStrictEqual({ current: 0, best: 3 });
    expect(streak(tracked([2, undefined, 1], undefined, atMost(2)), TODAY)).toStrictEqual({
      current: 1,
      best: 1,
    });
  });

  it('leaves an entry for tomorrow until its day comes', () => {
    const habit = tracked(marks('11'));
    expect(streak(habit, '2026-11-24')).toStrictEqual({ current: 1, best: 1 });
  });

  it('without gaps is as long as the history, and a no today ends it', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(1, 'skip' as const), { minLength: 1, maxLength: 800 }), (days) => {
        expect(streak(tracked(days), TODAY)).toStrictEqual({ current: days.length, best: days.length });
        expect(streak(tracked([...days, 0]), TODAY)).toStrictEqual({ current: 0, best: days.length });
      }),
      { numRuns: 20 },
    );
  });
});

describe('vacations and pauses', () => {
  const on = (daysAgo: number) => dateOf(epochDayOf(TODAY) - daysAgo);
  const vacation = (first: number, last: number) => [{ from: on(first), to: on(last) }];

  it.each([
    { days: '111...1', away: vacation(3, 1), current: 4, best: 4 },
    { days: '111....', away: vacation(3, 0), current: 3, best: 3 },
    { days: '111....', away: vacation(3, 1), current: 3, best: 3 },
    { days: '111...1', away: vacation(3, 2), current: 1, best: 3 },
    { days: '111...1', away: vacation(2, 1), current: 1, best: 3 },
    { days: '111.1.1', away: vacation(3, 1), current: 5, best: 5 },
    { days: '111.0.1', away: vacation(3, 1), current: 1, best: 3 },
    { days: '111.s.1', away: vacation(3, 1), current: 5, best: 5 },
    { days: '...1', away: vacation(30, 1), current: 1, best: 1 },
  ])('"$days" is $current long, the best $best: days away neither count nor break', (one) => {
    const { days, away, current, best } = one;
    expect(streak(tracked(marks(days)), TODAY, away)).toStrictEqual({ current, best });
    const [pause] = away;
    const paused = { ...tracked(marks(days)), pauses: pause ? [pause] : [] };
    expect(streak(paused, TODAY)).toStrictEqual({ current, best });
  });

  it('a pause that still lasts keeps the streak', () => {
    const paused = { ...tracked(marks('111.....')), pauses: [{ from: on(4), to: null }] };
    expect(streak(paused, TODAY)).toStrictEqual({ current: 3, best: 3 });
    expect(streak({ ...paused, pauses: [{ from: on(3), to: null }] }, TODAY).current).toBe(0);
  });

  it('an amount below the target, entered on vacation, counts as entered', () => {
    const habit = tracked([8, 3, 8], undefined, atLeast(8));
    expect(streak(habit, TODAY, vacation(1, 1))).toStrictEqual({ current: 1, best: 1 });
  });

  it('any number of unanswered days away changes nothing', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(0, 1, 'skip' as const), { minLength: 1 }),
        fc.nat(400),
        (days, gap) => {
          const away = Array<undefined>(gap).fill(undefined);
          const { current, best } = streak(tracked(days), TODAY);
          const after = streak(tracked([...days, ...away, 1]), TODAY, gap > 0 ? vacation(gap, 1) : []);
          expect(after).toStrictEqual({ current: current + 1, best: Math.max(best, current + 1) });
        },
      ),
    );
  });
});
