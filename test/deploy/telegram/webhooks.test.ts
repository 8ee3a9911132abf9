import { createServer, type IncomingMessage, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { runSimulator } from './fixture.ts';

const updateSchema = z.looseObject({
  update_id: z.int(),
  message: z.looseObject({ text: z.string().optional(), chat: z.looseObject({ id: z.int() }) }).optional(),
});
type Update = z.infer<typeof updateSchema>;
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
