import { expect, test } from 'vitest';
import { type Conversation, TODAY, withHabit } from '../../conversation/fixture.ts';
import { pressIn } from '../../conversation/press.ts';

/** The habit's own screen, with which each change begins. */
function open(goal: 'yesNo' | 'numeric' = 'yesNo') {
  const conversation = withHabit(goal);
  const { habitId } = conversation;
  return { conversation, habitId, screen: () => conversation.tap({ tap: 'editHabit', habitId }) };
}

const state = (conversation: Conversation) => conversation.person.habits[0]?.state;
const above = (step: ReturnType<Conversation['say']>) => step.shows[0]?.above;

test('what a habit is shows a button for each part of it', () => {
  const { conversation, screen } = open('numeric');
  const [seen] = conversation.seen(screen());
  expect(seen?.text).toBe(
    'Read\n\n🎯 at least 20 pages\n📆 every day\n⏰ 09:00\n\nWhat would you like to change?',
  );
});

test('the goal: another amount, unit and direction, in one answer or asked for', () => {
  const { conversation, screen } = open('numeric');
  conversation.tap({ tap: 'dayAmount', habitId: conversation.habitId, on: TODAY, page: 0, value: 5 });
  conversation.events.length = 0;
  expect(pressIn(conversation, screen(), '🎯 Goal').dialog).toMatchObject({
    at: 'editingHabit',
    step: 'target',
  });
  expect(above(conversation.say('many'))).toMatchObject({ key: 'target-unreadable' });
  const saved = conversation.say('max 3 chapters');
  expect(saved.dialog).toEqual({ at: 'idle' });
  expect(conversation.seen(saved)[0]?.text).toMatch(/^👌 Saved\.\n\nRead\n\n🎯 at most 3 chapters\n/);
  pressIn(conversation, screen(), '🎯 Goal');
  const asked = conversation.say('2,5 часа');
  expect(asked.dialog).toMatchObject({ step: 'direction' });
  pressIn(conversation, asked, 'at least');
  const numeric = { kind: 'numeric', target: 3, unit: 'chapters', direction: 'atMost' };
  expect(conversation.events).toEqual([
    { type: 'GoalChanged', data: { goal: numeric } },
    { type: 'GoalChanged', data: { goal: { ...numeric, direction: 'atLeast', target: 2.5, unit: 'часа' } } },
  ]);
});

test('how it is counted changes as long as nothing was counted', () => {
  const { conversation, habitId, screen } = open();
  pressIn(conversation, pressIn(conversation, screen(), '🎯 Goal'), 'A number');
  conversation.say('at least 20 pages');
  expect(state(conversation)?.goal).toMatchObject({ kind: 'numeric', target: 20 });
  pressIn(conversation, pressIn(conversation, screen(), '🎯 Goal'), 'Done or not');
  expect(state(conversation)?.goal).toEqual({ kind: 'yesNo' });
  conversation.tap(`done:${habitId}:${TODAY}`);
  expect(JSON.stringify(conversation.seen(screen()))).not.toContain('🎯 Goal');
  expect(conversation.tap({ tap: 'editGoal', habitId }).toast).toEqual({ key: 'refusal-OtherKind' });
});

test('how often, by buttons and in words; reminders of all days go with it', () => {
  const { conversation, screen } = open();
  let step = pressIn(conversation, screen(), '📆 How often');
  step = pressIn(conversation, step, 'On chosen weekdays');
  step = pressIn(conversation, step, 'Mon');
  step = pressIn(conversation, step, 'Wed');
  step = pressIn(conversation, step, 'Ready');
  expect(step.dialog).toEqual({ at: 'idle' });
  expect(state(conversation)).toMatchObject({
    frequency: { kind: 'weekdays', weekdays: [1, 3] },
    reminders: [{ at: '09:00', weekdays: [1, 3] }],
  });
  pressIn(conversation, screen(), '📆 How often');
  expect(above(conversation.say('often'))).toEqual({ key: 'often-unreadable' });
  conversation.say('дважды в месяц');
  expect(state(conversation)).toMatchObject({
    frequency: { kind: 'timesPerMonth', times: 2 },
    reminders: [{ at: '09:00', weekdays: [1, 2, 3, 4, 5, 6, 7] }],
  });
});

test('Back and Cancel lead from each question to the habit, which stays as it was', () => {
  const { conversation, habitId, screen } = open();
  const card = [{ place: 'here', screen: { screen: 'editHabit', habitId } }];
  for (const way of ['‹ Back', '✖️ Cancel']) {
    const back = pressIn(conversation, pressIn(conversation, screen(), '📆 How often'), way);
    expect([back.dialog, back.shows]).toEqual([{ at: 'idle' }, card]);
  }
  const target = pressIn(conversation, pressIn(conversation, screen(), '🎯 Goal'), 'A number');
  expect(pressIn(conversation, target, '‹ Back').dialog).toMatchObject({ step: 'counted' });
  for (const part of ['😀 Emoji', '🗂 Group']) {
    let step = pressIn(conversation, screen(), part);
    if (part === '🗂 Group') step = pressIn(conversation, step, 'New group');
    expect(pressIn(conversation, step, 'Cancel').shows).toEqual(card);
  }
  expect(conversation.events).toEqual([]);
});

test('buttons of an older question change nothing', () => {
  const { conversation, habitId } = open();
  conversation.tap({ tap: 'editOften', habitId });
  for (const tap of [
    { tap: 'create' },
    { tap: 'idea', index: 0 },
    { tap: 'draftTime', at: '10:00' },
    { tap: 'goal', direction: 'atMost' },
    { tap: 'timesPerWeek', times: 2 },
  ] as const)
    expect(conversation.tap(tap).toast).toEqual({ key: 'toast-stale' });
  expect(conversation.events).toEqual([]);
});

test('the emoji: typed, tapped, taken away', () => {
  const { conversation, screen } = open();
  pressIn(conversation, screen(), '😀 Emoji');
  for (const text of ['abc', '📖📖', '1', '', 'ﷺ'.repeat(4096)])
    expect(above(conversation.say(text))).toEqual({ key: 'refusal-WrongEmoji' });
  expect(conversation.seen(conversation.say(' 👨‍👩‍👧 '))[0]?.text).toMatch(/^👨‍👩‍👧 Read\n/);
  pressIn(conversation, pressIn(conversation, screen(), '😀 Emoji'), '📖');
  expect(state(conversation)?.emoji).toBe('📖');
  pressIn(conversation, pressIn(conversation, screen(), '😀 Emoji'), 'No emoji');
  expect(conversation.events.map(({ data }) => data)).toEqual([
    { emoji: '👨‍👩‍👧' },
    { emoji: '📖' },
    { emoji: null },
  ]);
  expect(() => conversation.tap(`emojiIs:${conversation.habitId}:🏃🏃`)).toThrow('WrongEmoji');
  expect(conversation.tap(`emojiIs:${conversation.habitId}:`).toast).toEqual({ key: 'toast-unknown' });
});
