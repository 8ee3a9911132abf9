import { describe, expect, it } from 'vitest';
import { refusalOf, runSimulator, started } from './fixture.ts';

describe('callback answers', () => {
  it('reach the person once', async () => {
    const { api, alex } = await started();
    const sent = await api.sendMessage(1001, 'a', {
      reply_markup: { inline_keyboard: [[{ text: '✅ Done', callback_data: 'done:1' }]] },
    });
    const query = await alex.tap(sent.message_id, { button: 'Done' });
    const tooLong = await refusalOf(api.answerCallbackQuery(query, { text: 'a'.repeat(201) }));
    expect(tooLong.text).toBe('Bad Request: MESSAGE_TOO_LONG');
    await api.answerCallbackQuery(query, { text: 'Well done', show_alert: true });
    expect(await alex.waitForAnswer(query)).toMatchObject({ text: 'Well done', show_alert: true });
    expect(await refusalOf(api.answerCallbackQuery(query))).toEqual({
      code: 400,
      text: 'Bad Request: query is too old and response timeout expired or query ID is invalid',
    });
  });

  it('come too late after a while', async () => {
    let now = 1_800_000_000_000;
    const { api, client } = await runSimulator({ now: () => now, callbackLifetimeMs: 1000 });
    const alex = await client.person({ id: 1001 });
    const query = await alex.tap(1, 'anything');
    now += 1001;
    expect((await refusalOf(api.answerCallbackQuery(query))).text).toMatch(/query is too old/);
  });

  it('carry forged data and messages that are gone', async () => {
    const { api, alex, client } = await started();
    const sent = await api.sendMessage(1001, 'a');
    await api.deleteMessage(1001, sent.message_id);
    await alex.tap(sent.message_id, 'forged:🌱');
    const thief = await client.person({ id: 1003 });
    const other = await api.sendMessage(1001, 'b');
    await thief.tap(other.message_id, 'x', { chatId: 1001 });
    const queries = (await api.getUpdates()).flatMap(({ callback_query }) => callback_query ?? []);
    expect(queries[0]).toMatchObject({
      data: 'forged:🌱',
      message: { message_id: sent.message_id, date: 0 },
    });
    expect(queries[1]).toMatchObject({ from: { id: 1003 }, message: { chat: { id: 1001 }, text: 'b' } });
  });
});

describe('settings', () => {
  it('keeps commands by scope and language, and shows a person their own', async () => {
    const { api, client, alex } = await started();
    await api.setMyCommands([{ command: 'help', description: 'Help' }]);
    await api.setMyCommands([{ command: 'help', description: 'Помощь' }], { language_code: 'ru' });
    expect(await api.getMyCommands({ language_code: 'ru' })).toEqual([
      { command: 'help', description: 'Помощь' },
    ]);
    expect(await api.getMyCommands({ language_code: 'de' })).toEqual([]);
    const maria = await client.person({ id: 1002 });
    expect((await maria.chat()).commands).toEqual([{ command: 'help', description: 'Помощь' }]);
    expect((await alex.chat()).commands).toEqual([{ command: 'help', description: 'Help' }]);
    await api.deleteMyCommands({ language_code: 'ru' });
    expect((await maria.chat()).commands).toEqual([{ command: 'help', description: 'Help' }]);
    expect((await refusalOf(api.setMyCommands([{ command: 'Bad Name', description: 'x' }]))).text).toBe(
      'Bad Request: BOT_COMMAND_INVALID',
    );
  });

  it('keeps descriptions and the menu button', async () => {
    const { api } = await runSimulator();
    await api.setMyDescription('What it does', { language_code: 'en' });
    await api.setMyShortDescription('Short');
    expect(await api.getMyDescription({ language_code: 'en' })).toEqual({ description: 'What it does' });
    expect(await api.getMyShortDescription({ language_code: 'de' })).toEqual({ short_description: 'Short' });
    expect(await api.setChatMenuButton({ menu_button: { type: 'commands' } })).toBe(true);
    expect(await api.getChat(1001)).toMatchObject({ id: 1001, type: 'private' });
  });
});
