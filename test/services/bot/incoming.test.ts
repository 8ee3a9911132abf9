import { expect, test } from 'vitest';
import { type Input, readUpdate } from '#services/bot/incoming.ts';
import { typed } from '#test/support/typed.ts';

const from = { id: 42, is_bot: false, first_name: 'A', language_code: 'ru' };
const chat = { id: 42, type: 'private', first_name: 'A' };
const message = (content: object) => ({
  update_id: 1,
  message: { message_id: 5, date: 1, from, chat, ...content },
});
const input = (given: Input) => ({
  updateId: 1,
  kind: 'input',
  userId: '42',
  languageCode: 'ru',
  input: given,
});
const tap = (content: object) => ({
  update_id: 1,
  callback_query: { id: 'q', from, chat_instance: 'x', ...content },
});

test.each<[object, Input]>([
  [{ text: 'Read' }, { kind: 'text', text: typed('Read') }],
  [{ text: '/new' }, { kind: 'command', name: 'new' }],
  [{ text: '/start abc-DEF_1' }, { kind: 'command', name: 'start', behind: typed('abc-DEF_1') }],
  [{ text: '/Today@habit_bot now' }, { kind: 'command', name: 'today', behind: typed('now') }],
  [{ text: '/today\nnow' }, { kind: 'command', name: 'today', behind: typed('now') }],
  [{ text: '/ab/cd' }, { kind: 'text', text: typed('/ab/cd') }],
  [{ text: '/' }, { kind: 'text', text: typed('/') }],
  [{ text: '' }, { kind: 'text', text: typed('') }],
  [{ text: 'x'.repeat(4096) }, { kind: 'text', text: typed('x'.repeat(4096)) }],
  [{ location: { latitude: 1, longitude: 2 } }, { kind: 'location', latitude: 1, longitude: 2 }],
  [{ sticker: { file_id: 'x' } }, { kind: 'attachment' }],
  [{ photo: [{ file_id: 'x' }], caption: '/new' }, { kind: 'attachment' }],
  [{ voice: { file_id: 'x' } }, { kind: 'attachment' }],
])('a private message (%#)', (content, read) => {
  expect(readUpdate(message(content))).toEqual(input(read));
});

test('a reply to a message of the bot, with the data of its buttons', () => {
  const bot = { id: 7, is_bot: true, first_name: 'B' };
  const reply_markup = {
    inline_keyboard: [
      [{ text: 'Done', callback_data: 'a' }],
      [
        { text: 'Site', url: 'x' },
        { text: 'Skip', callback_data: 'b' },
      ],
    ],
  };
  const answered = { message_id: 3, date: 1, chat, from: bot, text: 'x', reply_markup };
  const reply = (reply_to_message: object) => readUpdate(message({ text: 'in 1 h', reply_to_message }));
  expect(reply(answered)).toEqual(
    input({ kind: 'text', text: typed('in 1 h'), repliedTo: { messageId: 3, data: ['a', 'b'] } }),
  );
  const plain = input({ kind: 'text', text: typed('in 1 h') });
  expect(reply({ ...answered, from })).toEqual(plain);
  expect(reply({ ...answered, reply_markup: undefined })).toEqual(plain);
});

test('a tap, with the data of all buttons of its message', () => {
  const reply_markup = {
    inline_keyboard: [
      [
        { text: 'a', callback_data: 'a' },
        { text: 'u', url: 'https://x' },
      ],
      [{ text: 'b', callback_data: 'b' }],
    ],
  };
  const tapped = { data: 'a', message: { message_id: 9, date: 5, chat, text: '⏰ Read', reply_markup } };
  expect(readUpdate(tap(tapped))).toEqual(
    input({
      kind: 'tap',
      callbackId: 'q',
      data: 'a',
      message: {
        messageId: 9,
        data: ['a', 'b'],
        text: '⏰ Read',
        buttons: [
          [
            ['a', 'a'],
            ['u', undefined],
          ],
          [['b', 'b']],
        ],
      },
    }),
  );
});

