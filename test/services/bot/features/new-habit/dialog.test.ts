import { expect, test } from 'vitest';
import type { Dialog } from '#services/bot/conversation/dialog.ts';
import type { Step } from '#services/bot/conversation/step.ts';
import { type Conversation, settled, TODAY, withHabit } from '../../conversation/fixture.ts';

const blank = { weekdays: [], times: [] };
const at = (step: string, draft: object): Dialog => ({ at: 'newHabit', step, draft }) as Dialog;
const shown = (place: 'here' | 'anew', step: string, draft: object, above?: object): Step =>
  ({
    dialog: at(step, draft),
    commands: [],
    shows: [{ place, screen: { screen: 'draft', step, draft }, ...(above && { above }) }],
  }) as Step;

const created = (conversation: Conversation, place: 'here' | 'anew', data: object) => {
  const [made] = conversation.person.habits;
  return {
    dialog: { at: 'idle' },
    commands: [{ to: 'habit', habitId: made?.habitId, command: { type: 'DefineHabit', data } }],
    shows: [{ place, screen: { screen: 'habitCreated', habitId: made?.habitId } }],
  };
};

test('each step of a daily yes/no habit, exactly: the last answer makes it', () => {
  const conversation = settled();
  expect(conversation.say('/new')).toEqual(shown('anew', 'name', blank));
  const named = { ...blank, name: 'Read' };
  expect(conversation.say(' Read ')).toEqual(shown('anew', 'often', named));
  const daily = { ...named, frequency: { kind: 'daily' } };
  expect(conversation.tap({ tap: 'often', how: 'daily' })).toEqual(shown('here', 'times', daily));
  expect(conversation.tap({ tap: 'draftTime', at: '21:00' })).toEqual(
    created(conversation, 'here', {
      name: 'Read',
      goal: { kind: 'yesNo' },
      frequency: { kind: 'daily' },
      reminders: [{ at: '21:00', weekdays: [1, 2, 3, 4, 5, 6, 7] }],
    }),
  );
});

test('the time can be typed, or several, or none be wanted', () => {
  const remindersAfter = (answer: (conversation: Conversation) => unknown) => {
    const conversation = settled();
    conversation.say('/new');
    conversation.say('Read');
    conversation.tap({ tap: 'often', how: 'daily' });
    answer(conversation);
    expect(conversation.dialog).toEqual({ at: 'idle' });
    return conversation.person.habits[0]?.state.reminders.map(({ at }) => at);
  };
  expect(remindersAfter((conversation) => conversation.say('9pm'))).toEqual(['21:00']);
  expect(remindersAfter((conversation) => conversation.say('8 and 20'))).toEqual(['08:00', '20:00']);
  expect(remindersAfter((conversation) => conversation.tap({ tap: 'draftTimesReady' }))).toEqual([]);
});

test('one line is all, and is shown before the habit is made', () => {
  const conversation = settled();
  const step = conversation.say('/new 🏃 Run 5 km 3x a week at 7:30 and 21');
  expect(conversation.seen(step)[0]?.text).toBe(
    '🏃 Run. Does this look right?\n\n🎯 at least 5 km\n📆 3 times a calendar week (Mon to Sun)\n⏰ 07:30, 21:00',
  );
  expect(conversation.tap({ tap: 'create' })).toEqual(
    created(conversation, 'here', {
      name: 'Run',
      emoji: '🏃',
      goal: { kind: 'numeric', direction: 'atLeast', target: 5, unit: 'km' },
      frequency: { kind: 'timesPerWeek', times: 3 },
      reminders: ['07:30', '21:00'].map((at) => ({ at, weekdays: [1, 2, 3, 4, 5, 6, 7] })),
    }),
  );
});

test('of a line only what is missing is asked', () => {
  const conversation = settled();
  expect(conversation.say('/new Coffee max 3 cups').dialog).toMatchObject({ step: 'often' });
  expect(conversation.say('every day').dialog).toMatchObject({ step: 'times' });
  expect(conversation.tap({ tap: 'draftTime', at: '20:00' }).dialog).toMatchObject({ step: 'confirm' });
  const line = settled();
  expect(line.say('/new every day at 9').dialog).toMatchObject({ step: 'name' });
  expect(line.say('Read').dialog).toMatchObject({ step: 'confirm' });
});

