import { describe, expect, it } from 'vitest';
import { createLimits } from '#deploy/telegram/limits/limits.ts';
import { refusalOf, started } from './fixture.ts';

const GROUP = -1_001_234;

async function inGroup() {
  const running = await started();
  const group = await running.client.group({ id: GROUP, addedBy: running.alex.id });
  return { ...running, group };
}

describe('a group', () => {
  it('tells the bot that it was added, and of what is meant for it: commands, mentions, answers', async () => {
    const { api, alex } = await inGroup();
    const question = await api.sendMessage(GROUP, 'Yes?');
    await alex.say('just talk', { groupId: GROUP });
    await alex.say('/help@another_bot', { groupId: GROUP });
    await alex.say('/help', { groupId: GROUP });
    await alex.say('/help@habitstream_bot', { groupId: GROUP });
    await alex.say('no', { groupId: GROUP, replyTo: question.message_id });
    const updates = (await api.getUpdates()).slice(1);
    expect(updates[0]?.my_chat_member).toMatchObject({
      chat: { id: GROUP, type: 'supergroup' },
      from: { id: alex.id },
      new_chat_member: { status: 'member' },
    });
    expect(updates.slice(1).map(({ message }) => message?.text)).toEqual([
      '/help',
      '/help@habitstream_bot',
      'no',
    ]);
    expect(updates[1]?.message).toMatchObject({ chat: { id: GROUP }, from: { id: alex.id } });
  });

  it('shows what the bot writes and edits, and passes taps on', async () => {
    const { api, alex, group } = await inGroup();
    const inline_keyboard = [[{ text: 'Go', callback_data: 'go' }]];
    const { message_id } = await api.sendMessage(GROUP, 'Hello', { reply_markup: { inline_keyboard } });
    await alex.tap(message_id, { button: 'Go' }, { chatId: GROUP });
    await api.editMessageText(GROUP, message_id, 'Gone');
    expect(await group.waitForMessage(({ edits }) => edits > 0)).toMatchObject({ text: 'Gone' });
    const tapped = (await api.getUpdates()).at(-1)?.callback_query;
    expect(tapped).toMatchObject({ data: 'go', message: { chat: { id: GROUP } } });
    expect(await api.getChat(GROUP)).toMatchObject({ id: GROUP, type: 'supergroup', title: 'A group' });
  });

  it('is closed to a bot that has left, until a person adds it again', async () => {
    const { api, alex, client, group } = await inGroup();
    expect(await api.leaveChat(GROUP)).toBe(true);
    await group.waitForLeaving();
    const gone = { code: 403, text: 'Forbidden: bot is not a member of the supergroup chat' };
    expect(await refusalOf(api.sendMessage(GROUP, 'Still here'))).toEqual(gone);
    expect(await refusalOf(api.leaveChat(GROUP))).toEqual(gone);
    await alex.say('/help', { groupId: GROUP });
    await client.group({ id: GROUP, addedBy: alex.id });
    await api.sendMessage(GROUP, 'Back');
    const kinds = (await api.getUpdates()).slice(1).map(({ message, my_chat_member }) => {
      return message ? message.text : my_chat_member?.new_chat_member.status;
    });
    expect(kinds).toEqual(['member', 'left', 'member']);
  });

  it('is none that a bot can leave when it is a private chat, and none when nobody made it', async () => {
    const { api, alex } = await inGroup();
    expect((await refusalOf(api.leaveChat(alex.id))).code).toBe(400);
    expect(await refusalOf(api.sendMessage(-5, 'Hello'))).toEqual({
      code: 400,
      text: 'Bad Request: chat not found',
    });
  });
});

describe('the limit of one group', () => {
  it('takes 20 in any sliding minute, and refuses more for that group alone, until there is room', () => {
    const limits = createLimits();
    for (let i = 0; i < 20; i += 1) expect(limits.admit(i * 2000, GROUP).admitted).toBe(true);
    expect(limits.admit(40_000, GROUP)).toEqual({ admitted: false, limit: 'chat', retryAfterSeconds: 20 });
    expect(limits.admit(40_000, GROUP - 1).admitted).toBe(true);
    for (let i = 0; i < 40; i += 1) expect(limits.admit(40_000 + i * 1000, 7).admitted).toBe(true);
    expect(limits.admit(60_000, GROUP).admitted).toBe(true);
  });
});
