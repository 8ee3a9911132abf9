import { Bot } from 'grammy';
import { describe, expect, it } from 'vitest';
import { BOT_TOKEN, runSimulator } from './fixture.ts';

describe('long polling', () => {
  it('delivers at once, numbers without gaps, and forgets only what was confirmed', async () => {
    const { api, client } = await runSimulator();
    const alex = await client.person({ id: 1001, languageCode: 'en' });
    await alex.say('one');
    await alex.say('/two');
    const [one, two] = await api.getUpdates();
    expect(one).toMatchObject({ message: { text: 'one', from: { id: 1001, language_code: 'en' } } });
    expect(two).toMatchObject({ message: { entities: [{ type: 'bot_command', offset: 0, length: 4 }] } });
    expect((two?.update_id ?? 0) - (one?.update_id ?? 0)).toBe(1);
    expect(await api.getUpdates({ limit: 1 })).toHaveLength(1);
    expect(await api.getUpdates({ offset: two?.update_id ?? 0 })).toEqual([two]);
    expect(await api.getUpdates({ offset: (two?.update_id ?? 0) + 1 })).toEqual([]);
    expect(await api.getUpdates()).toEqual([]);
  });

  it('waits until something happens, and keeps the last with a negative offset', async () => {
    const { api, client } = await runSimulator();
    const alex = await client.person({ id: 1001 });
    const waiting = api.getUpdates({ timeout: 30 });
    await client.person({ id: 1002 });
    await alex.say('hello');
    expect(await waiting).toMatchObject([{ message: { text: 'hello' } }]);
    await alex.say('again');
    expect(await api.getUpdates({ offset: -1 })).toMatchObject([{ message: { text: 'again' } }]);
    expect(await api.getUpdates()).toHaveLength(1);
  });

  it('ends the older of two polls with 409, and any poll when a webhook is set', async () => {
    const { raw, client } = await runSimulator();
    const first = raw('getUpdates', { timeout: 30 });
    await client.waitForRequest(({ method }) => method === 'getUpdates', { answered: false });
    const second = raw('getUpdates', { timeout: 30 });
    expect(await first).toEqual({
      status: 409,
      body: {
        ok: false,
        error_code: 409,
        description:
          'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
      },
    });
    await raw('setWebhook', { url: 'http://127.0.0.1:9/hook' });
    expect(await second).toMatchObject({
      status: 409,
      body: { description: 'Conflict: terminated by setWebhook request' },
    });
    expect(await raw('getUpdates', {})).toMatchObject({
      status: 409,
      body: {
        description:
          "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
      },
    });
  });

  it('keeps updates of a poller that hung up', async () => {
    const { raw, api, client } = await runSimulator();
    const alex = await client.person({ id: 1001 });
    const hangUp = new AbortController();
    const lost = raw('getUpdates', { timeout: 30 }, { signal: hangUp.signal }).catch(() => 'hung up');
    await client.waitForRequest(({ method }) => method === 'getUpdates', { answered: false });
    hangUp.abort();
    expect(await lost).toBe('hung up');
    await client.waitForRequest(({ method }) => method === 'getUpdates', { timeoutMs: 3000 });
    await alex.say('still there?');
    expect(await api.getUpdates()).toMatchObject([{ message: { text: 'still there?' } }]);
  });

  it('leaves out kinds that were not asked for, but not raw ones of a test', async () => {
    const { api, client } = await runSimulator();
    const alex = await client.person({ id: 1001 });
    await api.getUpdates({ allowed_updates: ['callback_query'] });
    await alex.say('not wanted');
    await alex.tap(1, 'wanted');
    const id = await client.rawUpdate({ brand_new_kind: { x: 1 } });
    expect(await api.getUpdates()).toMatchObject([
      { callback_query: { data: 'wanted' } },
      { update_id: id, brand_new_kind: { x: 1 } },
    ]);
  });

  it('forgets updates after 24 hours', async () => {
    let now = 1_800_000_000_000;
    const { api, client } = await runSimulator({ now: () => now });
    const alex = await client.person({ id: 1001 });
    await alex.say('old');
    now += 24 * 3_600_000 + 1;
    await alex.say('new');
    expect(await api.getUpdates()).toMatchObject([{ message: { text: 'new' } }]);
  });

  it('reports blocking and unblocking', async () => {
    const { api, client } = await runSimulator();
    const alex = await client.person({ id: 1001 });
    await alex.say('/start');
    await alex.block();
    await alex.block();
    await expect(alex.say('hm')).rejects.toThrow('has blocked the bot');
    await alex.unblock();
    const changes = (await api.getUpdates()).flatMap(({ my_chat_member }) => my_chat_member ?? []);
    expect(
      changes.map(({ old_chat_member, new_chat_member }) => [old_chat_member.status, new_chat_member.status]),
    ).toEqual([
      ['member', 'kicked'],
      ['kicked', 'member'],
    ]);
    expect(changes[0]).toMatchObject({ chat: { id: 1001, type: 'private' }, from: { id: 1001 } });
  });

  it('carries a whole grammY bot', async () => {
    const { client, simulator } = await runSimulator();
    const bot = new Bot(BOT_TOKEN, { client: { apiRoot: simulator.url } });
    bot.command('start', (ctx) =>
      ctx.reply(`Hello ${ctx.from?.first_name}`, {
        reply_markup: { inline_keyboard: [[{ text: 'Done', callback_data: 'd' }]] },
      }),
    );
    bot.callbackQuery('d', async (ctx) => {
      await ctx.editMessageText('Done ✅');
      await ctx.answerCallbackQuery('Nice');
    });
    bot.on('message:location', (ctx) => ctx.reply(`at ${ctx.message.location.latitude}`));
    const polling = bot.start();
    const maria = await client.person({ id: 1002 });
    await maria.say('/start');
    const hello = await maria.waitForMessage(({ text: shown }) => shown === 'Hello Мария (ru)');
    const query = await maria.tap(hello.message_id, { button: 'Done' });
    expect(await maria.waitForEdit(hello.message_id)).toMatchObject({ text: 'Done ✅' });
    expect(await maria.waitForAnswer(query)).toMatchObject({ text: 'Nice', show_alert: false });
    await maria.shareLocation(55.75, 37.62);
    await maria.waitForMessage(({ text: shown }) => shown === 'at 55.75');
    await expect(maria.waitForMessage(undefined, { timeoutMs: 30, after: 999 })).rejects.toThrow('at 55.75');
    await bot.stop();
    await polling;
  });
});
