import { expect, test } from 'vitest';
import { TODAY, withHabit } from '../../conversation/fixture.ts';
import { pressIn } from '../../conversation/press.ts';

test('a habit is deleted for good once it is said what goes with it', () => {
  const conversation = withHabit();
  const { habitId } = conversation;
  conversation.tap(`done:${habitId}:${TODAY}`);
  conversation.events.length = 0;
  const asked = pressIn(conversation, conversation.tap({ tap: 'editHabit', habitId }), '🗑 Delete');
  expect(conversation.seen(asked)[0]?.text).toBe(
    '🗑 Delete Read for good?\n\nIts 1 day, notes and reminders go with it, and can’t be brought back.\n\n' +
      'The archive keeps everything and sends no reminders.',
  );
  expect(conversation.events).toEqual([]);
  conversation.tap({ tap: 'rename', habitId });
  const gone = pressIn(conversation, asked, 'Yes, delete it for good');
  expect(conversation.events).toEqual([{ type: 'HabitDeleted', data: {} }]);
  expect(gone.dialog).toEqual({ at: 'idle' });
  expect(conversation.seen(gone)[0]?.text).toMatch(/^🗑 “Read” is deleted\./);
  for (const tap of ['deleteForGood', 'editHabit', 'restore', 'delete'] as const)
    expect(conversation.tap({ tap, habitId }).toast).toEqual({ key: 'refusal-HabitNotFound' });
});

test('the archive is offered instead, and an archived habit is deleted too', () => {
  const conversation = withHabit();
  const { habitId } = conversation;
  const archived = pressIn(conversation, conversation.tap({ tap: 'delete', habitId }), 'Archive it instead');
  const asked = pressIn(conversation, archived, '🗑 Delete');
  expect(JSON.stringify(conversation.seen(asked))).not.toContain('Archive it instead');
  pressIn(conversation, asked, 'Yes, delete it for good');
  expect(conversation.events.map(({ type }) => type)).toEqual(['HabitArchived', 'HabitDeleted']);
  expect(conversation.person.habits).toEqual([]);
});
