import { describe, expect, test } from 'vitest';
import type { Goal } from '#contracts/habit-events.ts';
import { habitIdFrom } from '#contracts/ids.ts';
import { LONGEST_CAPTION } from '#services/bot/conversation/render-context.ts';
import { settled, TODAY, USER, withHabit } from '../../conversation/fixture.ts';
import { coffee, glasses, habit, marks, month, pageOf, personWith, seen, tapsOf, weekly } from './fixture.ts';

describe('/stats', () => {
  test('opens this month of all habits, with a button for each', () => {
    const conversation = withHabit();
    const step = conversation.say('/stats');
    expect(step.shows).toEqual([
      {
        place: 'anew',
        screen: { screen: 'stats', period: { span: 'month', on: TODAY }, page: 0, theme: 'dark' },
      },
    ]);
    const [rendered] = conversation.seen(step);
    expect(rendered?.text).toBe('📊 November 2026\n\nRead · 0%');
    expect(rendered?.picture?.sections.map(({ kind }) => kind)).toEqual(['rows']);
    const [first] = rendered ? tapsOf(rendered) : [];
    expect(first).toMatchObject({ tap: 'habitStats', habitId: conversation.habitId });
    expect(conversation.tap(first ?? '').shows[0]).toMatchObject({
      place: 'here',
      screen: { screen: 'habitStats' },
    });
  });

  test('without a habit is a text that leads to the first one', () => {
    const conversation = settled();
    const [rendered] = conversation.seen(conversation.say('/stats'));
    expect(rendered).not.toHaveProperty('picture');
    expect(rendered && tapsOf(rendered)).toEqual([{ tap: 'newHabit' }]);
  });

  test('strength, streak and days in a line each, in both languages', () => {
    const habits = [
      habit(marks('1'.repeat(20)), { name: 'Read', emoji: '📖' }),
      habit(marks(`${'1110000'.repeat(2)}111`), { name: 'Gym', frequency: weekly }),
      habit([8, 3, 'skip', 8, 8], { name: 'Water', goal: glasses }),
    ];
    const screen = { screen: 'stats', page: 0, ...month } as const;
    expect(seen(screen, personWith(habits)).text).toBe(
      '📊 November 2026\n\n📖 Read · 66% · 🔥 20 · 20 of 20\nGym · 35% · 🔥 3 weeks · 3 of 3 weeks\nWater · 16% · 🔥 3 · 3 of 4',
    );
    expect(seen(screen, personWith(habits, 'ru')).text).toBe(
      '📊 Ноябрь 2026\n\n📖 Read · 66\u00a0% · 🔥 20 · 20 из 20\nGym · 35\u00a0% · 🔥 3 недели · 3 из 3 недель\nWater · 16\u00a0% · 🔥 3 · 3 из 4',
    );
  });

  test('a caption holds whatever the habits are called, and every button its data', () => {
    const names = [...Array(7)].map(() => 'Ж'.repeat(64));
    for (const locale of ['en', 'ru'] as const) {
      const large: Goal = { kind: 'numeric', direction: 'atMost', target: 1, unit: 'щ'.repeat(24) };
      const long = names.map((name) =>
        habit(
          [...Array(400)].map((_, n) => (n % 3 ? 999999.999 : undefined)),
          { name, emoji: '👨‍👩‍👧‍👦', goal: large },
        ),
      );
      for (const span of ['week', 'month', 'year'] as const) {
        const looking = { period: { span, on: TODAY }, theme: 'light' } as const;
        const list = seen({ screen: 'stats', page: 1, ...looking }, personWith(long, locale));
        const first = seen({ screen: 'stats', page: 0, ...looking }, personWith(long, locale));
        const [one] = long;
        if (!one) throw new Error('no habit');
        const page = seen(
          { screen: 'habitStats', habitId: one.habitId, ...looking },
          personWith(long, locale),
        );
        // A line over it may tell of a draft that was given up.
        for (const { text } of [list, first, page]) expect(text.length).toBeLessThan(LONGEST_CAPTION - 110);
        for (const rendered of [list, first, page]) expect(tapsOf(rendered)).not.toContain(undefined);
      }
    }
  });
});

