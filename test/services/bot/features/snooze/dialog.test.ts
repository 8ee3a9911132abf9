import { expect, test } from 'vitest';
import { typed } from '#test/support/typed.ts';
import { asHabitId } from '../../../../support/ids.ts';
import { settled, TODAY, withHabit } from '../../conversation/fixture.ts';
import { add, message, other, snoozed } from './fixture.ts';

test('Later offers times in the message itself, and Back takes the offer back', () => {
  const conversation = withHabit();
  const day = { habitId: conversation.habitId, on: TODAY };
  const step = conversation.tap(`later:${conversation.habitId}:${TODAY}`, message);
  expect(step).toEqual({
    dialog: { at: 'snoozing', day, askedIn: { list: 'card', items: [day], messageId: 5 } },
    commands: [],
    shows: [{ place: 'here', screen: { screen: 'card', items: [day], snoozing: day } }],
  });
  expect(conversation.seen(step)[0]).toEqual({
    text: '⏰ Read\n💤 When should I remind you about Read again? Tap a time or type one: “in 40 min”, “at 18:30”.',
    entities: [
      { type: 'bold', offset: 2, length: 4 },
      { type: 'bold', offset: 41, length: 4 },
    ],
    reply_markup: {
      inline_keyboard: [
        [
          { text: '15 min', callback_data: `wait:${conversation.habitId}:${TODAY}:15m` },
          { text: '1 h', callback_data: `wait:${conversation.habitId}:${TODAY}:60m` },
          { text: '3 h', callback_data: `wait:${conversation.habitId}:${TODAY}:180m` },
          { text: '19:00', callback_data: `wait:${conversation.habitId}:${TODAY}:1900` },
        ],
        [{ text: '‹ Back', callback_data: `show:${conversation.habitId}:${TODAY}` }],
      ],
    },
  });
  expect(conversation.tap(`show:${conversation.habitId}:${TODAY}`, message)).toEqual({
    dialog: { at: 'idle' },
    commands: [],
    shows: [{ place: 'here', screen: { screen: 'card', items: [day] } }],
  });
});

test.each([
  ['15m', '10:45', '2026-11-25T09:45:00.000Z'],
  ['180m', '13:30', '2026-11-25T12:30:00.000Z'],
  ['1900', '19:00', '2026-11-25T18:00:00.000Z'],
])('a tap on %s is snoozed until %s', (wait, at, untilAt) => {
  const conversation = withHabit();
  conversation.tap(`later:${conversation.habitId}:${TODAY}`, message);
  const step = conversation.tap(`wait:${conversation.habitId}:${TODAY}:${wait}`, message);
  expect(step).toEqual({
    dialog: { at: 'idle' },
    commands: [snoozed(conversation.habitId, at, untilAt)],
    shows: [
      { place: 'here', screen: { screen: 'card', items: [{ habitId: conversation.habitId, on: TODAY }] } },
    ],
    toast: { key: 'snoozed', args: { at } },
  });
  expect(conversation.events).toEqual([{ type: 'ReminderSnoozed', data: { on: TODAY, at, untilAt } }]);
  expect(conversation.seen(step)[0]).toEqual({
    text: `💤 Read\nSnoozed until ${at}`,
    entities: [{ type: 'bold', offset: 3, length: 4 }],
    reply_markup: {
      inline_keyboard: [
        [
          { text: '✅ Done', callback_data: `done:${conversation.habitId}:${TODAY}` },
          { text: '✖️ Not today', callback_data: `no:${conversation.habitId}:${TODAY}` },
        ],
        [
          { text: '⏭ Skip', callback_data: `skip:${conversation.habitId}:${TODAY}` },
          { text: '💤 Later', callback_data: `later:${conversation.habitId}:${TODAY}` },
          { text: '📝 Note', callback_data: `note:${conversation.habitId}:${TODAY}` },
        ],
      ],
    },
  });
  const done = conversation.tap(`done:${conversation.habitId}:${TODAY}`, message);
  expect(conversation.seen(done)[0]?.text).toBe('✅ Read\n🌱 Day one of a new streak');
});

