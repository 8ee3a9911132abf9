import { expect, test } from 'vitest';
import { asHabitId } from '../../../support/ids.ts';
import { settled, withHabit } from '../conversation.ts';

const labels = (drawn: { reply_markup?: object } | undefined) =>
  JSON.stringify(drawn?.reply_markup).match(/(?<="text":")[^"]+/g);

test('a reminder is made flexible, keeps so when its days change, and exact again', () => {
  const talk = withHabit();
  const { habitId } = talk;
  const at = '09:00';
  const asked = talk.tap({ tap: 'flexible', habitId: asHabitId(habitId), at });
  expect(asked).toEqual({
    dialog: { at: 'idle' },
    orders: [],
    shows: [{ place: 'here', screen: { screen: 'flexible', habitId, at } }],
  });
  expect(talk.seen(asked)[0]?.text).toContain('Must Read come on the minute?');
  expect(labels(talk.seen(asked)[0])).toEqual([
    '✅ Exact time',
    '± 15 min',
    '± 30 min',
    '± 60 min',
    '‹ Back',
  ]);
  const everyDay = [1, 2, 3, 4, 5, 6, 7];
  const chosen = talk.tap({ tap: 'remindWithin', habitId: asHabitId(habitId), at, minutes: 30 });
  expect(chosen).toEqual({
    dialog: { at: 'idle' },
    orders: [
      {
        to: 'habit',
        habitId,
        command: { type: 'ScheduleReminder', data: { at, weekdays: everyDay, windowMinutes: 30 } },
      },
    ],
    shows: [{ place: 'here', screen: { screen: 'reminder', habitId, at } }],
  });
  expect(talk.seen(chosen)[0]?.text).toBe('⏰ Read around 09:00\n\nTap the days to switch them on and off.');
  expect(labels(talk.seen(chosen)[0])?.slice(7, 9)).toEqual(['± 30 min', '🗑 Remove']);
  talk.tap({ tap: 'remindOn', habitId: asHabitId(habitId), at, weekdays: [6, 7] });
  expect(talk.events.at(-1)).toEqual({
    type: 'ReminderScheduled',
    data: { at, weekdays: [6, 7], windowMinutes: 30 },
  });
  expect(labels(talk.seen(talk.tap({ tap: 'reminders', habitId: asHabitId(habitId) }))[0])?.[0]).toBe(
    '⏰ 09:00 (± 30 min) · at weekends',
  );
  expect(talk.seen(talk.tap({ tap: 'habit', habitId: asHabitId(habitId) }))[0]?.text).toContain(
    '⏰ around 09:00 (at weekends)',
  );
  talk.tap({ tap: 'remindWithin', habitId: asHabitId(habitId), at, minutes: 0 });
  expect(talk.events.at(-1)).toEqual({ type: 'ReminderScheduled', data: { at, weekdays: [6, 7] } });
});

test('a window that no button offers, or of a reminder that is gone, changes nothing', () => {
  const talk = withHabit();
  const { habitId } = talk;
  for (const [at, minutes] of [
    ['09:00', 7],
    ['10:00', 15],
  ] as const) {
    const step = talk.tap({ tap: 'remindWithin', habitId: asHabitId(habitId), at, minutes });
    expect(step.orders).toEqual([]);
    expect(step.shows).toEqual([{ place: 'here', screen: { screen: 'reminder', habitId, at } }]);
  }
  expect(talk.events).toEqual([]);
});

test('all reminders of a new habit can be flexible', () => {
  const talk = settled();
  talk.say('/new');
  talk.say('Walk');
  talk.tap({ tap: 'counted', as: 'yesNo' });
  talk.tap({ tap: 'often', how: 'daily' });
  talk.tap({ tap: 'draftTime', at: '12:00' });
  talk.tap({ tap: 'draftTime', at: '18:00' });
  expect(talk.tap({ tap: 'draftFlexible' }).dialog).toMatchObject({ at: 'newHabit', step: 'flexible' });
  expect(talk.say('a little').shows[0]?.above).toEqual({ key: 'use-buttons' });
  expect(talk.tap({ tap: 'draftWithin', minutes: 7 }).toast).toEqual({ key: 'toast-stale' });
  const chosen = talk.tap({ tap: 'draftWithin', minutes: 15 });
  expect(chosen.dialog).toMatchObject({ step: 'times', draft: { within: 15 } });
  expect(talk.seen(chosen)[0]?.text).toContain('at 12:00, 18:00 (± 15 min).');
  const confirm = talk.tap({ tap: 'draftTimesReady' });
  expect(talk.seen(confirm)[0]?.text).toContain('⏰ around 12:00, around 18:00');
  const created = talk.tap({ tap: 'create' });
  expect(talk.seen(created)[0]?.text).toContain('I will remind you today around 12:00.');
  const weekdays = [1, 2, 3, 4, 5, 6, 7];
  expect(talk.events.slice(1)).toEqual([
    { type: 'ReminderScheduled', data: { at: '12:00', weekdays, windowMinutes: 15 } },
    { type: 'ReminderScheduled', data: { at: '18:00', weekdays, windowMinutes: 15 } },
  ]);
});

test('the choice of a new habit is taken back, and left', () => {
  const talk = settled();
  talk.say('/new');
  talk.say('Walk');
  talk.tap({ tap: 'counted', as: 'yesNo' });
  talk.tap({ tap: 'often', how: 'daily' });
  talk.tap({ tap: 'draftTime', at: '12:00' });
  talk.tap({ tap: 'draftFlexible' });
  talk.tap({ tap: 'draftWithin', minutes: 60 });
  talk.tap({ tap: 'draftFlexible' });
  expect(talk.tap({ tap: 'back' }).dialog).toMatchObject({ step: 'times', draft: { within: 60 } });
  talk.tap({ tap: 'draftFlexible' });
  const exact = talk.tap({ tap: 'draftWithin', minutes: 0 });
  expect(exact.dialog).toEqual({
    at: 'newHabit',
    step: 'times',
    draft: { name: 'Walk', goal: { kind: 'yesNo' }, often: 'daily', weekdays: [], times: ['12:00'] },
  });
});
