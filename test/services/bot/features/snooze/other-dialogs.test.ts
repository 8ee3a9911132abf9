import { expect, test } from 'vitest';
import { type Conversation, TODAY, withHabit } from '../../conversation/fixture.ts';

/** 25 November 2026, 10:30 in Berlin. */
const NOW_AT = '2026-11-25T09:30:00.000Z';
const _other = 'zzzzzzzzzzzzz';

const snoozed = (habitId: string, at: string, untilAt: string, on = TODAY) => ({
  to: 'habit',
  habitId,
  command: { type: 'SnoozeReminder', data: { on, at, untilAt, nowAt: NOW_AT } },
});

const message = { messageId: 5, data: [] };

/** One more habit for a person who has some. */
function add(conversation: Conversation, name: string): string {
  const before = new Set(conversation.person.habits.map(({ habitId }) => habitId));
  conversation.say('/new');
  conversation.say(name);
  conversation.tap({ tap: 'counted', as: 'yesNo' });
  conversation.tap({ tap: 'often', how: 'daily' });
  conversation.tap({ tap: 'draftTimesReady' });
  conversation.tap({ tap: 'create' });
  conversation.events.length = 0;
  return conversation.person.habits.find(({ habitId }) => !before.has(habitId))?.habitId ?? '';
}

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
  const step = conversation.input({ kind: 'text', text: 'in 40 min', repliedTo });
  expect(step.dialog).toEqual({ at: 'idle' });
  expect(step.commands).toEqual([snoozed(conversation.habitId, '11:10', '2026-11-25T10:10:00.000Z')]);
  conversation.tap(`done:${conversation.habitId}:${TODAY}`, message);
  conversation.input({ kind: 'text', text: '40 min', repliedTo });
  expect(conversation.events.at(-1)).toEqual({ type: 'HabitCheckedIn', data: { on: TODAY, value: 40 } });
});

test('words in reply to another reminder are about that one', () => {
  const conversation = withHabit();
  const walk = add(conversation, 'Walk');
  const asked = conversation.tap(`later:${conversation.habitId}:${TODAY}`, message);
  const repliedTo = { messageId: 6, data: [`done:${walk}:${TODAY}`] };
  const step = conversation.input({ kind: 'text', text: 'in 40 min', repliedTo });
  expect(step.commands).toEqual([snoozed(walk, '11:10', '2026-11-25T10:10:00.000Z')]);
  expect(step.dialog).toEqual(asked.dialog);
  const same = { messageId: 5, data: [`wait:${conversation.habitId}:${TODAY}:15m`] };
  const answered = conversation.input({ kind: 'text', text: 'in 40 min', repliedTo: same });
  expect(answered.commands).toEqual([snoozed(conversation.habitId, '11:10', '2026-11-25T10:10:00.000Z')]);
  expect(answered.dialog).toEqual({ at: 'idle' });
});
