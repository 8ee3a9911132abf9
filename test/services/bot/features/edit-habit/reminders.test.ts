import { expect, test } from 'vitest';
import { MAX_REMINDERS } from '#services/bot/domain/habit.ts';
import { translator } from '#services/platform/messages/i18n/translator.ts';
import { withHabit } from '../../conversation/fixture.ts';
import { pressIn } from '../../conversation/press.ts';

const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];

test('a reminder is moved by one event, and keeps its days and how exact it is', () => {
  const conversation = withHabit();
  const { habitId } = conversation;
  conversation.tap({ tap: 'remindOn', habitId, at: '09:00', weekdays: [1, 2] });
  conversation.tap({ tap: 'remindWithin', habitId, at: '09:00', minutes: 15 });
  conversation.events.length = 0;
  const list = conversation.tap({ tap: 'reminders', habitId });
  const asked = pressIn(conversation, pressIn(conversation, list, '⏰ 09:00'), 'Change time');
  expect(asked.dialog).toEqual({ at: 'movingReminder', habitId, from: '09:00' });
  expect(conversation.say('25:99').shows[0]?.above).toEqual({ key: 'time-unreadable' });
  const moved = conversation.say('9 вечера');
  expect(conversation.seen(moved)[0]?.text).toMatch(
    /^👌 It’s at 21:00 now instead of 09:00\.\n\n⏰ Read around 21:00/,
  );
  expect(conversation.events).toEqual([
    { type: 'ReminderMoved', data: { from: '09:00', at: '21:00', weekdays: [1, 2], windowMinutes: 15 } },
  ]);
  pressIn(conversation, pressIn(conversation, moved, 'Change time'), '07:00');
  expect(conversation.events.at(-1)).toEqual({
    type: 'ReminderMoved',
    data: { from: '21:00', at: '07:00', weekdays: [1, 2], windowMinutes: 15 },
  });
});

test('the tap that moved a reminder moves it once', () => {
  const conversation = withHabit();
  const { habitId } = conversation;
  const tap = { tap: 'moveTo', habitId, at: '09:00', to: '10:00' } as const;
  conversation.tap(tap);
  conversation.tap(tap);
  expect(conversation.events).toEqual([
    { type: 'ReminderMoved', data: { from: '09:00', at: '10:00', weekdays: EVERY_DAY } },
  ]);
});

test('a new reminder is as flexible as the person wants new ones', () => {
  const conversation = withHabit();
  const { habitId } = conversation;
  Object.assign(conversation.person.account, { defaultWindow: 30 });
  conversation.tap({ tap: 'addReminder', habitId });
  conversation.say('10:00');
  conversation.tap({ tap: 'remind', habitId, at: '11:00' });
  expect(conversation.events.map(({ data }) => data)).toEqual([
    { at: '10:00', weekdays: EVERY_DAY, windowMinutes: 30 },
    { at: '11:00', weekdays: EVERY_DAY, windowMinutes: 30 },
  ]);
});

test('whether to be reminded once the goal of the week is met is asked where there is one', () => {
  const conversation = withHabit();
  const { habitId } = conversation;
  const list = () => conversation.tap({ tap: 'reminders', habitId });
  expect(JSON.stringify(conversation.seen(list()))).not.toContain('goal is met');
  conversation.tap({ tap: 'editOften', habitId });
  conversation.say('3x a week');
  conversation.events.length = 0;
  const on = pressIn(conversation, list(), '⬜ Even when the goal is met');
  pressIn(conversation, on, '✅ Even when the goal is met');
  expect(conversation.events).toEqual([
    { type: 'RemindingWhenMetChanged', data: { remind: true } },
    { type: 'RemindingWhenMetChanged', data: { remind: false } },
  ]);
});

test.each(['en', 'ru'] as const)(
  '%s: the refusal of one reminder more says how many there can be',
  (locale) => {
    expect(translator(locale)('refusal-TooManyReminders')).toContain(` ${MAX_REMINDERS} `);
  },
);
