import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { epochDayOf } from '#contracts/civil-date.ts';
import type { Frequency } from '#contracts/habit-events.ts';
import type { Entry } from '#contracts/history.ts';
import type { DateRange } from '#contracts/time.ts';
import { type Asked, allDays, ask, daysIn } from '#services/bot/domain/days.ts';
import { neighbour, type Span, spanAround, spanStreak } from '#services/bot/domain/spans.ts';
import { streak } from '#services/bot/domain/streak.ts';
import { bestWeekday, summaryOf, totalOf } from '#services/bot/domain/summary.ts';
import { atLeast, atMost, daily, marks, TODAY, times, tracked, yesNo } from './fixture.ts';

// TODAY, 25 November 2026, is a Wednesday.
const weekly = (count: number): Frequency => ({ kind: 'timesPerWeek', times: count });
const monthly = (count: number): Frequency => ({ kind: 'timesPerMonth', times: count });
const workdays: Frequency = { kind: 'weekdays', weekdays: [1, 2, 3, 4, 5] };

const asking = (...habit: Parameters<typeof tracked>): Asked => ask(tracked(...habit), TODAY, []);
const during = ({ habit }: Asked, ...vacations: DateRange[]): Asked => ask(habit, TODAY, vacations);
const kindsOf = (asked: Asked) => allDays(asked).map(({ kind }) => kind);
const summary = (span: Span, asked: Asked) => summaryOf(spanAround(span, epochDayOf(TODAY)), asked, span);

describe('days', () => {
  it('are what was recorded on them, and what was asked for', () => {
    expect(kindsOf(asking(marks('10.s1.')))).toEqual(['kept', 'missed', 'missed', 'skipped', 'kept', 'open']);
    expect(kindsOf(asking([8, 3, 0, 'skip', undefined, 5], daily, atLeast(8)))).toEqual([
      'kept',
      'partly',
      'missed',
      'skipped',
      'missed',
      'partly',
    ]);
    expect(kindsOf(asking([2, 3, undefined, 0], daily, atMost(2)))).toEqual([
      'kept',
      'over',
      'silent',
      'kept',
    ]);
    expect(kindsOf(asking(marks('1....11'), workdays))).toEqual([
      'kept',
      'missed',
      'rest',
      'rest',
      'missed',
      'kept',
      'kept',
    ]);
    expect(kindsOf(asking(marks('1.....1'), times(1, 7)))).toEqual([
      'kept',
      'auto',
      'auto',
      'auto',
      'auto',
      'auto',
      'kept',
    ]);
  });

  it('before the first entry, after today, and of vacations are asked for by nobody', () => {
    const away = during(asking(marks('1..1')), { from: '2026-11-23', to: '2026-11-24' });
    const today = epochDayOf(TODAY);
    expect(daysIn({ first: today - 5, last: today + 1 }, away).map(({ kind }) => kind)).toEqual([
      'before',
      'before',
      'kept',
      'excused',
      'excused',
      'kept',
      'future',
    ]);
    expect(daysIn({ first: today - 1, last: today }, asking([])).map(({ kind }) => kind)).toEqual([
      'before',
      'open',
    ]);
  });

  it('in a row are the streak', () => {
    const entry = fc.constantFrom<(Entry | undefined)[]>(0, 1, 1, 1, 2.5, 'skip', undefined);
    const frequency = fc.constantFrom(daily, workdays, times(1, 7), times(3, 7), weekly(2), monthly(4));
    const goal = fc.constantFrom(yesNo, atLeast(1), atMost(1));
    const away = fc.constantFrom([], [{ from: '2026-11-01', to: '2026-11-09' }]);
    fc.assert(
      fc.property(
        fc.array(entry, { maxLength: 60 }),
        frequency,
        goal,
        away,
        (entries, often, wanted, gone) => {
          const possible =
            wanted.kind === 'yesNo' ? entries.map((each) => (each === 2.5 ? 1 : each)) : entries;
          const asked = during(asking(possible, often, wanted), ...gone);
          const [last, first] = [epochDayOf(TODAY), (allDays(asked)[0]?.day ?? 0) - 31];
          let current = 0;
          for (const { kind, day } of daysIn({ first, last }, asked)) {
            if (['kept', 'skipped', 'auto'].includes(kind)) current++;
            else if (['missed', 'silent', 'over', 'before'].includes(kind)) current = 0;
            else if (kind === 'partly' && day < last) current = 0;
          }
          expect(current).toBe(streak(asked.habit, TODAY, gone).current);
        },
      ),
      { numRuns: 400 },
    );
  });
});