test('each part of what was understood is changed from the summary, by a button or in words', () => {
  const conversation = settled();
  conversation.say('/new Water 8 glasses every day at 10');
  conversation.tap({ tap: 'goal', direction: 'atMost' });
  conversation.tap({ tap: 'draftStep', step: 'often' });
  conversation.tap({ tap: 'often', how: 'weekdays' });
  expect(conversation.tap({ tap: 'draftDaysReady' }).toast).toEqual({ key: 'toast-no-days' });
  conversation.tap({ tap: 'draftDays', weekdays: [1, 5] });
  conversation.tap({ tap: 'draftDaysReady' });
  conversation.tap({ tap: 'draftStep', step: 'part' });
  conversation.tap({ tap: 'draftPart', part: 'morning' });
  conversation.tap({ tap: 'draftStep', step: 'times' });
  conversation.tap({ tap: 'draftTime', at: '08:00' });
  conversation.tap({ tap: 'draftNoTime', at: '10:00' });
  conversation.tap({ tap: 'draftTimesReady' });
  conversation.tap({ tap: 'draftStep', step: 'name' });
  conversation.say('💧 Pure water');
  conversation.say('6 glasses');
  conversation.tap({ tap: 'create' });
  expect(conversation.events).toEqual([
    {
      type: 'HabitDefined',
      data: {
        name: 'Pure water',
        emoji: '💧',
        goal: { kind: 'numeric', direction: 'atLeast', target: 6, unit: 'glasses' },
        frequency: { kind: 'weekdays', weekdays: [1, 5] },
        group: { kind: 'part', part: 'morning' },
      },
    },
    { type: 'ReminderScheduled', data: { at: '08:00', weekdays: [1, 5] } },
  ]);
});

test('a minimum or a limit is understood in one answer, and else asked', () => {
  const goalAfter = (answer: string) => {
    const conversation = settled();
    conversation.say('/new Water every day at 10');
    conversation.tap({ tap: 'draftStep', step: 'counted' });
    conversation.tap({ tap: 'counted', as: 'numeric' });
    const { dialog } = conversation.say(answer);
    return dialog.at === 'newHabit' ? [dialog.step, dialog.draft.goal] : [];
  };
  const numeric = { kind: 'numeric', direction: 'atLeast', target: 8, unit: 'glasses' };
  expect(goalAfter('at least 8 glasses')).toEqual(['confirm', numeric]);
  expect(goalAfter('max 8 glasses')).toEqual(['confirm', { ...numeric, direction: 'atMost' }]);
  expect(goalAfter('8 glasses')).toEqual(['direction', numeric]);
});

test('a second habit of the same name is made only when that is wanted', () => {
  const conversation = withHabit();
  conversation.say('/new');
  conversation.say('read');
  conversation.tap({ tap: 'often', how: 'daily' });
  const step = conversation.tap({ tap: 'draftTime', at: '09:00' });
  expect(step.dialog).toMatchObject({ step: 'confirm' });
  const [seen] = conversation.seen(step);
  expect(seen?.text).toContain('⚠️ You already have a habit called “read”.');
  expect(JSON.stringify(seen?.reply_markup)).toContain('✅ Make it anyway');
  conversation.tap({ tap: 'create' });
  expect(conversation.person.habits).toHaveLength(2);
});

test('a habit just made is undone for good, but not once it has an entry', () => {
  const conversation = withHabit();
  const { habitId } = conversation;
  conversation.tap(`done:${habitId}:${TODAY}`);
  expect(conversation.tap({ tap: 'undoNew', habitId }).toast).toEqual({ key: 'toast-stale' });
  conversation.tap(`undo:${habitId}:${TODAY}`);
  conversation.events.length = 0;
  conversation.tap({ tap: 'undoNew', habitId });
  expect(conversation.events).toEqual([{ type: 'HabitDeleted', data: {} }]);
  expect(conversation.tap({ tap: 'undoNew', habitId }).toast).toEqual({ key: 'refusal-HabitNotFound' });
});

test('a reminder is as flexible as the person wants new ones', () => {
  const conversation = settled();
  conversation.input({ kind: 'command', name: 'new' });
  const { account } = conversation.person;
  Object.assign(account, { defaultWindow: 30 });
  conversation.say('/new Read daily at 9');
  conversation.tap({ tap: 'create' });
  expect(conversation.person.habits[0]?.state.reminders).toMatchObject([{ at: '09:00', windowMinutes: 30 }]);
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
  conversation.say('/new Read daily at 0:00');
  conversation.tap({ tap: 'draftStep', step: 'times' });
  for (let hour = 1; hour < 12; hour++) conversation.say(`${hour}:00`);
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
  conversation.say('/new Read daily at 9');
  conversation.tap({ tap: 'draftStep', step: 'counted' });
  conversation.tap({ tap: 'counted', as: 'numeric' });
  expect(conversation.say(text).shows[0]?.above).toEqual({ key: 'target-unreadable', args: { most: 24 } });
  expect(conversation.dialog).toMatchObject({ at: 'newHabit', step: 'target' });
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
