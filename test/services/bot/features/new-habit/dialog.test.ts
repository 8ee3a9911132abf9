import { expect, test } from 'vitest';
import type { Dialog } from '#services/bot/conversation/dialog.ts';
import type { Step } from '#services/bot/conversation/step.ts';
import { settled, TODAY, withHabit } from '../../conversation/fixture.ts';

const blank = { weekdays: [], times: [] };
const at = (step: string, draft: object): Dialog => ({ at: 'newHabit', step, draft }) as Dialog;
const shown = (place: 'here' | 'anew', step: string, draft: object, above?: object): Step =>
  ({
    dialog: at(step, draft),
    commands: [],
    shows: [{ place, screen: { screen: 'draft', step, draft }, ...(above && { above }) }],
  }) as Step;

test('each step of a daily yes/no habit, exactly', () => {
  const conversation = settled();
  expect(conversation.say('/new')).toEqual(shown('anew', 'name', blank));
  const named = { ...blank, name: 'Read' };
  expect(conversation.say(' Read ')).toEqual(shown('anew', 'counted', named));
  const counted = { ...named, goal: { kind: 'yesNo' } };
  expect(conversation.tap({ tap: 'counted', as: 'yesNo' })).toEqual(shown('here', 'often', counted));
  const daily = { ...counted, often: 'daily' };
  expect(conversation.tap({ tap: 'often', how: 'daily' })).toEqual(shown('here', 'times', daily));
  const once = { ...daily, times: ['21:00'] };
  expect(conversation.say('9pm')).toEqual(shown('anew', 'times', once));
  const twice = { ...daily, times: ['09:00', '21:00'] };
  expect(conversation.tap({ tap: 'draftTime', at: '09:00' })).toEqual(shown('here', 'times', twice));
  expect(conversation.tap({ tap: 'draftTime', at: '09:00' })).toEqual(shown('here', 'times', twice));
  expect(conversation.tap({ tap: 'draftNoTime', at: '09:00' })).toEqual(shown('here', 'times', once));
  expect(conversation.tap({ tap: 'draftTimesReady' })).toEqual(shown('here', 'confirm', once));
  expect(conversation.tap({ tap: 'create' })).toEqual({
    dialog: { at: 'idle' },
    commands: [
      {
        to: 'habit',
        habitId: conversation.person.habits[0]?.habitId,
        command: {
          type: 'DefineHabit',
          data: {
            name: 'Read',
            goal: { kind: 'yesNo' },
            frequency: { kind: 'daily' },
            reminders: [{ at: '21:00', weekdays: [1, 2, 3, 4, 5, 6, 7] }],
          },
        },
      },
    ],
    shows: [
      { place: 'here', screen: { screen: 'habitCreated', habitId: conversation.person.habits[0]?.habitId } },
    ],
  });
});

test('a numeric habit on weekdays is reminded of on its days', () => {
  const conversation = settled();
  conversation.say('/new');
  conversation.tap({ tap: 'idea', index: 0 });
  conversation.tap({ tap: 'counted', as: 'numeric' });
  conversation.say('2,500 steps');
  conversation.tap({ tap: 'goal', direction: 'atMost' });
  conversation.tap({ tap: 'often', how: 'weekdays' });
  expect(conversation.tap({ tap: 'draftDaysReady' }).toast).toEqual({ key: 'toast-no-days' });
  conversation.tap({ tap: 'draftDays', weekdays: [1, 5] });
  conversation.tap({ tap: 'draftDaysReady' });
  conversation.tap({ tap: 'draftTime', at: '08:00' });
  conversation.tap({ tap: 'draftTimesReady' });
  conversation.tap({ tap: 'create' });
  expect(conversation.events).toEqual([
    {
      type: 'HabitDefined',
      data: {
        name: '📖 Read',
        goal: { kind: 'numeric', direction: 'atMost', target: 2500, unit: 'steps' },
        frequency: { kind: 'weekdays', weekdays: [1, 5] },
      },
    },
    { type: 'ReminderScheduled', data: { at: '08:00', weekdays: [1, 5] } },
  ]);
});