describe('a summary', () => {
  it('counts days kept of days asked for, so far', () => {
    // The month's first 25 days, today not answered yet.
    const asked = asking(marks(`${'1'.repeat(17)}0000000.`));
    expect(summary('month', asked)).toEqual({
      tally: { kept: 17, asked: 24, in: 'day' },
      done: 17,
      skipped: 0,
      recorded: 24,
      silent: 0,
      total: 0,
    });
    expect(summary('week', asked).tally).toEqual({ kept: 0, asked: 2, in: 'day' });
    expect(summary('month', asking(marks('1ss1'))).tally).toEqual({ kept: 2, asked: 2, in: 'day' });
    const away = during(asking(marks('1..1')), { from: '2026-11-23', to: '2026-11-24' });
    expect(summary('month', away).tally).toEqual({ kept: 2, asked: 2, in: 'day' });
    expect(summary('month', asking(marks('1111111'), workdays)).tally).toEqual({
      kept: 5,
      asked: 5,
      in: 'day',
    });
    expect(summary('month', asking([])).tally).toEqual({ kept: 0, asked: 0, in: 'day' });
  });

  it('of times a week counts those of a week, and weeks of a month', () => {
    // Weeks from Monday 2 November: 3, 2, 3, and 1 so far.
    const asked = asking(marks('1010100110000010110001..'), weekly(3));
    expect(summary('week', asked).tally).toEqual({ kept: 1, asked: 3, in: 'day' });
    expect(summary('month', asked).tally).toEqual({ kept: 2, asked: 3, in: 'week' });
    expect(summary('year', asked).tally).toEqual({ kept: 2, asked: 3, in: 'week' });
    expect(summary('month', asking(marks('10101001100000101100100'), times(3, 7))).tally.in).toBe('week');
  });

  it('counts a week in the month of its Thursday, and not the one in which the habit began too late', () => {
    // From Monday 26 October, whose week ends in November.
    const asked = asking(marks(`1000000${'1100000'.repeat(3)}11.`), weekly(2));
    expect(summary('month', asked).tally).toEqual({ kept: 4, asked: 4, in: 'week' });
    const late = asking(marks(`1${'1100000'}11.`), weekly(2));
    expect(summary('month', late).tally).toEqual({ kept: 2, asked: 2, in: 'week' });
  });

  it('of times a month counts those of a month, and months of a year', () => {
    const asked = asking(
      marks(`${'1'.repeat(4)}${'0'.repeat(27)}${'1'.repeat(5)}${'0'.repeat(20)}`),
      monthly(5),
    );
    expect(summary('month', asked).tally).toEqual({ kept: 5, asked: 5, in: 'day' });
    expect(summary('week', asked).tally).toEqual({ kept: 0, asked: 0, in: 'day' });
    expect(summary('year', asked).tally).toEqual({ kept: 1, asked: 2, in: 'month' });
  });

  it('of one day in three asks for a third of the days', () => {
    expect(summary('month', asking(marks('100100100100000000'), times(1, 3))).tally).toEqual({
      kept: 4,
      asked: 6,
      in: 'day',
    });
  });

  it('of a limit says which days are silent: they are not kept', () => {
    const asked = asking([1, undefined, 5, undefined, undefined, 2], daily, atMost(2));
    expect(summary('month', asked)).toMatchObject({
      tally: { kept: 2, asked: 6, in: 'day' },
      recorded: 3,
      silent: 3,
      total: 8,
    });
  });

  it('adds amounts up without drift', () => {
    expect(totalOf(asking(Array(10).fill(0.1), daily, atLeast(1)))).toEqual({ total: 1, recorded: 10 });
  });
});

describe('a streak of weeks', () => {
  const of = (text: string, frequency: Frequency = weekly(2)) => spanStreak(asking(marks(text), frequency));

  it('counts weeks that were met; the one that runs counts once it is, and breaks nothing', () => {
    //           Mon 9     Mon 16    Mon 23
    expect(of('1100000' + '0110000' + '1..')).toEqual({ span: 'week', current: 2, best: 2 });
    expect(of('1100000' + '0110000' + '11.')).toEqual({ span: 'week', current: 3, best: 3 });
    expect(of('1100000' + '0100000' + '11.')).toEqual({ span: 'week', current: 1, best: 1 });
    expect(of('1100000' + '0100000' + '1..', times(2, 7))).toEqual({ span: 'week', current: 0, best: 1 });
    expect(of('11', daily)).toBeUndefined();
  });

  it('a skip stands for a day done; a week of skips or of a vacation neither counts nor breaks', () => {
    expect(of('1100000' + '1s00000' + '...')?.current).toBe(2);
    expect(of('1100000' + 'sssssss' + '11.')?.current).toBe(2);
    const week = { from: '2026-11-16', to: '2026-11-22' };
    const asked = during(asking(marks('1100000.......11.'), weekly(2)), week);
    expect(spanStreak(asked)?.current).toBe(2);
    // One day is left of the week, and it is enough.
    const short = during(asking(marks('1100000......111.'), weekly(2)), { ...week, to: '2026-11-21' });
    expect(spanStreak(short)?.current).toBe(3);
  });

  it('a week in which the habit began late is not held against it', () => {
    expect(of(`1${'1100000'}${'11.'}`)?.current).toBe(2);
  });

  it('counts months of a monthly habit', () => {
    expect(of(`${'1'.repeat(3)}${'0'.repeat(26)}${'1'.repeat(3)}..`, monthly(3))).toMatchObject({
      span: 'month',
    });
  });
});

describe('spans', () => {
  it('are calendar weeks, months and years, one beside the other', () => {
    const day = epochDayOf('2026-11-25');
    for (const span of ['week', 'month', 'year'] as const) {
      const { first, last } = spanAround(span, day);
      expect(day >= first && day <= last).toBe(true);
      expect(spanAround(span, last + 1).first).toBe(last + 1);
    }
    expect(neighbour('week', '2026-11-25', -1)).toBe('2026-11-16');
    expect(neighbour('month', '2026-12-31', 1)).toBe('2027-01-01');
    expect(neighbour('month', '2028-03-31', -1)).toBe('2028-02-01');
    expect(neighbour('year', '2026-11-25', -1)).toBe('2025-01-01');
  });
});

describe('the best weekday', () => {
  it('is the one kept most, if it stands out', () => {
    expect(bestWeekday(asking(marks('1000000'.repeat(5))))).toMatchObject({ weekday: 4, share: 1 });
    expect(bestWeekday(asking(marks('1'.repeat(35))))).toBeUndefined();
    expect(bestWeekday(asking(marks('1000000')))).toBeUndefined();
  });
});