test('a tap under a message that Telegram no longer shows', () => {
  const read = input({ kind: 'tap', callbackId: 'q', data: 'a', message: undefined });
  expect(readUpdate(tap({ data: 'a', message: { message_id: 9, date: 0, chat } }))).toEqual(read);
  expect(readUpdate(tap({ data: 'a', inline_message_id: 'x' }))).toEqual(read);
});

test('blocking and coming back', () => {
  const member = (status: string, type = 'private') => ({
    update_id: 1,
    my_chat_member: {
      chat: { ...chat, type },
      from,
      date: 1,
      old_chat_member: {},
      new_chat_member: { status },
    },
  });
  expect(readUpdate(member('kicked'))).toEqual({
    updateId: 1,
    kind: 'membership',
    userId: '42',
    blocked: true,
  });
  expect(readUpdate(member('member'))).toEqual({
    updateId: 1,
    kind: 'membership',
    userId: '42',
    blocked: false,
  });
  expect(readUpdate(member('kicked', 'group'))).toMatchObject({ kind: 'ignored' });
});

test('groups: commands get a word, the rest nothing', () => {
  const group = { id: -7, type: 'supergroup' };
  expect(readUpdate(message({ chat: group, text: '/start' }))).toEqual({
    updateId: 1,
    kind: 'group',
    groupId: -7,
    languageCode: 'ru',
  });
  expect(readUpdate(message({ chat: group, text: 'hi' }))).toMatchObject({ kind: 'ignored' });
  expect(readUpdate(tap({ data: 'a', message: { message_id: 1, date: 1, chat: group } }))).toMatchObject({
    kind: 'ignored',
  });
});

test.each([
  [{ update_id: 1, edited_message: { text: 'x' } }, 'edited_message'],
  [{ update_id: 1, something_new: [1, 2, 3] }, 'something_new'],
  [{ update_id: 1 }, 'nothing'],
  [message({ from: undefined }), 'message of no person'],
  [message({ from: { ...from, is_bot: true }, text: 'x' }), 'message of no person'],
  [tap({ game_short_name: 'x' }), 'callback without data'],
])('ignored (%#)', (update, what) => {
  expect(readUpdate(update)).toEqual({ updateId: 1, kind: 'ignored', what });
});

test.each([
  [null],
  ['text'],
  [{}],
  [{ update_id: 'x' }],
  [{ update_id: 1, message: 'x' }],
  [{ update_id: 1, message: { from, chat: 7 } }],
  [message({ text: 7 })],
  [message({ from: { id: -1 }, text: 'x' })],
  [tap({ id: 7, data: 'x' })],
])('unreadable (%#)', (update) => {
  expect(() => readUpdate(update)).toThrow();
});

const clear = { do: 'clear', habitId: 'aaaaaaaaaaaaa', on: '2026-11-28' };

test('a change of the calendar page, whose id is below 0', () => {
  const page_change = { from: { id: 42, language_code: 'ru' }, change: clear };
  expect(readUpdate({ update_id: -5, page_change })).toEqual({
    updateId: -5,
    kind: 'page',
    userId: '42',
    change: clear,
  });
});

test.each([
  { from: { id: 0 }, change: clear },
  { change: clear },
  { from: { id: 42 }, change: { ...clear, habitId: 'another' } },
  { from: { id: 42 }, change: { ...clear, on: '2026-02-30' } },
  { from: { id: 42 }, change: { ...clear, do: 'delete' } },
  { from: { id: 42 }, change: { ...clear, do: 'enter', value: -1 } },
  { from: { id: 42 }, change: { do: 'reorder', habitIds: [] } },
])('a change of the calendar page in another form is none (%#)', (page_change) => {
  expect(() => readUpdate({ update_id: -5, page_change })).toThrow();
});
