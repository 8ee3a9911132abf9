import { expect, test } from 'vitest';
import { dateOf, epochDayOf } from '#contracts/civil-date.ts';
import { isPausedOn } from '#services/bot/domain/habit-state.ts';
import { TODAY, withHabit } from '../../conversation/fixture.ts';

const last = (days: number) => dateOf(epochDayOf(TODAY) + days - 1);

test('how long is asked, with what most people want as buttons', () => {
  const conversation = withHabit();
  const { habitId } = conversation;
  const asked = conversation.tap({ tap: 'pause', habitId });
  expect(asked.dialog).toEqual({ at: 'pausing', habitId });
  expect(conversation.events).toEqual([]);
  const [shown] = conversation.seen(asked);
  expect(shown?.text).toContain('How long should Read rest?');
  expect(shown?.reply_markup).toEqual({
    inline_keyboard: [
      [{ text: 'Until Sunday (Nov 29)', callback_data: `pauseTo:${habitId}:2026-11-29` }],
      [
        { text: '1 week', callback_data: `pauseTo:${habitId}:${last(7)}` },
        { text: '2 weeks', callback_data: `pauseTo:${habitId}:${last(14)}` },
        { text: '4 weeks', callback_data: `pauseTo:${habitId}:${last(28)}` },
      ],
      [{ text: '⏸ Until I resume it', callback_data: `pauseOpen:${habitId}` }],
      [{ text: '✖️ Cancel', callback_data: 'cancel' }],
    ],
  });
  const cancelled = conversation.tap({ tap: 'cancel' });
  expect([cancelled.dialog.at, cancelled.shows[0]?.screen]).toEqual(['idle', { screen: 'habit', habitId }]);
});

test.each([
  ['en', '10 days', '2026-12-04', 'Paused through Dec 4'],
  ['en', 'until 14.12', '2026-12-14', 'Paused through Dec 14'],
  ['ru', '10 дней', '2026-12-04', 'На паузе по 4 дек.'],
  ['ru', 'до 14.12', '2026-12-14', 'На паузе по 14 дек.'],
] as const)('%s: %j is a pause to %s', (locale, text, until, said) => {
  const conversation = withHabit();
  const { habitId } = conversation;
  conversation.tap({ tap: 'language', locale });
  conversation.tap({ tap: 'pause', habitId });
  for (const unread of ['sometime', '1.12-14.12', 'until 14.12.2020'])
    expect(conversation.say(unread).dialog).toEqual({ at: 'pausing', habitId });
  const step = conversation.say(text);
  expect(conversation.events.at(-1)).toEqual({ type: 'HabitPaused', data: { on: TODAY, until } });
  expect([step.dialog.at, conversation.seen(step)[0]?.text.includes(said)]).toEqual(['idle', true]);
  const today = conversation.seen(conversation.say('/today'))[0]?.text;
  expect(today).toContain(locale === 'en' ? 'Paused: Read (through' : 'На паузе: Read (по');
});

test('a pause that is over is over by itself; another takes its place, and the same is no second one', () => {
  const conversation = withHabit();
  const { habitId } = conversation;
  const to = (days: number) => conversation.tap({ tap: 'pauseTo', habitId, to: last(days) });
  to(7);
  to(7);
  to(3);
  conversation.tap({ tap: 'pauseOpen', habitId });
  conversation.tap({ tap: 'pauseOpen', habitId });
  to(2);
  expect(conversation.events.map(({ type }) => type)).toEqual([
    'HabitPaused',
    ...['HabitResumed', 'HabitPaused', 'HabitResumed', 'HabitPaused', 'HabitResumed', 'HabitPaused'],
  ]);
  const [habit] = conversation.person.habits;
  expect(habit?.state.pauses).toEqual([{ from: TODAY, to: last(2) }]);
  expect([last(2), last(3)].map((on) => habit && isPausedOn(habit.state, on))).toEqual([true, false]);
});

test('dates that are over, and those of more than a year, are refused', () => {
  const conversation = withHabit();
  const { habitId } = conversation;
  for (const to of [last(0), last(367)])
    expect(() => conversation.tap({ tap: 'pauseTo', habitId, to })).toThrow(
      to < TODAY ? 'InThePast' : 'PauseTooLong',
    );
  conversation.tap({ tap: 'pauseTo', habitId, to: last(366) });
  expect(conversation.events).toHaveLength(1);
});
