import { expect, test } from 'vitest';
import { z } from 'zod';
import { typed } from '#test/support/typed.ts';
import { asHabitId } from '../../../../support/ids.ts';
import { type Conversation, TODAY } from '../../conversation/fixture.ts';
import { having } from '../check-in/fixture.ts';

/** A reply to a reminder that shows these habits. */
const reply = (conversation: Conversation, text: string, ids: readonly string[]) =>
  conversation.input({
    kind: 'text',
    text: typed(text),
    repliedTo: { messageId: 5, data: ids.map((id) => `done:${id}:${TODAY}`) },
  });
const shown = ({ shows }: ReturnType<Conversation['say']>) => shows.map(({ screen }) => screen.screen);

test.each([
  ['5', { value: 5 }],
  ['5 glasses', { value: 5 }],
  ['5 стаканов', { value: 5 }],
  ['+2', { value: 2 }],
  ['½', { value: 0.5 }],
  ['done', { value: 8 }],
  ['Готово!', { value: 8 }],
  ['water 3', { value: 3 }],
])('%j in reply to a reminder of eight glasses is an answer, not a delay', (text, data) => {
  const conversation = having('Water 8 glasses');
  const step = reply(conversation, text, conversation.ids);
  expect(conversation.events).toEqual([{ type: 'HabitCheckedIn', data: { on: TODAY, ...data } }]);
  expect(step.shows.map(({ place }) => place)).toEqual([{ messageId: 5 }, 'anew']);
  expect(conversation.seen(step)[1]?.text).toContain('of 8 glasses');
});

test.each([
  ['no', 'DayClosed'],
  ['не сегодня', 'DayClosed'],
  ['skip', 'HabitSkipped'],
  ['пропускаю', 'HabitSkipped'],
  ['in 5 min', 'ReminderSnoozed'],
  ['через час', 'ReminderSnoozed'],
  ['at 18:30', 'ReminderSnoozed'],
  ['18:30', 'ReminderSnoozed'],
  ['до вечера', 'ReminderSnoozed'],
  ['snooze for 10 min', 'ReminderSnoozed'],
])('%j in reply to it is %s', (text, type) => {
  const conversation = having('Water 8 glasses');
  reply(conversation, text, conversation.ids);
  expect(conversation.events.map((event) => event.type)).toEqual([type]);
});

test.each(['40 min', '15k', 'maybe', '1:3', '5 km', 'in', ''])(
  '%j in reply to it is asked for again',
  (text) => {
    const conversation = having('Water 8 glasses');
    const step = reply(conversation, text, conversation.ids);
    expect(conversation.events).toEqual([]);
    expect(step.shows[0]?.screen).toMatchObject({ phrase: { key: 'answer-unreadable' } });
  },
);

test('in reply to a habit of yes and no a number is no answer; a length of time puts it off', () => {
  const conversation = having('Read');
  expect(reply(conversation, '5', conversation.ids).shows[0]?.screen).toMatchObject({
    phrase: { key: 'answer-unreadable' },
  });
  reply(conversation, '40 min', conversation.ids);
  reply(conversation, 'yes', conversation.ids);
  expect(conversation.events.map(({ type }) => type)).toEqual(['ReminderSnoozed', 'HabitCheckedIn']);
});

test('in reply to several, a number is for the one that is counted, a word is asked about', () => {
  const conversation = having('Read', 'Walk', 'Water 8 glasses');
  const [read, walk, water] = conversation.ids;
  reply(conversation, '4', conversation.ids);
  expect(conversation.events).toEqual([{ type: 'HabitCheckedIn', data: { on: TODAY, value: 4 } }]);
  const asked = reply(conversation, 'done', conversation.ids);
  expect(conversation.seen(asked)[0]).toMatchObject({
    text: '🤔 Which habit is that for?',
    reply_markup: {
      inline_keyboard: [
        [{ callback_data: `dayDone:${read}:${TODAY}:0` }, { callback_data: `dayDone:${walk}:${TODAY}:0` }],
        [{ callback_data: `dayAmount:${water}:${TODAY}:0:8` }],
      ],
    },
  });
  reply(conversation, 'walk done', conversation.ids);
  expect(conversation.events.at(-1)).toEqual({ type: 'HabitCheckedIn', data: { on: TODAY, value: 1 } });
});

test.each([
  ['water 5', 'Water', 5],
  ['Вода 5', 'Вода', 5],
  ['воды 5 стаканов', 'Пить воду', 5],
  ['water: 2 glasses', 'Drink water', 2],
  ['5 water', 'Water', 5],
  ['WATER done', 'Water', 8],
  ['drink water +3', 'Drink water', 3],
  ['5 apples 3', '5 apples', 3],
  ['5', 'Water', 5],
  ['5 glasses', 'Water', 5],
])('%j at any time is of %s', (text, name, value) => {
  const conversation = having('Read', `${name} 8 glasses`);
  const step = conversation.say(text);
  expect(conversation.events).toEqual([{ type: 'HabitCheckedIn', data: { on: TODAY, value } }]);
  expect(shown(step)).toEqual(['answered']);
});

