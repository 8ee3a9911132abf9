import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserId } from '#contracts/ids.ts';
import { userOfUpdate } from '#services/ingress/user-of-update.ts';

const person = { id: 4_200_000_001, is_bot: false, first_name: 'A' };
const chat = { id: -100_200, type: 'supergroup' };
const own = String(person.id);

describe('the user of an update', () => {
  it.each([
    ['message', { message_id: 1, from: person, chat, text: '/start' }],
    ['edited_message', { message_id: 1, from: person, chat }],
    ['callback_query', { id: '1', from: person, message: { from: { id: 7 } }, data: 'x' }],
    ['inline_query', { id: '1', from: person, query: '' }],
    ['pre_checkout_query', { id: '1', from: person, currency: 'XTR' }],
    ['my_chat_member', { chat, from: person, new_chat_member: { user: { id: 7 }, status: 'kicked' } }],
    ['subscription', { user: person, invoice_payload: 'x', state: 'canceled' }],
    ['chat_join_request', { chat, from: person, user_chat_id: 9 }],
    ['poll_answer', { poll_id: '1', user: person, option_ids: [0] }],
    ['message_reaction', { chat, message_id: 1, user: person }],
    ['message of the bot', { from: { id: 7, is_bot: true }, chat: { id: person.id, type: 'private' } }],
    ['kind_of_the_future', { from: person }],
  ])('of a %s', (kind, content) => {
    expect(userOfUpdate({ update_id: 1, [kind]: content })).toBe(own);
  });

  it.each([
    ['a channel post', { channel_post: { message_id: 1, chat } }],
    ['a poll', { poll: { id: '1' } }],
    ['nothing', {}],
    ['a list', { message: [{ from: person }] }],
    ['null', { message: null }],
    ['a message of a bot in a group', { message: { from: { id: 7, is_bot: true }, chat } }],
    ['an id as text', { message: { from: { id: '42' } } }],
    ['an id below zero', { message: { from: { id: -42 } } }],
    ['an id of zero', { message: { from: { id: 0 } } }],
    ['a fraction', { message: { from: { id: 1.5 } } }],
    ['an id beyond all ids', { message: { from: { id: 1e21 } } }],
  ])('is not to be found in %s', (_name, rest) => {
    expect(userOfUpdate({ update_id: 1, ...rest })).toBeUndefined();
  });

  it('is a user id or undefined, whatever comes', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (update) => {
        const user = userOfUpdate(update);
        expect(user === undefined || UserId.safeParse(user).success).toBe(true);
      }),
    );
  });
});
