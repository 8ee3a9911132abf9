import { expect, test } from 'vitest';
import { draw } from '#services/bot/screens/draw.ts';
import { asHabitId } from '../../../support/ids.ts';
import { type Conversation, knowledge, NOW_MS, settled, TODAY, withHabit } from '../conversation.ts';

/** 25 November 2026, 10:30 in Berlin. */
const NOW_AT = '2026-11-25T09:30:00.000Z';
const other = 'zzzzzzzzzzzzz';

const snoozed = (habitId: string, at: string, untilAt: string, on = TODAY) => ({
  to: 'habit',
  habitId,
  command: { type: 'SnoozeReminder', data: { on, at, untilAt, nowAt: NOW_AT } },
});

const message = { messageId: 5, data: [] };

/** One more habit for somebody who has some. */
function add(talk: Conversation, name: string): string {
  const before = new Set(talk.person.habits.map(({ habitId }) => habitId));
  talk.say('/new');
  talk.say(name);
  talk.tap({ tap: 'counted', as: 'yesNo' });
  talk.tap({ tap: 'often', how: 'daily' });
  talk.tap({ tap: 'draftTimesReady' });
  talk.tap({ tap: 'create' });
  talk.events.length = 0;
  return talk.person.habits.find(({ habitId }) => !before.has(habitId))?.habitId ?? '';
}

test('Later offers times in the message itself, and Back takes the offer back', () => {
  const talk = withHabit();
  const day = { habitId: talk.habitId, on: TODAY };
  const step = talk.tap(`later:${talk.habitId}:${TODAY}`, message);
  expect(step).toEqual({
    dialog: { at: 'snoozing', day, askedIn: { list: 'card', items: [day], messageId: 5 } },
    orders: [],
    shows: [{ place: 'here', screen: { screen: 'card', items: [day], snoozing: day } }],
  });
  expect(talk.seen(step)[0]).toEqual({
    text: '⏰ Read\n💤 When shall I remind you of Read again? Tap, or write it: “in 40 min”, “at 18:30”.',
    entities: [
      { type: 'bold', offset: 2, length: 4 },
      { type: 'bold', offset: 37, length: 4 },
    ],
    reply_markup: {
      inline_keyboard: [
        [
          { text: '15 min', callback_data: `wait:${talk.habitId}:${TODAY}:15m` },
          { text: '1 h', callback_data: `wait:${talk.habitId}:${TODAY}:60m` },
          { text: '3 h', callback_data: `wait:${talk.habitId}:${TODAY}:180m` },
          { text: '19:00', callback_data: `wait:${talk.habitId}:${TODAY}:1900` },
        ],
        [{ text: '‹ Back', callback_data: `show:${talk.habitId}:${TODAY}` }],
      ],
    },
  });
  expect(talk.tap(`show:${talk.habitId}:${TODAY}`, message)).toEqual({
    dialog: { at: 'idle' },
    orders: [],
    shows: [{ place: 'here', screen: { screen: 'card', items: [day] } }],
  });
});