test('a name’s beginning is enough; what is ambiguous is asked, and what is no answer is not understood', () => {
  const conversation = having('Read', 'Reading aloud', 'Walk');
  expect(shown(conversation.say('rea done'))).toEqual(['which']);
  expect(shown(conversation.say('skip rea'))).toEqual(['which']);
  expect(shown(conversation.say('wa done'))).toEqual(['answered']);
  expect(shown(conversation.say('read done'))).toEqual(['answered']);
  expect(conversation.events).toHaveLength(2);
  for (const text of ['hello', 'how are you', 'read more', '5', '40 min', 'walk 15k'])
    expect(conversation.say(text).shows[0]?.screen).toMatchObject({ phrase: { key: 'not-understood' } });
});

test('what is done is not undone by a word without asking', () => {
  const conversation = having('Read');
  conversation.say('read done');
  const step = conversation.say('skip read');
  expect(step.commands).toEqual([]);
  expect(conversation.seen(step)[0]?.text).toContain('Change it?');
});

test.each(['Water 15k', 'water: 1e3', 'вода 1/0', '15k water', 'water 5-6', '+15k water'])(
  '%j, a number that is not surely read, is asked for again, and the next number is the answer',
  (text) => {
    const conversation = having('Water 8 glasses', 'Walk');
    const [habitId] = conversation.ids.filter((id) => conversation.person.habits[1]?.habitId === id);
    conversation.tap({ tap: 'rename', habitId: asHabitId(habitId ?? '') });
    if (text.includes('вода')) conversation.say('Вода');
    else conversation.say('Water');
    conversation.events.length = 0;
    const step = conversation.say(text);
    expect(step.shows[0]?.screen).toMatchObject({ phrase: { key: 'amount-unreadable' }, cancel: true });
    expect(conversation.events).toEqual([]);
    expect(shown(conversation.say('5'))).toEqual(['answered']);
    expect(conversation.events).toEqual([{ type: 'HabitCheckedIn', data: { on: TODAY, value: 5 } }]);
  },
);

test('what is asked for again can be left; a habit of yes and no has no number, and words are no number', () => {
  const conversation = having('Water 8 glasses', 'Walk');
  conversation.say('water 15k');
  conversation.tap({ tap: 'cancel' });
  for (const text of ['walk 15k', 'water the plants at 5', 'water', 'water soon'])
    expect(conversation.say(text).shows[0]?.screen).toMatchObject({ phrase: { key: 'not-understood' } });
  expect(conversation.events).toEqual([]);
});

test('words that a dialog asked for are its own', () => {
  const conversation = having('Water 8 glasses');
  conversation.say('/new');
  conversation.say('water 5');
  expect(conversation.events).toEqual([]);
});

test('right after a reminder, words without replying are of it: an answer, or a delay', () => {
  const conversation = having('Read', 'Walk', 'Water 8 glasses', 'Swim 2 km');
  const [read, swim = '', walk = '', water = ''] = conversation.ids;
  expect(shown(conversation.say('3'))).toEqual(['which']);
  expect(conversation.say('in 40 min').shows[0]?.screen).toMatchObject({ phrase: { key: 'not-understood' } });
  const items = [walk, water].map((habitId) => ({ habitId: asHabitId(habitId), on: TODAY }));
  conversation.reminded({ list: 'card', items, messageId: 5 });
  const step = conversation.say('3');
  expect(step.commands).toMatchObject([{ habitId: water }]);
  expect(step.shows.map(({ place }) => place)).toEqual([{ messageId: 5 }, 'anew']);
  expect(conversation.say('done').shows[0]?.screen).toMatchObject({ screen: 'which' });
  expect(conversation.say('in 40 min').commands).toHaveLength(2);
  conversation.say('walk done');
  expect(conversation.say('done').commands).toMatchObject([{ habitId: water }]);
  // Nothing of it is open any more.
  expect(conversation.say('done').shows[0]?.screen).toMatchObject({
    answers: [{ habitId: read }, { habitId: swim }],
  });
});

test.each([
  ['water 15k', 'skip run', 'HabitSkipped'],
  ['water 15k', 'run done', 'HabitCheckedIn'],
  ['water 15k', 'water 3', 'HabitCheckedIn'],
])(
  'while an amount is asked for after %j, %j is an answer to the habit that it names',
  (asked, text, type) => {
    const conversation = having('Water 8 glasses', 'Run');
    conversation.say(asked);
    expect(conversation.dialog).toMatchObject({ at: 'enteringAmount' });
    const step = conversation.say(text);
    expect(conversation.events.map((event) => event.type)).toEqual([type]);
    expect(shown(step)).toContain('answered');
  },
);

test('a note from under an answer in words is shown there, and the answer does not become the list of the day', () => {
  const conversation = having('Water 8 glasses');
  const said = conversation.say('water 3');
  const { reply_markup } = conversation.seen(said)[0] ?? {};
  const rows = z.object({ inline_keyboard: z.array(z.array(z.object({ callback_data: z.string() }))) });
  const data = rows
    .parse(reply_markup)
    .inline_keyboard.flat()
    .map((button) => button.callback_data);
  expect(data).toHaveLength(2);
  const message = { messageId: 9, data };
  conversation.input({ kind: 'tap', callbackId: 'c', data: data[1] ?? '', message });
  const step = conversation.say('with lemon');
  expect(step.shows).toMatchObject([
    { place: { messageId: 9 }, screen: { screen: 'answered' } },
    { place: 'anew', screen: { screen: 'answered' } },
  ]);
  expect(conversation.seen(step)[0]?.text).toContain('📝 with lemon');
});