describe('a habit’s page', () => {
  test('says why its strength is what it is, and what would raise it', () => {
    expect(pageOf(habit(marks(`${'1'.repeat(13)}.`))).text).toBe(
      [
        'Read · November 2026',
        '📆 Done: 13 of 13',
        '💪 Strength: 47%\nToday: −2.6 (nothing recorded yet)\nYesterday: +2.7 (done)\nDo it today, and it’ll be 53%.',
        '🔥 13 days in a row\n🏆 Longest: 13 days',
      ].join('\n\n'),
    );
    expect(pageOf(habit(marks('1')), 'ru').text).toBe(
      [
        'Read · Ноябрь 2026',
        '📆 Выполнено: 1 из 1',
        '💪 Сила привычки: 5\u00a0%\nСегодня: +5,2 (выполнено)',
        '🌱 Первый день новой серии\n🏆 Лучшая серия: 1 день',
      ].join('\n\n'),
    );
  });

  test('of an amount tells totals; three partial days are days', () => {
    const { text } = pageOf(habit([4, 2, 2.5], { goal: glasses }));
    expect(text).toContain('📆 Done: 0 of 3\n🧮 8.5 l, on average 2.8 per day recorded\n🧮 All time: 8.5 l');
    expect(text).toContain('Today: +1.4 (2.5 l)');
    expect(text).toContain('Reach today’s goal (8 l), and it’ll be 9%.');
    const conversation = withHabit('numeric');
    const { habitId } = conversation;
    for (const on of ['2026-11-23', '2026-11-24', '2026-11-25']) {
      conversation.tap({ tap: 'dayAmount', habitId, on, page: 0, value: 3 });
    }
    const [card] = conversation.seen(conversation.tap({ tap: 'habit', habitId }));
    expect(card?.text).not.toContain('No days yet');
    expect(card?.text).toContain('💪 Strength: 2%');
  });

  test('of a limit never calls a silent day kept', () => {
    const quiet = habit([1, ...Array(14).fill(undefined)], { goal: coffee });
    expect(pageOf(quiet).text).toContain(
      '📆 Done: 1 of 14\n🧮 1 l, on average 1 per day recorded\n🧮 All time: 1 l\n🔇 13 days without a record. They don’t count as done',
    );
    expect(pageOf(quiet).text).toContain('A new start');
    expect(pageOf(quiet, 'ru').text).toContain('🔇 13 дней без записи. Выполненными они не считаются');
  });

  test('of a weekly habit counts in weeks, and in days without a gap', () => {
    const text = pageOf(habit(marks(`${'1110000'.repeat(2)}11.`), { frequency: weekly })).text;
    expect(text).toContain('🔥 2 weeks in a row\n🏆 Longest: 2 weeks');
    expect(text).toContain('📆 Done: 2 of 2 weeks\n✅ 8 days in all');
    expect(text).toContain('It looks at the last 14 days:');
  });

  test('moves to other periods, never into the future, and to the other palette', () => {
    const taps = tapsOf(pageOf(habit(marks('11'))));
    expect(taps).toEqual([
      expect.objectContaining({ span: 'month', on: '2026-10-01' }),
      expect.objectContaining({ span: 'week', on: TODAY }),
      expect.objectContaining({ span: 'month', on: TODAY }),
      expect.objectContaining({ span: 'year', on: TODAY }),
      { tap: 'stats', span: 'month', on: TODAY, page: 0, theme: 'dark' },
      expect.objectContaining({ tap: 'habitStats', theme: 'light' }),
    ]);
    const october = { ...month, period: { span: 'month', on: '2026-10-01' } } as never;
    expect(tapsOf(pageOf(habit(marks('11')), 'en', october))[1]).toMatchObject({ on: '2026-11-01' });
  });

  test('is opened from the habit’s card in a message of its own', () => {
    const conversation = withHabit();
    const { habitId } = conversation;
    expect(conversation.tap({ tap: 'openStats', habitId }).shows).toEqual([
      { place: 'anew', screen: { screen: 'habitStats', habitId, ...month } },
    ]);
    const forged = habitIdFrom(USER, 999);
    expect(conversation.tap({ tap: 'openStats', habitId: forged }).toast).toEqual({
      key: 'refusal-HabitNotFound',
    });
    expect(
      conversation.tap({ tap: 'habitStats', habitId: forged, span: 'week', on: TODAY, theme: 'dark' }),
    ).toMatchObject({
      shows: [],
      toast: { key: 'refusal-HabitNotFound' },
    });
  });
});

describe('the weekly digest', () => {
  test('is switched on, moved and off by buttons; a repeated tap changes nothing', () => {
    const conversation = settled();
    const [asked] = conversation.seen(conversation.say('/digest'));
    expect(asked?.text).toContain('It’s off.');
    const taps = asked ? tapsOf(asked) : [];
    expect(taps).toHaveLength(5);
    expect(taps.at(-1)).toEqual({ tap: 'settings' });
    const sunday = { tap: 'digestOn', weekday: 7, at: '18:00' } as const;
    expect(taps[0]).toEqual(sunday);
    const [on] = conversation.seen(conversation.tap(sunday));
    conversation.tap(sunday);
    expect(on?.text).toContain('It’s on: Sunday, 18:00.');
    conversation.tap({ tap: 'digestOn', weekday: 1, at: '08:00' });
    conversation.tap({ tap: 'noDigest' });
    conversation.tap({ tap: 'noDigest' });
    expect(conversation.events).toEqual([
      { type: 'DigestChanged', data: { digest: { weekday: 7, at: '18:00' } } },
      { type: 'DigestChanged', data: { digest: { weekday: 1, at: '08:00' } } },
      { type: 'DigestChanged', data: { digest: null } },
    ]);
    expect(conversation.tap('digestOn:8:1800').toast).toEqual({ key: 'toast-unknown' });
  });

  test('its button opens the week in a message of its own', () => {
    const conversation = withHabit();
    expect(conversation.tap('weekStats:2026-11-16').shows).toEqual([
      {
        place: 'anew',
        screen: { screen: 'stats', period: { span: 'week', on: '2026-11-16' }, page: 0, theme: 'dark' },
      },
    ]);
  });
});
