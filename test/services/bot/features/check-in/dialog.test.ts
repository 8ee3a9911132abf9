import { expect, test } from 'vitest';
import { asHabitId } from '../../../../support/ids.ts';
import { settled, TODAY, withHabit } from '../../conversation/fixture.ts';

const other = 'zzzzzzzzzzzzz';

test('Done, Skip and Undo under a reminder name the state wanted', () => {
  const conversation = withHabit();
  const { habitId } = conversation;
  const day = { habitId, on: TODAY };
  const card = { place: 'here', screen: { screen: 'card', items: [day] } };
  const addressed = (command: object) => [{ to: 'habit', habitId, command }];
  const answer = (action: string) =>
    conversation.tap(`${action}:${habitId}:${TODAY}`, { messageId: 5, data: [] });
  const checkIn = { type: 'CheckIn', data: { on: TODAY, value: 1, today: TODAY } };
  const step = { dialog: { at: 'idle' }, shows: [card] };
  expect(answer('done')).toEqual({ ...step, commands: addressed(checkIn), toast: { key: 'toast-done' } });
  expect(answer('done')).toEqual({ ...step, commands: addressed(checkIn), toast: { key: 'toast-already' } });
  const skip = { type: 'SkipDay', data: { on: TODAY, today: TODAY } };
  const ask = { place: 'here', screen: { ...card.screen, instead: { ...day, of: 'skip' } } };
  expect(answer('skip')).toEqual({ ...step, commands: [], shows: [ask] });
  expect(answer('skipAnyway')).toEqual({
    ...step,
    commands: addressed(skip),
    toast: { key: 'toast-skipped' },
  });
  const clear = { type: 'ClearEntry', data: { on: TODAY } };
  expect(answer('undo')).toEqual({ ...step, commands: addressed(clear), toast: { key: 'toast-undone' } });
  expect(answer('undo')).toEqual({ ...step, commands: addressed(clear), toast: { key: 'toast-already' } });
  expect(conversation.events.map(({ type }) => type)).toEqual([
    'HabitCheckedIn',
    'HabitSkipped',
    'EntryCleared',
  ]);
});

test('every habit of the tapped reminder is drawn again, those of others never', () => {
  const conversation = withHabit();
  const data = [
    `done:${other}:${TODAY}`,
    `skip:${other}:${TODAY}`,
    `undo:${conversation.habitId}:2026-11-24`,
    'today:0',
    'junk',
  ];
  const step = conversation.tap(`done:${conversation.habitId}:${TODAY}`, { messageId: 5, data });
  expect(step.shows[0]?.screen).toEqual({
    screen: 'card',
    items: [
      { habitId: other, on: TODAY },
      { habitId: conversation.habitId, on: '2026-11-24' },
      { habitId: conversation.habitId, on: TODAY },
    ],
  });
  const [card] = conversation.seen(step);
  expect(card?.text).toBe('⏰ 1 habit to do\n\n▫️ Read · Nov 24\n✅ Read');
  expect(JSON.stringify(card)).not.toContain(other);
});

test('another person’s habit is unknown', () => {
  const conversation = withHabit();
  for (const data of [
    `done:${other}:${TODAY}`,
    `dayDone:${other}:${TODAY}:0`,
    `habit:${other}`,
    `rename:${other}`,
  ]) {
    expect(conversation.tap(data)).toEqual({
      dialog: { at: 'idle' },
      commands: [],
      shows: [],
      toast: { key: 'refusal-HabitNotFound' },
    });
  }
});

test.each([
  'done',
  'done:',
  'done:aaaaaaaaaaaaa',
  'done:aaaaaaaaaaaaa:2026-02-30',
  'done:AAAAAAAAAAAAA:2026-11-25',
  'explode:aaaaaaaaaaaaa:2026-11-25',
  'create:1',
  'habits:-1',
  'habits:1000',
  'language:de',
  '',
  'x'.repeat(64),
  '__proto__',
  'constructor',
  '{"tap":"create"}',
  'amount:aaaaaaaaaaaaa:2026-11-25:-5',
  '\u0000',
  'drop table',
])('forged data %j is unknown', (data) => {
  const conversation = withHabit();
  expect(conversation.tap(data)).toEqual({
    dialog: { at: 'idle' },
    commands: [],
    shows: [],
    toast: { key: 'toast-unknown' },
  });
  expect(conversation.events).toEqual([]);
});

test('a habit in the archive takes no answers', () => {
  const conversation = withHabit();
  conversation.tap({ tap: 'putAway', habitId: asHabitId(conversation.habitId) });
  expect(conversation.tap(`done:${conversation.habitId}:${TODAY}`).toast).toEqual({
    key: 'refusal-HabitArchived',
  });
});

