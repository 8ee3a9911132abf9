import { expect, test } from 'vitest';
import { withHabit } from '../../conversation/fixture.ts';
import { pressIn } from '../../conversation/press.ts';

test('a part of the day, an own group, another habit in it, and none', () => {
  const conversation = withHabit();
  const { habitId } = conversation;
  const groups = (id = habitId) => conversation.tap({ tap: 'group', habitId: id });
  pressIn(conversation, groups(), '🌅 Morning');
  expect(JSON.stringify(conversation.seen(groups()))).toContain('✅ 🌅 Morning');
  pressIn(conversation, groups(), 'New group');
  expect(conversation.say('x'.repeat(33)).shows[0]?.above).toEqual({
    key: 'name-long',
    args: { most: 32, length: 33 },
  });
  conversation.say('<b>Здоровье</b>: и *ещё*');
  conversation.say('/new Walk daily, no reminders');
  conversation.tap({ tap: 'create' });
  const other = conversation.person.habits.find(({ state }) => state.name === 'Walk')?.habitId ?? habitId;
  pressIn(conversation, groups(other), '🏷 <b>Здоровье</b>: и *ещё*');
  expect(conversation.seen(conversation.say('/habits'))[0]?.text).toContain(
    '🏷 <b>Здоровье</b>: и *ещё*: Read, Walk',
  );
  pressIn(conversation, groups(), 'Any time');
  expect(conversation.events.filter(({ type }) => type === 'HabitGrouped').map(({ data }) => data)).toEqual([
    { group: { kind: 'part', part: 'morning' } },
    { group: { kind: 'named', name: '<b>Здоровье</b>: и *ещё*' } },
    { group: { kind: 'named', name: '<b>Здоровье</b>: и *ещё*' } },
    { group: null },
  ]);
});

test('a group that is gone is told of', () => {
  const conversation = withHabit();
  expect(conversation.tap({ tap: 'groupIs', habitId: conversation.habitId, sign: '0badcafe' }).toast).toEqual(
    {
      key: 'toast-stale',
    },
  );
});
