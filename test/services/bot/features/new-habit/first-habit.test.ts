import { expect, test } from 'vitest';
import { converse } from '../../conversation/fixture.ts';
import { pressIn } from '../../conversation/press.ts';

/** Counts what a person does after START, which is a tap itself. */
function newcomer() {
  const conversation = converse();
  const count = { messages: 0, taps: 1 };
  conversation.say('/start');
  return {
    conversation,
    count,
    say(text: string) {
      count.messages++;
      return conversation.say(text);
    },
    /** Taps a command in the bot's text. */
    command(name: string) {
      count.taps++;
      return conversation.say(name);
    },
    /** Taps a button that the last screens really show. */
    press(label: string, seen: ReturnType<typeof conversation.say>) {
      count.taps++;
      return pressIn(conversation, seen, label);
    },
  };
}

test('from START to the first habit step by step: two messages and four taps', () => {
  const { conversation, count, say, command, press } = newcomer();
  say('Berlin');
  command('/new');
  const asked = say('Read');
  press('09:00', press('Every day', asked));
  expect(conversation.person.habits[0]?.state).toMatchObject({ name: 'Read', frequency: { kind: 'daily' } });
  expect(count).toEqual({ messages: 2, taps: 4 });
});

test('from START to the first habit in one line: two messages and three taps', () => {
  const { conversation, count, say, command, press } = newcomer();
  say('Berlin');
  command('/new');
  press('Create', say('Выпить воды 8 стаканов каждый день в 10 и 16'));
  expect(conversation.person.habits[0]?.state).toMatchObject({
    name: 'Выпить воды',
    goal: { direction: 'atLeast', target: 8, unit: 'стаканов' },
    reminders: [{ at: '10:00' }, { at: '16:00' }],
  });
  expect(count).toEqual({ messages: 2, taps: 3 });
});

test('from START to the first habit with a ready one: one message and four taps', () => {
  const { conversation, count, say, command, press } = newcomer();
  say('Berlin');
  press('Create', press('Drink water', command('/new')));
  expect(conversation.person.habits[0]?.state).toMatchObject({ name: 'Drink water', emoji: '💧' });
  expect(count).toEqual({ messages: 1, taps: 4 });
});