test('Done on a number asks how much, in the message itself', () => {
  const conversation = withHabit('numeric');
  const day = { habitId: conversation.habitId, on: TODAY };
  const step = conversation.tap(`done:${conversation.habitId}:${TODAY}`, { messageId: 5, data: [] });
  expect(step).toEqual({
    dialog: { at: 'enteringAmount', day, askedIn: { list: 'card', items: [day], messageId: 5 } },
    commands: [],
    shows: [{ place: 'here', screen: { screen: 'card', items: [day], asking: day } }],
  });
  expect(JSON.stringify(conversation.seen(step)[0]?.reply_markup)).toContain(
    `amount:${conversation.habitId}:${TODAY}:40`,
  );
  expect(conversation.say('many').shows[0]?.screen).toMatchObject({
    phrase: { key: 'amount-unreadable' },
    cancel: true,
  });
  expect(conversation.say('12,5 pages')).toEqual({
    dialog: { at: 'idle' },
    commands: [
      {
        to: 'habit',
        habitId: conversation.habitId,
        command: { type: 'CheckIn', data: { on: TODAY, value: 12.5, today: TODAY } },
      },
    ],
    shows: [
      { place: { messageId: 5 }, screen: { screen: 'card', items: [day] } },
      { place: 'anew', screen: { screen: 'answered', day } },
    ],
  });
});

test('an amount can be tapped, on today’s list too', () => {
  const conversation = withHabit('numeric');
  conversation.say('/today');
  conversation.tap({ tap: 'dayDone', habitId: asHabitId(conversation.habitId), on: TODAY, page: 0 });
  const step = conversation.tap({
    tap: 'dayAmount',
    habitId: asHabitId(conversation.habitId),
    on: TODAY,
    page: 0,
    value: 20,
  });
  expect(step.dialog).toEqual({ at: 'idle' });
  expect(conversation.events).toEqual([{ type: 'HabitCheckedIn', data: { on: TODAY, value: 20 } }]);
  expect(conversation.seen(step)[0]?.text).toBe(
    '📅 Wednesday, November 25\n1 of 1 done\n\n✅ Read · 20 of 20 pages\n\n🎉 That’s all for today!',
  );
});

test('asking for an amount does not interrupt another dialog, and tapping still works', () => {
  const conversation = withHabit('numeric');
  conversation.say('/new');
  const before = conversation.dialog;
  conversation.tap(`done:${conversation.habitId}:${TODAY}`);
  expect(conversation.dialog).toEqual(before);
  conversation.tap(`amount:${conversation.habitId}:${TODAY}:10`);
  expect(conversation.dialog).toEqual(before);
  expect(conversation.events).toEqual([{ type: 'HabitCheckedIn', data: { on: TODAY, value: 10 } }]);
});

test('Cancel while an amount is asked for takes the question back', () => {
  const conversation = withHabit('numeric');
  conversation.tap(`done:${conversation.habitId}:${TODAY}`, { messageId: 5, data: [] });
  const step = conversation.tap({ tap: 'cancel' });
  expect(step.dialog).toEqual({ at: 'idle' });
  expect(step.shows[0]?.screen).toEqual({
    screen: 'card',
    items: [{ habitId: conversation.habitId, on: TODAY }],
  });
});

test('today shows what is planned, with streaks and a summary', () => {
  const conversation = withHabit();
  const yesterday = `done:${conversation.habitId}:2026-11-24`;
  conversation.tap(yesterday);
  const step = conversation.tap({
    tap: 'dayDone',
    habitId: asHabitId(conversation.habitId),
    on: TODAY,
    page: 0,
  });
  expect(conversation.seen(step)[0]).toEqual({
    text: '📅 Wednesday, November 25\n1 of 1 done\n\n✅ Read · 🔥 2\n\n🎉 That’s all for today!',
    entities: [
      { type: 'bold', offset: 3, length: 22 },
      { type: 'bold', offset: 41, length: 4 },
    ],
    reply_markup: {
      inline_keyboard: [
        [
          { text: '↩️ Undo', callback_data: `dayUndo:${conversation.habitId}:${TODAY}:0` },
          { text: '📝 Note', callback_data: `dayNote:${conversation.habitId}:${TODAY}:0` },
        ],
        [
          { text: '‹ Yesterday', callback_data: 'dayList:2026-11-24:0' },
          { text: '📆 Other day', callback_data: 'month:2026-11-25' },
        ],
      ],
    },
  });
});

test('today without habits, and on a free day', () => {
  const conversation = settled();
  expect(conversation.seen(conversation.say('/today'))[0]?.text).toContain('You have no habits yet');
  const paused = withHabit();
  paused.tap({ tap: 'pauseOpen', habitId: asHabitId(paused.habitId) });
  expect(paused.seen(paused.say('/today'))[0]?.text).toContain('Nothing planned for today');
});