test.each([
  ['in 40 min', '11:10', '2026-11-25T10:10:00.000Z', 'snoozed'],
  ['через 40 минут', '11:10', '2026-11-25T10:10:00.000Z', 'snoozed'],
  ['at 18:30', '18:30', '2026-11-25T17:30:00.000Z', 'snoozed'],
  ['в 18:30', '18:30', '2026-11-25T17:30:00.000Z', 'snoozed'],
  ['полчаса', '11:00', '2026-11-25T10:00:00.000Z', 'snoozed'],
  ['24h', '10:30', '2026-11-26T09:30:00.000Z', 'snoozed-tomorrow'],
  ['tomorrow at 9', '09:00', '2026-11-26T08:00:00.000Z', 'snoozed-tomorrow'],
])('%j typed after Later is snoozed until %s', (text, at, untilAt, key) => {
  const conversation = withHabit();
  conversation.tap(`later:${conversation.habitId}:${TODAY}`, message);
  expect(conversation.say(text)).toEqual({
    dialog: { at: 'idle' },
    commands: [snoozed(conversation.habitId, at, untilAt)],
    shows: [
      {
        place: { messageId: 5 },
        screen: { screen: 'card', items: [{ habitId: conversation.habitId, on: TODAY }] },
      },
      { place: 'anew', screen: { screen: 'notice', phrase: { key, args: { at } }, cancel: false } },
    ],
  });
});

test.each([
  ['soon', { key: 'wait-unreadable' }, true],
  ['at 09:00', { key: 'wait-over', args: { at: '09:00' } }, false],
  ['today at 10:30', { key: 'wait-over', args: { at: '10:30' } }, false],
  ['in 3 days', { key: 'refusal-SnoozeTooLong' }, false],
  ['tomorrow at 11', { key: 'refusal-SnoozeTooLong' }, false],
])('%j is told why not, and better words are waited for', (text, phrase, cancel) => {
  const conversation = withHabit();
  const { dialog } = conversation.tap(`later:${conversation.habitId}:${TODAY}`, message);
  expect(conversation.say(text)).toEqual({
    dialog,
    commands: [],
    shows: [{ place: 'anew', screen: { screen: 'notice', phrase, cancel } }],
  });
  expect(conversation.events).toEqual([]);
});

test('a reply to a reminder puts off all its habits that are open', () => {
  const conversation = withHabit();
  const [walk, swim] = [add(conversation, 'Walk'), add(conversation, 'Swim')];
  conversation.tap(`done:${walk}:${TODAY}`);
  conversation.events.length = 0;
  const data = [
    `done:${conversation.habitId}:${TODAY}`,
    `undo:${walk}:${TODAY}`,
    `wait:${swim}:${TODAY}:15m`,
    `done:${other}:${TODAY}`,
  ];
  const step = conversation.input({
    kind: 'text',
    text: typed('in 40 min'),
    repliedTo: { messageId: 9, data },
  });
  const untilAt = '2026-11-25T10:10:00.000Z';
  expect(step).toEqual({
    dialog: { at: 'idle' },
    commands: [snoozed(conversation.habitId, '11:10', untilAt), snoozed(swim, '11:10', untilAt)],
    shows: [
      {
        place: { messageId: 9 },
        screen: {
          screen: 'card',
          items: [conversation.habitId, walk, swim, other].map((habitId) => ({ habitId, on: TODAY })),
        },
      },
      {
        place: 'anew',
        screen: { screen: 'notice', phrase: { key: 'snoozed', args: { at: '11:10' } }, cancel: false },
      },
    ],
  });
  expect(conversation.seen(step).map(({ text }) => text)).toEqual([
    '⏰ 2 habits to do\n\n💤 Read · until 11:10\n✅ Walk\n💤 Swim · until 11:10',
    '💤 I’ll remind you again at 11:10.',
  ]);
});

