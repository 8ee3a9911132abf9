import { expect, test } from 'vitest';
import { converse, reference, settled, withHabit } from '../../conversation/fixture.ts';
import { pressIn } from '../../conversation/press.ts';

reference.bot.username = 'habit_bot';

/** The link that the habit's screen shows. */
function linkTo(line: string) {
  const conversation = settled();
  conversation.say(`/new ${line}`);
  conversation.tap({ tap: 'create' });
  const { habitId } = conversation.person.habits[0] ?? {};
  if (!habitId) throw new Error('no habit');
  const step = pressIn(conversation, conversation.tap({ tap: 'habit', habitId }), '🔗 Share');
  const [seen] = conversation.seen(step);
  return {
    seen,
    payload: /t\.me\/habit_bot\?start=([A-Za-z0-9_-]{1,64})$/.exec(seen?.text ?? '')?.[1] ?? '',
  };
}

test('a habit is shared from its screen, and another person makes it with one tap', () => {
  const { seen, payload } = linkTo('💧 Выпить воды 8 стаканов каждый день в 10 и 16');
  expect(seen?.text).toMatch(/^🔗 With this link anyone can make a habit like 💧 Выпить воды\./);
  expect(JSON.stringify(seen?.reply_markup)).toContain(
    'https://t.me/share/url?url=https%3A%2F%2Ft.me%2Fhabit_bot',
  );
  const other = settled();
  const offered = other.say(`/start ${payload}`);
  expect(other.seen(offered)[0]?.text).toMatch(
    /^🎁 Here’s a habit for you\.\n\n💧 Выпить воды\. Does this look right\?/,
  );
  pressIn(other, offered, '✅ Create');
  expect(other.person.habits[0]?.state).toMatchObject({
    name: 'Выпить воды',
    emoji: '💧',
    goal: { target: 8, unit: 'стаканов' },
    reminders: [{ at: '10:00' }, { at: '16:00' }],
  });
});

test('a newcomer says where they are first, however long that takes, and then makes it with one tap', () => {
  const { payload } = linkTo('Run 3x a week at 7:30');
  const newcomer = converse();
  newcomer.say(`/start ${payload}`);
  expect(newcomer.events.map(({ type }) => type)).toEqual(['AccountRegistered']);
  newcomer.say('xyzzy');
  newcomer.say('/today');
  newcomer.say('/cancel');
  const settledNow = newcomer.say('Berlin');
  const offered = { ...settledNow, shows: settledNow.shows.slice(-1) };
  expect(newcomer.seen(offered)[0]?.text).toMatch(/^Run\. Does this look right\?/);
  pressIn(newcomer, offered, '✅ Create');
  expect(newcomer.person.habits.map(({ state }) => state.name)).toEqual(['Run']);
});

test('a person without a timezone is offered it after that too', () => {
  const { payload } = linkTo('Run daily at 7:30');
  const conversation = converse();
  conversation.say('/start');
  conversation.say(`/start ${payload}`);
  expect(conversation.say('Berlin').dialog).toMatchObject({ at: 'newHabit', step: 'confirm' });
});

test('a habit in the making makes room, and a second one of the same name is warned of', () => {
  const { payload } = linkTo('Read daily at 9:00');
  const conversation = withHabit();
  conversation.say('/new Walk');
  const step = conversation.say(`/start ${payload}`);
  expect(step.shows[0]?.above).toEqual({ key: 'draft-dropped', args: { name: 'Walk' } });
  expect(conversation.seen(step)[0]?.text).toContain('⚠️ You already have a habit called “Read”.');
});

test.each(['nonsense', 'hAAAA', 'h', 'x'.repeat(4096)])(
  'any other payload is an ordinary start (%#)',
  (payload) => {
    const conversation = settled();
    expect(conversation.say(`/start ${payload}`).shows).toEqual(conversation.say('/start').shows);
    expect(conversation.events).toEqual([]);
  },
);

test('without the bot’s name there is no link yet, and of a habit that is gone none', () => {
  const conversation = withHabit();
  const { habitId } = conversation;
  reference.bot.username = undefined;
  expect(conversation.tap({ tap: 'share', habitId }).toast).toEqual({ key: 'toast-no-link-yet' });
  reference.bot.username = 'habit_bot';
  conversation.tap({ tap: 'deleteForGood', habitId });
  expect(conversation.tap({ tap: 'share', habitId }).toast).toEqual({ key: 'refusal-HabitNotFound' });
});
