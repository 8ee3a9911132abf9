import { expect, test } from 'vitest';
import { render } from '#services/bot/conversation/render.ts';
import { NOW_MS, reference, TODAY, withHabit } from '../../conversation/fixture.ts';
import { message } from './fixture.ts';

test('what was put off is not promised while nothing comes', () => {
  const conversation = withHabit();
  conversation.tap(`wait:${conversation.habitId}:${TODAY}:60m`, message);
  const shown = () =>
    conversation.seen(conversation.tap(`show:${conversation.habitId}:${TODAY}`, message))[0]?.text;
  expect(shown()).toBe('💤 Read\nSnoozed until 11:30');
  conversation.tap({ tap: 'remindersOff' });
  expect(shown()).toBe('⏰ Read');
  conversation.tap({ tap: 'remindersOn' });
  conversation.tap({ tap: 'away', from: TODAY, to: TODAY });
  expect(shown()).toBe('⏰ Read');
});

test('once its minute has come, a habit is no longer shown as put off', () => {
  const conversation = withHabit();
  conversation.tap(`wait:${conversation.habitId}:${TODAY}:15m`, message);
  const card = { screen: 'card', items: [{ habitId: conversation.habitId, on: TODAY }] } as const;
  const shownAt = (nowMs: number) =>
    render(
      { screen: { ...card, items: [...card.items] } },
      { ...conversation.person, nowMs },
      reference.places,
    ).text;
  expect(shownAt(NOW_MS + 15 * 60_000 - 1)).toBe('💤 Read\nSnoozed until 10:45');
  expect(shownAt(NOW_MS + 15 * 60_000)).toBe('⏰ Read');
});

test('after midnight, before the day has ended, tomorrow is what comes after the night', () => {
  const conversation = withHabit('yesNo', Date.parse('2026-11-26T00:30:00Z'));
  conversation.tap({ tap: 'dayStartsAt', at: '03:00' });
  conversation.tap(`later:${conversation.habitId}:${TODAY}`, message);
  conversation.say('tomorrow at 9');
  expect(conversation.events.at(-1)).toEqual({
    type: 'ReminderSnoozed',
    data: { on: TODAY, at: '09:00', untilAt: '2026-11-26T08:00:00.000Z' },
  });
});

test('late in the evening no evening is offered, and a time after midnight is tomorrow’s', () => {
  const conversation = withHabit('yesNo', Date.parse('2026-11-25T22:20:30Z'));
  const offer = conversation.seen(conversation.tap(`later:${conversation.habitId}:${TODAY}`, message))[0];
  expect(JSON.stringify(offer?.reply_markup).match(/\d+m(?="\})/g)).toEqual(['15m', '60m', '120m']);
  conversation.say('0:15');
  expect(conversation.events).toEqual([
    { type: 'ReminderSnoozed', data: { on: TODAY, at: '00:15', untilAt: '2026-11-25T23:15:00.000Z' } },
  ]);
  conversation.tap(`later:${conversation.habitId}:${TODAY}`, message);
  conversation.say('1 min');
  expect(conversation.events[1]).toEqual({
    type: 'ReminderSnoozed',
    data: { on: TODAY, at: '23:22', untilAt: '2026-11-25T22:22:00.000Z' },
  });
  expect(conversation.seen(conversation.tap(`show:${conversation.habitId}:${TODAY}`))[0]?.text).toBe(
    '💤 Read\nSnoozed until 23:22',
  );
});

test.each([
  ['2026-11-25T12:00:00Z', '1:30', '13:30'],
  ['2026-11-25T09:30:00Z', 'at 9', '21:00'],
  ['2026-11-25T09:30:00Z', 'at 11', '11:00'],
  ['2026-11-25T22:30:00Z', 'at 7', '07:00'],
  ['2026-11-25T22:30:00Z', '1:30', '01:30'],
])('at %s, %s is the next such time on a clock of twelve hours: %s', (nowAt, words, at) => {
  const conversation = withHabit('yesNo', Date.parse(nowAt));
  const { habitId } = conversation;
  conversation.tap(`later:${habitId}:${conversation.person.today}`, { messageId: 5, data: [] });
  conversation.say(words);
  expect(conversation.events.at(-1)).toMatchObject({ type: 'ReminderSnoozed', data: { at } });
});
