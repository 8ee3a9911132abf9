import { expect, test } from 'vitest';
import { typed } from '#test/support/typed.ts';
import { TODAY, withHabit } from '../../conversation/fixture.ts';
import { add, message, snoozed } from './fixture.ts';

test('Done while a time is waited for ends the waiting; another dialog is not interrupted', () => {
  const conversation = withHabit();
  conversation.tap(`later:${conversation.habitId}:${TODAY}`, message);
  expect(conversation.tap(`done:${conversation.habitId}:${TODAY}`, message).dialog).toEqual({ at: 'idle' });
  conversation.tap(`undo:${conversation.habitId}:${TODAY}`, message);
  const { dialog } = conversation.say('/new');
  expect(conversation.tap(`later:${conversation.habitId}:${TODAY}`, message).dialog).toEqual(dialog);
  expect(conversation.tap(`wait:${conversation.habitId}:${TODAY}:15m`, message).dialog).toEqual(dialog);
});

test('while an amount is asked for, a reply that is no amount but a time puts the habit off', () => {
  const conversation = withHabit('numeric');
  const data = [`amount:${conversation.habitId}:${TODAY}:20`];
  conversation.tap(`done:${conversation.habitId}:${TODAY}`, message);
  const repliedTo = { messageId: 5, data };
  const step = conversation.input({ kind: 'text', text: typed('in 40 min'), repliedTo });
  expect(step.dialog).toEqual({ at: 'idle' });
  expect(step.commands).toEqual([snoozed(conversation.habitId, '11:10', '2026-11-25T10:10:00.000Z')]);
  conversation.tap(`done:${conversation.habitId}:${TODAY}`, message);
  conversation.input({ kind: 'text', text: typed('40 pages'), repliedTo });
  expect(conversation.events.at(-1)).toEqual({ type: 'HabitCheckedIn', data: { on: TODAY, value: 40 } });
});

test('words in reply to another reminder are about that one', () => {
  const conversation = withHabit();
  const walk = add(conversation, 'Walk');
  const asked = conversation.tap(`later:${conversation.habitId}:${TODAY}`, message);
  const repliedTo = { messageId: 6, data: [`done:${walk}:${TODAY}`] };
  const step = conversation.input({ kind: 'text', text: typed('in 40 min'), repliedTo });
  expect(step.commands).toEqual([snoozed(walk, '11:10', '2026-11-25T10:10:00.000Z')]);
  expect(step.dialog).toEqual(asked.dialog);
  const same = { messageId: 5, data: [`wait:${conversation.habitId}:${TODAY}:15m`] };
  const answered = conversation.input({ kind: 'text', text: typed('in 40 min'), repliedTo: same });
  expect(answered.commands).toEqual([snoozed(conversation.habitId, '11:10', '2026-11-25T10:10:00.000Z')]);
  expect(answered.dialog).toEqual({ at: 'idle' });
});
