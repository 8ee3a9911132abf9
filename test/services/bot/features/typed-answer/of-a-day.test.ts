import { expect, test } from 'vitest';
import type { Step } from '#services/bot/conversation/step.ts';
import { typed } from '#test/support/typed.ts';
import { asHabitId } from '../../../../support/ids.ts';
import { TODAY } from '../../conversation/fixture.ts';
import { having } from '../check-in/fixture.ts';

const YESTERDAY = '2026-11-24';
const noticeOf = ({ shows }: Step) => shows[0]?.screen;
const IS_UNSURE = { screen: 'notice', phrase: { key: 'day-unreadable' } };

test.each([
  ['water 3 yesterday', YESTERDAY, 3],
  ['yesterday water 3', YESTERDAY, 3],
  ['water yesterday 3 glasses', YESTERDAY, 3],
  ['3 yesterday', YESTERDAY, 3],
  ['2.5 glasses the day before yesterday', '2026-11-23', 2.5],
  ['Вчера 3', YESTERDAY, 3],
  ['water 3 20.11', '2026-11-20', 3],
  ['20.11 water 2,5', '2026-11-20', 2.5],
  ['water done on Monday', '2026-11-23', 8],
  ['вчера готово', YESTERDAY, 8],
  ['water 3 today', TODAY, 3],
  ['water 2.5', TODAY, 2.5],
  ['water 1½', TODAY, 1.5],
])('%j is an answer for %s, with what was read shown', (text, on, value) => {
  const conversation = having('Water 8 glasses');
  const step = conversation.say(text);
  expect(conversation.events).toEqual([{ type: 'HabitCheckedIn', data: { on, value } }]);
  const [seen] = conversation.seen(step);
  expect(seen?.text).toContain('of 8 glasses');
  expect(seen?.text.includes('📅')).toBe(on !== TODAY);
});

test.each(['water 3 on Wednesday', 'water 3 last Monday', 'water 3 25.12', 'Monday, Tuesday: water 3'])(
  '%j is asked for again: the day is not sure',
  (text) => {
    const conversation = having('Water 8 glasses');
    expect(noticeOf(conversation.say(text))).toMatchObject(IS_UNSURE);
    expect(conversation.events).toEqual([]);
  },
);

test.each(['water 3 tomorrow', 'завтра 3', 'water 3 2027-01-01'])('%j has not come', (text) => {
  const conversation = having('Water 8 glasses');
  expect(() => conversation.say(text)).toThrow('InTheFuture');
});

test('words that say no answer are of no day', () => {
  const conversation = having('Water 8 glasses');
  for (const text of ['see you yesterday', 'yesterday', 'water on Wednesday'])
    expect(noticeOf(conversation.say(text))).toMatchObject({ phrase: { key: 'not-understood' } });
  expect(noticeOf(conversation.say('not today'))).toMatchObject({ screen: 'answered' });
});

test('a day that is a part of a habit’s name is no day', () => {
  const conversation = having('Friday drinks 3 glasses', 'Water 8 glasses');
  conversation.say('friday drinks 2');
  conversation.say('friday 1');
  expect(conversation.events.map(({ data }) => data)).toEqual([
    { on: TODAY, value: 2 },
    { on: TODAY, value: 1 },
  ]);
});

test('of several it is asked which, and the date stands there', () => {
  const conversation = having('Read', 'Walk');
  const step = conversation.say('done yesterday');
  const [seen] = conversation.seen(step);
  expect(seen?.text).toContain('24');
  expect(JSON.stringify(seen?.reply_markup)).toContain(`dayDone:${conversation.ids[0]}:${YESTERDAY}`);
});

test('in reply to a reminder of today, the day that is said counts, and the reminder is left as it is', () => {
  const conversation = having('Water 8 glasses');
  const [habitId = ''] = conversation.ids;
  const step = conversation.input({
    kind: 'text',
    text: typed('3 yesterday'),
    repliedTo: { messageId: 5, data: [`done:${habitId}:${TODAY}`] },
  });
  expect(conversation.events).toEqual([{ type: 'HabitCheckedIn', data: { on: YESTERDAY, value: 3 } }]);
  expect(step.shows).toMatchObject([{ place: 'anew', screen: { screen: 'answered' } }]);
});

test('where an amount of today is asked for, it may be given for another day', () => {
  const conversation = having('Water 8 glasses', 'Swim 2 km');
  const [habitId] = conversation.ids.filter((id) => conversation.person.habits[0]?.habitId === id);
  const day = { habitId: asHabitId(habitId ?? ''), on: TODAY, page: 0 };
  conversation.tap({ tap: 'dayOther', ...day });
  expect(conversation.dialog).toMatchObject({ at: 'enteringAmount' });
  expect(noticeOf(conversation.say('3 on Wednesday'))).toMatchObject({ ...IS_UNSURE, cancel: true });
  conversation.say('1 yesterday');
  expect(conversation.events).toEqual([{ type: 'HabitCheckedIn', data: { on: YESTERDAY, value: 1 } }]);
  expect(conversation.dialog).toEqual({ at: 'idle' });
});

test('a skip of a day that was done is asked about on that day', () => {
  const conversation = having('Read');
  conversation.say('read done yesterday');
  const step = conversation.say('skip read yesterday');
  expect(step.commands).toEqual([]);
  expect(noticeOf(step)).toMatchObject({ screen: 'today', on: YESTERDAY, instead: { of: 'skip' } });
});

test('a number that is not surely read is asked for again, for its day', () => {
  const conversation = having('Water 8 glasses');
  expect(noticeOf(conversation.say('water 15k yesterday'))).toMatchObject({
    phrase: { key: 'amount-unreadable' },
  });
  conversation.say('5');
  expect(conversation.events).toEqual([{ type: 'HabitCheckedIn', data: { on: YESTERDAY, value: 5 } }]);
});

test.each([
  ['steps 12k', 12_000],
  ['12K steps', 12_000],
  ['шаги 12к', 12_000],
  ['steps 1.5k', 1_500],
  ['steps 7 тыс. yesterday', 7_000],
])('%j are thousands where the goal is', (text, value) => {
  const conversation = having('Steps 10000 steps', 'Шаги 10000 steps');
  conversation.say(text);
  expect(conversation.events).toMatchObject([{ type: 'HabitCheckedIn', data: { value } }]);
});