test('a reply that says no time is told so, and in another dialog it is an answer there', () => {
  const conversation = withHabit();
  const repliedTo = { messageId: 9, data: [`done:${conversation.habitId}:${TODAY}`] };
  expect(conversation.input({ kind: 'text', text: typed('thanks'), repliedTo }).shows).toEqual([
    { place: 'anew', screen: { screen: 'notice', phrase: { key: 'answer-unreadable' }, cancel: false } },
  ]);
  conversation.say('/new');
  expect(conversation.input({ kind: 'text', text: typed('Swim'), repliedTo }).dialog).toMatchObject({
    step: 'often',
  });
  expect(conversation.input({ kind: 'text', text: typed('in 1 h'), repliedTo }).dialog).toMatchObject({
    step: 'often',
  });
  expect(conversation.events).toHaveLength(1);
});

test('a reply to a message that is no reminder is an ordinary text', () => {
  const conversation = settled();
  const repliedTo = { messageId: 9, data: ['today:0'] };
  expect(
    conversation.input({ kind: 'text', text: typed('in 1 h'), repliedTo }).shows[0]?.screen,
  ).toMatchObject({
    phrase: { key: 'not-understood' },
  });
});

test('what is answered, paused, put away or another’s cannot be put off', () => {
  const conversation = withHabit();
  const { habitId } = conversation;
  const card = { place: 'here', screen: { screen: 'card', items: [{ habitId, on: TODAY }] } };
  const refused = (key: string) => {
    for (const data of [`later:${habitId}:${TODAY}`, `wait:${habitId}:${TODAY}:15m`]) {
      const step = conversation.tap(data, message);
      expect(step).toEqual({ dialog: { at: 'idle' }, commands: [], shows: [card], toast: { key } });
    }
    const repliedTo = { messageId: 9, data: [`done:${habitId}:${TODAY}`] };
    expect(conversation.input({ kind: 'text', text: typed('in 1 h'), repliedTo }).shows).toEqual([
      { place: 'anew', screen: { screen: 'notice', phrase: { key }, cancel: false } },
    ]);
  };
  conversation.tap(`skip:${habitId}:${TODAY}`);
  refused('refusal-AlreadyAnswered');
  conversation.tap(`undo:${habitId}:${TODAY}`);
  conversation.tap({ tap: 'pauseOpen', habitId: asHabitId(habitId) });
  refused('refusal-HabitPaused');
  conversation.tap({ tap: 'resume', habitId: asHabitId(habitId) });
  conversation.tap({ tap: 'remindersOff' });
  refused('reminders-are-off');
  conversation.tap({ tap: 'remindersOn' });
  conversation.tap({ tap: 'away', from: TODAY, to: TODAY });
  refused('wait-vacation');
  conversation.tap({ tap: 'noVacation' });
  conversation.tap({ tap: 'putAway', habitId: asHabitId(habitId) });
  refused('refusal-HabitArchived');
  expect(conversation.tap(`later:${other}:${TODAY}`).toast).toEqual({ key: 'refusal-HabitNotFound' });
  expect(conversation.tap(`wait:${other}:${TODAY}:15m`).toast).toEqual({ key: 'refusal-HabitNotFound' });
  expect(conversation.events.map(({ type }) => type)).not.toContain('ReminderSnoozed');
});

test.each([
  'later',
  'later:x',
  `later:${'a'.repeat(13)}:${TODAY}:1`,
  `wait:${'a'.repeat(13)}:${TODAY}`,
  `wait:${'a'.repeat(13)}:${TODAY}:2400`,
  'show',
])('forged data %j is unknown', (data) => {
  expect(withHabit().tap(data).toast).toEqual({ key: 'toast-unknown' });
});
