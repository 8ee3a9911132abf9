import { expect, test } from 'vitest';
import { type Conversation, settled } from '../../conversation/fixture.ts';
import { pressIn } from '../../conversation/press.ts';

function having(...lines: string[]): Conversation {
  const conversation = settled();
  for (const line of lines) {
    conversation.say(`/new ${line} daily, no reminders`);
    conversation.tap({ tap: 'create' });
  }
  conversation.events.length = 0;
  return conversation;
}

const names = ({ person }: Conversation) => person.habits.map(({ state }) => state.name);
const idOf = ({ person }: Conversation, name: string) => {
  const found = person.habits.find(({ state }) => state.name === name);
  if (!found) throw new Error(name);
  return found.habitId;
};
const rowOf = (conversation: Conversation, step: ReturnType<Conversation['say']>, name: string) => {
  const [seen] = conversation.seen(step);
  const rows =
    seen?.reply_markup && 'inline_keyboard' in seen.reply_markup ? seen.reply_markup.inline_keyboard : [];
  const [, up, down] = rows.find(([first]) => first?.text === name) ?? [];
  return [up, down].map((each) => (each && 'callback_data' in each ? each.callback_data : ''));
};

test('a habit is moved up and down, and the lists follow', () => {
  const conversation = having('Alpha', 'Bravo', 'Charlie');
  expect(names(conversation)).toEqual(['Alpha', 'Bravo', 'Charlie']);
  let step = pressIn(conversation, conversation.say('/habits'), '↕️ Order');
  const [up = ''] = rowOf(conversation, step, 'Charlie');
  step = conversation.tap(up);
  expect(names(conversation)).toEqual(['Alpha', 'Charlie', 'Bravo']);
  conversation.tap(up);
  expect(names(conversation)).toEqual(['Alpha', 'Charlie', 'Bravo']);
  expect(conversation.events).toHaveLength(1);
  const [, down = ''] = rowOf(conversation, step, 'Alpha');
  conversation.tap(down);
  expect(names(conversation)).toEqual(['Charlie', 'Alpha', 'Bravo']);
  const [first = ''] = rowOf(conversation, conversation.tap({ tap: 'arrange', page: 0 }), 'Charlie');
  conversation.tap(first);
  expect(conversation.events).toHaveLength(2);
});

test('it moves within its group, and archived habits keep their places', () => {
  const conversation = having('Alpha', 'Bravo in the morning', 'Charlie in the morning', 'Delta', 'Echo');
  conversation.tap({ tap: 'putAway', habitId: idOf(conversation, 'Delta') });
  expect(names(conversation)).toEqual(['Bravo', 'Charlie', 'Alpha', 'Delta', 'Echo']);
  const step = conversation.tap({ tap: 'arrange', page: 0 });
  expect(conversation.seen(step)[0]?.text).toContain('Within its group');
  conversation.tap(rowOf(conversation, step, 'Charlie')[1] ?? '');
  expect(names(conversation)).toEqual(['Bravo', 'Charlie', 'Alpha', 'Delta', 'Echo']);
  conversation.tap(rowOf(conversation, step, 'Echo')[0] ?? '');
  expect(names(conversation)).toEqual(['Bravo', 'Charlie', 'Echo', 'Delta', 'Alpha']);
});

test('a forged place is the last one, and a habit that is gone is told of', () => {
  const conversation = having('Alpha', 'Bravo');
  conversation.tap({ tap: 'placeAt', habitId: idOf(conversation, 'Alpha'), place: 999, page: 999 });
  expect(names(conversation)).toEqual(['Bravo', 'Alpha']);
  const habitId = idOf(conversation, 'Alpha');
  conversation.tap({ tap: 'deleteForGood', habitId });
  expect(conversation.tap({ tap: 'placeAt', habitId, place: 0, page: 0 }).toast).toEqual({
    key: 'refusal-HabitNotFound',
  });
});