test.each([
  ['15m', '10:45', '2026-11-25T09:45:00.000Z'],
  ['180m', '13:30', '2026-11-25T12:30:00.000Z'],
  ['1900', '19:00', '2026-11-25T18:00:00.000Z'],
])('a tap on %s is snoozed until %s', (wait, at, untilAt) => {
  const talk = withHabit();
  talk.tap(`later:${talk.habitId}:${TODAY}`, message);
  const step = talk.tap(`wait:${talk.habitId}:${TODAY}:${wait}`, message);
  expect(step).toEqual({
    dialog: { at: 'idle' },
    orders: [snoozed(talk.habitId, at, untilAt)],
    shows: [{ place: 'here', screen: { screen: 'card', items: [{ habitId: talk.habitId, on: TODAY }] } }],
    toast: { key: 'snoozed', args: { at } },
  });
  expect(talk.events).toEqual([{ type: 'ReminderSnoozed', data: { on: TODAY, at, untilAt } }]);
  expect(talk.seen(step)[0]).toEqual({
    text: `💤 Read\nSnoozed until ${at}`,
    entities: [{ type: 'bold', offset: 3, length: 4 }],
    reply_markup: {
      inline_keyboard: [
        [
          { text: '✅ Done', callback_data: `done:${talk.habitId}:${TODAY}` },
          { text: '⏭ Skip', callback_data: `skip:${talk.habitId}:${TODAY}` },
          { text: '💤 Later', callback_data: `later:${talk.habitId}:${TODAY}` },
        ],
      ],
    },
  });
  const done = talk.tap(`done:${talk.habitId}:${TODAY}`, message);
  expect(talk.seen(done)[0]?.text).toBe('✅ Read\n🌱 Day one of a new streak');
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
  const talk = withHabit();
  talk.tap(`later:${talk.habitId}:${TODAY}`, message);
  expect(talk.say(text)).toEqual({
    dialog: { at: 'idle' },
    orders: [snoozed(talk.habitId, at, untilAt)],
    shows: [
      {
        place: { messageId: 5 },
        screen: { screen: 'card', items: [{ habitId: talk.habitId, on: TODAY }] },
      },
      { place: 'anew', screen: { screen: 'notice', phrase: { key, args: { at } }, cancel: false } },
    ],
  });
});

test.each([
  ['soon', { key: 'wait-unreadable' }, true],
  ['at 9:00', { key: 'wait-over', args: { at: '09:00' } }, false],
  ['today at 10:30', { key: 'wait-over', args: { at: '10:30' } }, false],
  ['in 3 days', { key: 'refusal-SnoozeTooLong' }, false],
  ['tomorrow at 11', { key: 'refusal-SnoozeTooLong' }, false],
])('%j is told why not, and better words are waited for', (text, phrase, cancel) => {
  const talk = withHabit();
  const { dialog } = talk.tap(`later:${talk.habitId}:${TODAY}`, message);
  expect(talk.say(text)).toEqual({
    dialog,
    orders: [],
    shows: [{ place: 'anew', screen: { screen: 'notice', phrase, cancel } }],
  });
  expect(talk.events).toEqual([]);
});

test('a reply to a reminder puts off all its habits that are open', () => {
  const talk = withHabit();
  const [walk, swim] = [add(talk, 'Walk'), add(talk, 'Swim')];
  talk.tap(`done:${walk}:${TODAY}`);
  talk.events.length = 0;
  const data = [
    `done:${talk.habitId}:${TODAY}`,
    `undo:${walk}:${TODAY}`,
    `wait:${swim}:${TODAY}:15m`,
    `done:${other}:${TODAY}`,
  ];
  const step = talk.input({ kind: 'text', text: 'in 40 min', repliedTo: { messageId: 9, data } });
  const untilAt = '2026-11-25T10:10:00.000Z';
  expect(step).toEqual({
    dialog: { at: 'idle' },
    orders: [snoozed(talk.habitId, '11:10', untilAt), snoozed(swim, '11:10', untilAt)],
    shows: [
      {
        place: { messageId: 9 },
        screen: {
          screen: 'card',
          items: [talk.habitId, walk, swim, other].map((habitId) => ({ habitId, on: TODAY })),
        },
      },
      {
        place: 'anew',
        screen: { screen: 'notice', phrase: { key: 'snoozed', args: { at: '11:10' } }, cancel: false },
      },
    ],
  });
  expect(talk.seen(step).map(({ text }) => text)).toEqual([
    '⏰ 2 habits to do\n\n💤 Read · until 11:10\n✅ Walk\n💤 Swim · until 11:10',
    '💤 I will remind you again at 11:10.',
  ]);
});

test('a reply that says no time is told so, and in another dialog it is an answer there', () => {
  const talk = withHabit();
  const repliedTo = { messageId: 9, data: [`done:${talk.habitId}:${TODAY}`] };
  expect(talk.input({ kind: 'text', text: 'thanks', repliedTo }).shows).toEqual([
    { place: 'anew', screen: { screen: 'notice', phrase: { key: 'wait-unreadable' }, cancel: false } },
  ]);
  talk.say('/new');
  expect(talk.input({ kind: 'text', text: 'Swim', repliedTo }).dialog).toMatchObject({ step: 'counted' });
  expect(talk.input({ kind: 'text', text: 'in 1 h', repliedTo }).dialog).toMatchObject({ step: 'counted' });
  expect(talk.events).toHaveLength(1);
});