test('some times a week, without reminders', () => {
  const conversation = settled();
  conversation.say('/new');
  conversation.say('Run');
  conversation.tap({ tap: 'counted', as: 'yesNo' });
  conversation.tap({ tap: 'often', how: 'timesAWeek' });
  expect(conversation.tap({ tap: 'timesAWeek', times: 7 }).toast).toEqual({ key: 'toast-stale' });
  conversation.tap({ tap: 'timesAWeek', times: 3 });
  conversation.tap({ tap: 'draftTimesReady' });
  conversation.tap({ tap: 'create' });
  expect(conversation.events).toEqual([
    {
      type: 'HabitDefined',
      data: { name: 'Run', goal: { kind: 'yesNo' }, frequency: { kind: 'timesInDays', times: 3, days: 7 } },
    },
  ]);
});

test.each([
  ['\u200b\u200d', { key: 'name-empty', args: { most: 64, length: 0 } }],
  ['x'.repeat(4096), { key: 'name-long', args: { most: 64, length: 4096 } }],
])('a name that cannot be taken is asked for again (%#)', (text, above) => {
  const conversation = settled();
  conversation.say('/new');
  expect(conversation.say(text)).toEqual(shown('anew', 'name', blank, above));
});

test.each(['25:99', '24:00', '13pm', 'tomorrow', '\u200b'])(
  '%j as a time is refused with an example',
  (text) => {
    const conversation = settled();
    conversation.say('/new');
    conversation.say('Read');
    conversation.tap({ tap: 'counted', as: 'yesNo' });
    conversation.tap({ tap: 'often', how: 'daily' });
    const step = conversation.say(text);
    expect(step.shows[0]?.above).toEqual({ key: 'time-unreadable' });
    expect(conversation.seen(step)[0]?.text).toMatch(
      /^🤔 I couldn’t read that as a time. Send it like 9:30, 21:00 or 9pm\.\n\n⏰ When/,
    );
  },
);

test('a thirteenth time is refused', () => {
  const conversation = settled();
  conversation.say('/new');
  conversation.say('Read');
  conversation.tap({ tap: 'counted', as: 'yesNo' });
  conversation.tap({ tap: 'often', how: 'daily' });
  for (let hour = 0; hour < 12; hour++) conversation.say(`${hour}:00`);
  expect(conversation.say('12:00').shows[0]?.above).toEqual({ key: 'too-many-times', args: { most: 12 } });
  expect(conversation.tap({ tap: 'draftTime', at: '12:00' }).toast).toEqual({
    key: 'refusal-TooManyReminders',
  });
  conversation.tap({ tap: 'draftTimesReady' });
  conversation.tap({ tap: 'create' });
  expect(conversation.events).toHaveLength(13);
});

test.each(['many', '-3', `20 ${'y'.repeat(25)}`])('%j as a target is refused with an example', (text) => {
  const conversation = settled();
  conversation.say('/new');
  conversation.say('Read');
  conversation.tap({ tap: 'counted', as: 'numeric' });
  expect(conversation.say(text).shows[0]?.above).toEqual({ key: 'target-unreadable', args: { most: 24 } });
  expect(conversation.dialog).toEqual(at('target', { ...blank, name: 'Read' }));
});

test('a reminder’s Done in the middle of a new habit leaves the new habit where it was', () => {
  const conversation = withHabit();
  conversation.say('/new');
  conversation.say('Walk');
  const before = conversation.dialog;
  conversation.tap(`done:${conversation.habitId}:${TODAY}`);
  expect(conversation.dialog).toEqual(before);
  expect(conversation.events).toEqual([{ type: 'HabitCheckedIn', data: { on: TODAY, value: 1 } }]);
});

test('a hundred habits are the most', () => {
  const conversation = withHabit();
  const one = conversation.person.habits[0];
  for (let n = 0; one && n < 99; n++) (conversation.person.habits as unknown[]).push({ ...one });
  expect(conversation.say('/new').shows[0]?.screen).toEqual({
    screen: 'notice',
    phrase: { key: 'too-many-habits', args: { most: 100 } },
    cancel: false,
  });
});
