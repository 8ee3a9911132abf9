import { expect, test } from 'vitest';
import { asHabitId } from '../../../../support/ids.ts';
import { settled, withHabit } from '../../conversation/fixture.ts';

const labels = (rendered: { reply_markup?: object } | undefined) =>
  JSON.stringify(rendered?.reply_markup).match(/(?<="text":")[^"]+/g);

test('a reminder is made flexible, keeps so when its days change, and exact again', () => {
  const conversation = withHabit();
  const { habitId } = conversation;
  const at = '09:00';
  const asked = conversation.tap({ tap: 'flexible', habitId: asHabitId(habitId), at });
  expect(asked).toEqual({
    dialog: { at: 'idle' },
    commands: [],
    shows: [{ place: 'here', screen: { screen: 'flexible', habitId, at } }],
  });
  expect(conversation.seen(asked)[0]?.text).toContain('Does Read have to be exactly on time?');
  expect(labels(conversation.seen(asked)[0])).toEqual([
    '✅ Exact time',
    '± 15 min',
    '± 30 min',
    '± 60 min',
    '‹ Back',
  ]);
  const everyDay = [1, 2, 3, 4, 5, 6, 7];
  const chosen = conversation.tap({ tap: 'remindWithin', habitId: asHabitId(habitId), at, minutes: 30 });
  expect(chosen).toEqual({
    dialog: { at: 'idle' },
    commands: [
      {
        to: 'habit',
        habitId,
        command: { type: 'ScheduleReminder', data: { at, weekdays: everyDay, windowMinutes: 30 } },
      },
    ],
    shows: [{ place: 'here', screen: { screen: 'reminder', habitId, at } }],
  });
  expect(conversation.seen(chosen)[0]?.text).toBe(
    '⏰ Read around 09:00\n\nTap the days to switch them on and off.',
  );
  expect(labels(conversation.seen(chosen)[0])?.slice(7, 10)).toEqual([
    '🕘 Change time',
    '± 30 min',
    '🗑 Remove',
  ]);
  conversation.tap({ tap: 'remindOn', habitId: asHabitId(habitId), at, weekdays: [6, 7] });
  expect(conversation.events.at(-1)).toEqual({
    type: 'ReminderScheduled',
    data: { at, weekdays: [6, 7], windowMinutes: 30 },
  });
  expect(
    labels(conversation.seen(conversation.tap({ tap: 'reminders', habitId: asHabitId(habitId) }))[0])?.[0],
  ).toBe('⏰ 09:00 (± 30 min) · on weekends');
  expect(
    conversation.seen(conversation.tap({ tap: 'habit', habitId: asHabitId(habitId) }))[0]?.text,
  ).toContain('⏰ around 09:00 (on weekends)');
  conversation.tap({ tap: 'remindWithin', habitId: asHabitId(habitId), at, minutes: 0 });
  expect(conversation.events.at(-1)).toEqual({ type: 'ReminderScheduled', data: { at, weekdays: [6, 7] } });
});

test('a window that no button offers, or of a reminder that is gone, changes nothing', () => {
  const conversation = withHabit();
  const { habitId } = conversation;
  for (const [at, minutes] of [
    ['09:00', 7],
    ['10:00', 15],
  ] as const) {
    const step = conversation.tap({ tap: 'remindWithin', habitId: asHabitId(habitId), at, minutes });
    expect(step.commands).toEqual([]);
    expect(step.shows).toEqual([{ place: 'here', screen: { screen: 'reminder', habitId, at } }]);
  }
  expect(conversation.events).toEqual([]);
});

test('all reminders of a new habit can be flexible', () => {
  const conversation = settled();
  conversation.say('/new Walk daily at 12:00');
  conversation.tap({ tap: 'draftStep', step: 'times' });
  conversation.tap({ tap: 'draftTime', at: '18:00' });
  expect(conversation.tap({ tap: 'draftFlexible' }).dialog).toMatchObject({
    at: 'newHabit',
    step: 'flexible',
  });
  expect(conversation.say('a little').shows[0]?.above).toEqual({ key: 'use-buttons' });
  expect(conversation.tap({ tap: 'draftWithin', minutes: 7 }).toast).toEqual({ key: 'toast-stale' });
  const chosen = conversation.tap({ tap: 'draftWithin', minutes: 15 });
  expect(chosen.dialog).toMatchObject({ step: 'times', draft: { within: 15 } });
  expect(conversation.seen(chosen)[0]?.text).toContain('at 12:00, 18:00 (± 15 min).');
  const confirm = conversation.tap({ tap: 'draftTimesReady' });
  expect(conversation.seen(confirm)[0]?.text).toContain('⏰ around 12:00, around 18:00');
  const created = conversation.tap({ tap: 'create' });
  expect(conversation.seen(created)[0]?.text).toContain('I’ll remind you today around 12:00.');
  const weekdays = [1, 2, 3, 4, 5, 6, 7];
  expect(conversation.events.slice(1)).toEqual([
    { type: 'ReminderScheduled', data: { at: '12:00', weekdays, windowMinutes: 15 } },
    { type: 'ReminderScheduled', data: { at: '18:00', weekdays, windowMinutes: 15 } },
  ]);
});

test('the choice of a new habit is taken back, and left', () => {
  const conversation = settled();
  conversation.say('/new Walk daily at 12:00');
  conversation.tap({ tap: 'draftStep', step: 'times' });
  conversation.tap({ tap: 'draftFlexible' });
  conversation.tap({ tap: 'draftWithin', minutes: 60 });
  conversation.tap({ tap: 'draftFlexible' });
  expect(conversation.tap({ tap: 'back' }).dialog).toMatchObject({ step: 'times', draft: { within: 60 } });
  conversation.tap({ tap: 'draftFlexible' });
  const exact = conversation.tap({ tap: 'draftWithin', minutes: 0 });
  expect(exact.dialog).toEqual({
    at: 'newHabit',
    step: 'times',
    draft: {
      name: 'Walk',
      frequency: { kind: 'daily' },
      weekdays: [],
      times: ['12:00'],
      timed: true,
      understood: true,
    },
  });
});
