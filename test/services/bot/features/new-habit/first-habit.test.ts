import { expect, test } from 'vitest';
import { converse } from '../../conversation/fixture.ts';
import { pressIn } from '../../conversation/press.ts';

/** Counts what a person does after START, which is a tap itself. */
function newcomer(locale: 'en' | 'ru' = 'en') {
  const conversation = converse();
  const count = { messages: 0, taps: 1 };
  conversation.input({ kind: 'command', name: 'start' }, locale);
  return {
    conversation,
    count,
    say(text: string) {
      count.messages++;
      return conversation.say(text);
    },
    /** Taps a button that the last screens really show. */
    press(label: string, seen: ReturnType<typeof conversation.say>) {
      count.taps++;
      return pressIn(conversation, seen, label);
    },
  };
}

test('from START to the first habit step by step: two messages and three taps', () => {
  const { conversation, count, say, press } = newcomer();
  say('Berlin');
  press('09:00', press('Every day', say('Read')));
  expect(conversation.person.habits[0]?.state).toMatchObject({ name: 'Read', frequency: { kind: 'daily' } });
  expect(count).toEqual({ messages: 2, taps: 3 });
});

test.each([
  {
    locale: 'en',
    city: 'Berlin',
    line: 'Run 3x a week at 7:30',
    create: 'Create',
    name: 'Run',
    at: ['07:30'],
  },
  {
    locale: 'ru',
    city: 'Берлин',
    line: 'Пить воду каждый день в 10',
    create: 'Создать',
    name: 'Пить воду',
    at: ['10:00'],
  },
] as const)(
  'from START to the first habit in one line: two messages and two taps ($locale)',
  ({ locale, city, line, create, name, at }) => {
    const { conversation, count, say, press } = newcomer(locale);
    say(city);
    press(create, say(line));
    const [made] = conversation.person.habits;
    expect(made?.state.name).toBe(name);
    expect(made?.state.reminders.map((reminder) => reminder.at)).toEqual(at);
    expect(count).toEqual({ messages: 2, taps: 2 });
  },
);

test('from START to the first habit with a ready one: one message and three taps', () => {
  const { conversation, count, say, press } = newcomer();
  press('Create', press('Drink water', say('Berlin')));
  expect(conversation.person.habits[0]?.state).toMatchObject({ name: 'Drink water', emoji: '💧' });
  expect(count).toEqual({ messages: 1, taps: 3 });
});

test.each(['en', 'ru'] as const)(
  'the tip stands above the offer, and nothing comes behind it (%s)',
  (locale) => {
    const { conversation, say } = newcomer(locale);
    const [arrived, offer, ...others] = conversation.seen(say('Berlin'));
    expect(arrived?.text).toMatch(/^🌍 .*\n\n🎉 /);
    expect(arrived?.reply_markup).toEqual({ remove_keyboard: true });
    expect(offer?.text).toMatch(/^✨ /);
    expect(others).toEqual([]);
  },
);

test('a place that is confirmed says its clock in place, and then offers the first habit', () => {
  const { conversation, count, say, press } = newcomer();
  const confirmed = press('Yes, it’s', say('Kiruna'));
  expect(confirmed.shows.map(({ place }) => place)).toEqual(['here', 'anew', 'anew']);
  const texts = conversation.seen(confirmed).map(({ text }) => text);
  expect(texts).toEqual([
    expect.stringMatching(/^🌍 Kiruna, Sweden: .*\)$/),
    expect.stringMatching(/^🎉 All set!/),
    expect.stringMatching(/^✨ What habit/),
  ]);
  press('Create', press('Meditate', press('More ideas', confirmed)));
  expect(conversation.person.habits).toHaveLength(1);
  expect(count).toEqual({ messages: 1, taps: 5 });
});

test('the offer insists on nothing, and is over with the first habit', () => {
  const { conversation, say } = newcomer();
  say('Berlin');
  const [aside] = conversation.seen(conversation.say('/today'));
  expect(aside?.text).not.toContain('Still waiting');
  expect(conversation.dialog).toMatchObject({ at: 'newHabit', offered: true });
  // As an import makes one.
  conversation.define({
    name: 'Water',
    goal: { kind: 'yesNo' },
    frequency: { kind: 'daily' },
    reminders: [],
  });
  conversation.say('water done');
  expect(conversation.dialog).toEqual({ at: 'idle' });
  expect(conversation.events.at(-1)?.type).toBe('HabitCheckedIn');
});
