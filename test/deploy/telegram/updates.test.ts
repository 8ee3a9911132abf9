import { createServer, type IncomingMessage, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { Bot } from 'grammy';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { BOT_TOKEN, runSimulator } from './fixture.ts';

const updateSchema = z.looseObject({
  update_id: z.int(),
  message: z.looseObject({ text: z.string().optional(), chat: z.looseObject({ id: z.int() }) }).optional(),
});
type Update = z.infer<typeof updateSchema>;

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

type Hook = {
  url: string;
  received: { update: Update; headers: IncomingMessage['headers'] }[];
  server: Server;
};
const hooks: Server[] = [];

/** A webhook that answers each call with what `answer` says. */
async function startHook(answer: (update: Update) => number | Promise<number>): Promise<Hook> {
  const received: Hook['received'] = [];
  const server = createServer(async (request, response) => {
    const update = updateSchema.parse(JSON.parse(await text(request)));
    received.push({ update, headers: request.headers });
    response.writeHead(await answer(update)).end();
  });
  hooks.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/hook`,
    received,
    server,
  };
}

afterEach(async () => {
  for (const server of hooks.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

describe('webhooks', () => {
  it('get updates with the secret, and repeats of what they did not take', async () => {
    const { api, client } = await runSimulator({ webhookRetryMs: 5 });
    const alex = await client.person({ id: 1001 });
    let failures = 2;
    const hook = await startHook(() => (failures-- > 0 ? 500 : 200));
    await api.setWebhook(hook.url, { secret_token: 'a_Secret-1', max_connections: 3 });
    await alex.say('hello');
    await until(async () => (await api.getWebhookInfo()).pending_update_count === 0);
    expect(hook.received.map(({ update }) => update.message?.text)).toEqual(['hello', 'hello', 'hello']);
    expect(new Set(hook.received.map(({ update }) => update.update_id)).size).toBe(1);
    expect(hook.received[0]?.headers['x-telegram-bot-api-secret-token']).toBe('a_Secret-1');
    expect(await api.getWebhookInfo()).toMatchObject({
      url: hook.url,
      max_connections: 3,
      last_error_message: 'Wrong response from the webhook: 500 Internal Server Error',
    });
  });

  it('get one person in order while others go on', async () => {
    const { api, client } = await runSimulator({ webhookRetryMs: 5 });
    const alex = await client.person({ id: 1001 });
    const maria = await client.person({ id: 1002 });
    let blocked = true;
    const hook = await startHook(({ message }) => (message?.chat.id === 1001 && blocked ? 503 : 200));
    await api.setWebhook(hook.url);
    for (const word of ['1', '2', '3']) await alex.say(word);
    await maria.say('other');
    const taken = (id: number) =>
      hook.received
        .filter(({ update }) => update.message?.chat.id === id)
        .map(({ update }) => update.message?.text);
    await until(() => taken(1002).length === 1 && taken(1001).length > 1);
    expect(new Set(taken(1001))).toEqual(new Set(['1']));
    blocked = false;
    await until(() => taken(1001).includes('3'));
    expect(taken(1001).slice(-3)).toEqual(['1', '2', '3']);
  });

  it('run at most max_connections at a time', async () => {
    const { api, client } = await runSimulator();
    let open = 0;
    let most = 0;
    const gate = Promise.withResolvers<number>();
    const hook = await startHook(async () => {
      open += 1;
      most = Math.max(most, open);
      await gate.promise;
      open -= 1;
      return 200;
    });
    await api.setWebhook(hook.url, { max_connections: 2 });
    for (let id = 1; id <= 5; id += 1) await (await client.person({ id })).say('x');
    await until(() => hook.received.length === 2);
    gate.resolve(200);
    await until(async () => (await api.getWebhookInfo()).pending_update_count === 0);
    expect([most, hook.received.length]).toEqual([2, 5]);
  });

  it('are refused when they cannot work, say so when nobody is there, and give way to polling', async () => {
    const { api, client, raw } = await runSimulator({ webhookRetryMs: 5 });
    await expect(api.setWebhook('http://example.com/')).rejects.toThrow(
      'An HTTPS URL must be provided for webhook',
    );
    await expect(api.setWebhook('http://127.0.0.1:9/', { secret_token: 'ä' })).rejects.toThrow(
      'unallowed characters',
    );
    expect(await raw('setWebhook', { url: 'http://127.0.0.1:9/' })).toMatchObject({
      body: { ok: true, result: true, description: 'Webhook was set' },
    });
    await (await client.person({ id: 1001 })).say('hello');
    await until(async () => (await api.getWebhookInfo()).last_error_message !== undefined);
    expect(await raw('deleteWebhook')).toMatchObject({ body: { description: 'Webhook was deleted' } });
    expect(await raw('deleteWebhook')).toMatchObject({ body: { description: 'Webhook is already deleted' } });
    expect(await api.getUpdates()).toHaveLength(1);
    await api.deleteWebhook({ drop_pending_updates: true });
    expect(await api.getUpdates()).toEqual([]);
  });
});

/** Looks again each turn of the event loop; the test's own timeout ends it. */
async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setImmediate(resolve));
}