test('a reply to a message that is no reminder is an ordinary text', () => {
  const talk = settled();
  const repliedTo = { messageId: 9, data: ['today:0'] };
  expect(talk.input({ kind: 'text', text: 'in 1 h', repliedTo }).shows[0]?.screen).toMatchObject({
    phrase: { key: 'not-understood' },
  });
});

test('what is answered, paused, put away or another’s cannot be put off', () => {
  const talk = withHabit();
  const { habitId } = talk;
  const card = { place: 'here', screen: { screen: 'card', items: [{ habitId, on: TODAY }] } };
  const refused = (key: string) => {
    for (const data of [`later:${habitId}:${TODAY}`, `wait:${habitId}:${TODAY}:15m`]) {
      const step = talk.tap(data, message);
      expect(step).toEqual({ dialog: { at: 'idle' }, orders: [], shows: [card], toast: { key } });
    }
    const repliedTo = { messageId: 9, data: [`done:${habitId}:${TODAY}`] };
    expect(talk.input({ kind: 'text', text: 'in 1 h', repliedTo }).shows).toEqual([
      { place: 'anew', screen: { screen: 'notice', phrase: { key }, cancel: false } },
    ]);
  };
  talk.tap(`skip:${habitId}:${TODAY}`);
  refused('refusal-AlreadyAnswered');
  talk.tap(`undo:${habitId}:${TODAY}`);
  talk.tap({ tap: 'pause', habitId: asHabitId(habitId) });
  refused('refusal-HabitPaused');
  talk.tap({ tap: 'resume', habitId: asHabitId(habitId) });
  talk.tap({ tap: 'remindersOff' });
  refused('reminders-are-off');
  talk.tap({ tap: 'remindersOn' });
  talk.tap({ tap: 'away', from: TODAY, to: TODAY });
  refused('wait-vacation');
  talk.tap({ tap: 'noVacation' });
  talk.tap({ tap: 'putAway', habitId: asHabitId(habitId) });
  refused('refusal-HabitArchived');
  expect(talk.tap(`later:${other}:${TODAY}`).toast).toEqual({ key: 'refusal-HabitNotFound' });
  expect(talk.tap(`wait:${other}:${TODAY}:15m`).toast).toEqual({ key: 'refusal-HabitNotFound' });
  expect(talk.events.map(({ type }) => type)).not.toContain('ReminderSnoozed');
});

test('Done while a time is waited for ends the waiting; another dialog is not interrupted', () => {
  const talk = withHabit();
  talk.tap(`later:${talk.habitId}:${TODAY}`, message);
  expect(talk.tap(`done:${talk.habitId}:${TODAY}`, message).dialog).toEqual({ at: 'idle' });
  talk.tap(`undo:${talk.habitId}:${TODAY}`, message);
  const { dialog } = talk.say('/new');
  expect(talk.tap(`later:${talk.habitId}:${TODAY}`, message).dialog).toEqual(dialog);
  expect(talk.tap(`wait:${talk.habitId}:${TODAY}:15m`, message).dialog).toEqual(dialog);
});

test('while an amount is asked for, a reply that is no amount but a time puts the habit off', () => {
  const talk = withHabit('numeric');
  const data = [`amount:${talk.habitId}:${TODAY}:20`];
  talk.tap(`done:${talk.habitId}:${TODAY}`, message);
  const repliedTo = { messageId: 5, data };
  const step = talk.input({ kind: 'text', text: 'in 40 min', repliedTo });
  expect(step.dialog).toEqual({ at: 'idle' });
  expect(step.orders).toEqual([snoozed(talk.habitId, '11:10', '2026-11-25T10:10:00.000Z')]);
  talk.tap(`done:${talk.habitId}:${TODAY}`, message);
  talk.input({ kind: 'text', text: '40 min', repliedTo });
  expect(talk.events.at(-1)).toEqual({ type: 'HabitCheckedIn', data: { on: TODAY, value: 40 } });
});

test('words in reply to another reminder are about that one', () => {
  const talk = withHabit();
  const walk = add(talk, 'Walk');
  const asked = talk.tap(`later:${talk.habitId}:${TODAY}`, message);
  const repliedTo = { messageId: 6, data: [`done:${walk}:${TODAY}`] };
  const step = talk.input({ kind: 'text', text: 'in 40 min', repliedTo });
  expect(step.orders).toEqual([snoozed(walk, '11:10', '2026-11-25T10:10:00.000Z')]);
  expect(step.dialog).toEqual(asked.dialog);
  const same = { messageId: 5, data: [`wait:${talk.habitId}:${TODAY}:15m`] };
  const answered = talk.input({ kind: 'text', text: 'in 40 min', repliedTo: same });
  expect(answered.orders).toEqual([snoozed(talk.habitId, '11:10', '2026-11-25T10:10:00.000Z')]);
  expect(answered.dialog).toEqual({ at: 'idle' });
});

test('what was put off is not promised while nothing comes', () => {
  const talk = withHabit();
  talk.tap(`wait:${talk.habitId}:${TODAY}:60m`, message);
  const shown = () => talk.seen(talk.tap(`show:${talk.habitId}:${TODAY}`, message))[0]?.text;
  expect(shown()).toBe('💤 Read\nSnoozed until 11:30');
  talk.tap({ tap: 'remindersOff' });
  expect(shown()).toBe('⏰ Read');
  talk.tap({ tap: 'remindersOn' });
  talk.tap({ tap: 'away', from: TODAY, to: TODAY });
  expect(shown()).toBe('⏰ Read');
});

test('once its minute has come, a habit is no longer shown as put off', () => {
  const talk = withHabit();
  talk.tap(`wait:${talk.habitId}:${TODAY}:15m`, message);
  const card = { screen: 'card', items: [{ habitId: talk.habitId, on: TODAY }] } as const;
  const shownAt = (nowMs: number) =>
    draw({ ...card, items: [...card.items] }, undefined, { ...talk.person, nowMs }, knowledge.places).text;
  expect(shownAt(NOW_MS + 15 * 60_000 - 1)).toBe('💤 Read\nSnoozed until 10:45');
  expect(shownAt(NOW_MS + 15 * 60_000)).toBe('⏰ Read');
});

test('after midnight, before the day has ended, tomorrow is what comes after the night', () => {
  const talk = withHabit('yesNo', Date.parse('2026-11-26T00:30:00Z'));
  talk.tap({ tap: 'dayStartsAt', at: '03:00' });
  talk.tap(`later:${talk.habitId}:${TODAY}`, message);
  talk.say('tomorrow at 9');
  expect(talk.events.at(-1)).toEqual({
    type: 'ReminderSnoozed',
    data: { on: TODAY, at: '09:00', untilAt: '2026-11-26T08:00:00.000Z' },
  });
});

test('late in the evening no evening is offered, and a time after midnight is tomorrow’s', () => {
  const talk = withHabit('yesNo', Date.parse('2026-11-25T22:20:30Z'));
  const offer = talk.seen(talk.tap(`later:${talk.habitId}:${TODAY}`, message))[0];
  expect(JSON.stringify(offer?.reply_markup).match(/\d+m(?="\})/g)).toEqual(['15m', '60m', '120m']);
  talk.say('0:15');
  expect(talk.events).toEqual([
    { type: 'ReminderSnoozed', data: { on: TODAY, at: '00:15', untilAt: '2026-11-25T23:15:00.000Z' } },
  ]);
  talk.tap(`later:${talk.habitId}:${TODAY}`, message);
  talk.say('1 min');
  expect(talk.events[1]).toEqual({
    type: 'ReminderSnoozed',
    data: { on: TODAY, at: '23:22', untilAt: '2026-11-25T22:22:00.000Z' },
  });
  expect(talk.seen(talk.tap(`show:${talk.habitId}:${TODAY}`))[0]?.text).toBe('💤 Read\nSnoozed until 23:22');
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
