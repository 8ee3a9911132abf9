import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { inspect, promisify } from 'node:util';
import { type Api, InputFile } from 'grammy';
import { afterEach, describe, expect, test } from 'vitest';
import { systemClock } from '#services/platform/process/clock.ts';
import { createLog } from '#services/platform/process/log.ts';
import type { RateLimiter } from '#services/platform/rate-limit/rate-limiter.ts';
import { classify, createTelegram, openTelegram } from '#services/platform/telegram/client.ts';
import type { SendGate } from '#services/platform/telegram/transport.ts';

const TOKEN = '123456:abcdefghijklmnopqrstuvwxyz';
const log = createLog('test', 'silent');

type Respond = (response: ServerResponse, request: IncomingMessage) => unknown;
const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A Telegram that answers the nth request by the nth of `responds`, and the last one ever after. */
async function serve(...responds: Respond[]) {
  const seen: { method: string; body: string }[] = [];
  const server = createServer(async (request, response) => {
    const respond = responds[Math.min(seen.length, responds.length - 1)];
    seen.push({ method: request.url?.split('/').at(-1) ?? '', body: await text(request).catch(() => '') });
    respond?.(response, request);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    ...{ port, apiRoot: `http://127.0.0.1:${port}`, seen },
    connections: () => promisify(server.getConnections.bind(server))(),
    drop: () => server.closeAllConnections(),
  };
}

const json =
  (status: number, body: unknown): Respond =>
  (response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
const sent = json(200, { ok: true, result: { message_id: 9, date: 1, chat: { id: 5, type: 'private' } } });
const error = (code: number, parameters = {}) =>
  json(code, { ok: false, error_code: code, description: `error ${code}`, parameters });
const silentFor = (seconds: number) => error(429, { retry_after: seconds });

const failure = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 'no failure',
    (caught: unknown) => caught,
  );
const api = (apiRoot: string): Api =>
  openTelegram({ token: TOKEN, apiRoot, timeouts: { connectMs: 500, answerMs: 300 } }).api;
const kindOf = async (apiRoot: string) => {
  const caught = await failure(api(apiRoot).sendMessage(5, 'hello'));
  expect(inspect(caught, { depth: 9 })).not.toContain(TOKEN);
  return classify(caught);
};

describe('a request that never left is told from one whose answer was lost', () => {
  test('refused connection: unreachable', async () => {
    const { apiRoot, port } = await serve(sent);
    for (const close of closing.splice(0)) close();
    expect(port).toBeGreaterThan(0);
    expect(await kindOf(apiRoot)).toMatchObject({ kind: 'unreachable' });
  });

  test('a name that does not exist: unreachable', async () => {
    expect(await kindOf('http://nobody.invalid')).toMatchObject({ kind: 'unreachable' });
  });

  test('a failed TLS handshake: unreachable', async () => {
    const { port } = await serve(sent);
    expect(await kindOf(`https://127.0.0.1:${port}`)).toMatchObject({ kind: 'unreachable' });
  });

  test('the connection closed after the request was read: unknown', async () => {
    const { apiRoot, seen } = await serve((response) => response.destroy());
    expect(await kindOf(apiRoot)).toMatchObject({ kind: 'unknown' });
    expect(seen).toHaveLength(1);
  });

  test('the same on a connection that had been used before: unknown', async () => {
    const { apiRoot, seen } = await serve(sent, (response) => response.destroy());
    const client = api(apiRoot);
    await client.sendMessage(5, 'hello');
    expect(classify(await failure(client.sendMessage(5, 'hello')))).toMatchObject({ kind: 'unknown' });
    expect(seen).toHaveLength(2);
  });

  test('no answer in time: unknown', async () => {
    const { apiRoot } = await serve(() => {});
    expect(await kindOf(apiRoot)).toMatchObject({ kind: 'unknown' });
  });

  test('an answer broken off in the middle: unknown', async () => {
    const { apiRoot } = await serve((response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{"ok":tr');
      setImmediate(() => response.destroy());
    });
    expect(await kindOf(apiRoot)).toMatchObject({ kind: 'unknown' });
  });

  test.each([
    [502, '<html>Bad Gateway</html>'],
    [200, '{"ok":tr'],
  ])('%i with a body that is not JSON: unknown', async (status, body) => {
    const { apiRoot } = await serve((response) => response.writeHead(status).end(body));
    expect(await kindOf(apiRoot)).toMatchObject({ kind: 'unknown' });
  });
});

describe('a call that waits for its instant', () => {
  async function connecting() {
    const server = await serve(sent);
    const { api, gated } = openTelegram({
      token: TOKEN,
      apiRoot: server.apiRoot,
      timeouts: { connectMs: 500, answerMs: 300 },
    });
    const send = (mayLeave: SendGate) => gated(mayLeave, () => api.sendMessage(5, 'hello'));
    return { ...server, send };
  }

  test('is asked for it when the connection stands, and leaves then', async () => {
    const { connections, seen, send } = await connecting();
    const before: number[] = [];
    const mayLeave = async () => {
      before.push(await connections(), seen.length);
      return true;
    };
    await expect(send(mayLeave)).resolves.toMatchObject({ message_id: 9 });
    expect(before).toEqual([1, 0]);
    await send(mayLeave);
    expect([before.slice(2), seen.length]).toEqual([[1, 1], 2]);
  });

  test('may wait longer than for a connection or an answer', async () => {
    const { send } = await connecting();
    await expect(send(() => systemClock.sleep(700).then(() => true))).resolves.toMatchObject({
      message_id: 9,
    });
  });

  test('held back, nothing was sent', async () => {
    const { seen, send } = await connecting();
    expect(classify(await failure(send(async () => false)))).toEqual({ kind: 'notSent' });
    expect(seen).toEqual([]);
  });

  test('when its connection breaks meanwhile, or nobody can say when it may leave, nothing was sent: unreachable', async () => {
    const { seen, send, drop } = await connecting();
    const breaking = send(async () => {
      drop();
      await systemClock.sleep(100);
      return true;
    });
    expect(classify(await failure(breaking))).toMatchObject({ kind: 'unreachable' });
    const stopped = send(() => Promise.reject(new Error('stopped')));
    expect(classify(await failure(stopped))).toMatchObject({ kind: 'unreachable' });
    expect(seen).toEqual([]);
  });
});

describe("Telegram's own answers", () => {
  test.each([400, 403, 409, 413])('%i: refused, for good', async (code) => {
    const { apiRoot } = await serve(error(code));
    expect(await kindOf(apiRoot)).toEqual({ kind: 'refused', code, description: `error ${code}` });
  });

  test('a chat that moved', async () => {
    const { apiRoot } = await serve(error(400, { migrate_to_chat_id: -100 }));
    expect(await kindOf(apiRoot)).toMatchObject({ kind: 'refused', migrateToChatId: -100 });
  });

  test.each([401, 404])('%i: our token, not this message: unreachable', async (code) => {
    const { apiRoot } = await serve(error(code));
    expect(await kindOf(apiRoot)).toMatchObject({ kind: 'unreachable' });
  });

  test('500: unknown', async () => {
    const { apiRoot } = await serve(error(500));
    expect(await kindOf(apiRoot)).toMatchObject({ kind: 'unknown' });
  });

  test('429: limited', async () => {
    const { apiRoot } = await serve(silentFor(3));
    expect(await kindOf(apiRoot)).toEqual({ kind: 'limited', retryAfterMs: 3000 });
  });

  test('an error of our own is unknown', () => {
    expect(classify(new TypeError('ours'))).toMatchObject({ kind: 'unknown' });
  });
});

type FleetLimiter = Pick<RateLimiter, 'acquire' | 'pause'>;

describe('with the rate limiter', () => {
  const witness = () => {
    const calls: string[] = [];
    const limiter: FleetLimiter = {
      async acquire(lane, chatId) {
        calls.push(`${lane} ${chatId}`);
      },
      async pause(ms) {
        calls.push(`pause ${ms}`);
      },
    };
    return { calls, limiter };
  };
  const telegram = (apiRoot: string, limiter: FleetLimiter) =>
    createTelegram({ token: TOKEN, apiRoot, limiter, lane: 'reply', log });

  test('sends, edits and deletions wait, with their chat; answers to taps do not', async () => {
    const { calls, limiter } = witness();
    const { apiRoot, seen } = await serve(sent);
    const bot = telegram(apiRoot, limiter);
    await bot.answerCallbackQuery('1');
    await bot.sendChatAction(5, 'typing');
    await bot.answerPreCheckoutQuery('1', true);
    expect(calls).toEqual([]);
    await bot.sendMessage(5, 'hello');
    await bot.editMessageText(6, 1, 'hello');
    await bot.editMessageReplyMarkup(7, 1);
    await bot.deleteMessage(8, 1);
    expect(calls).toEqual(['reply 5', 'reply 6', 'reply 7', 'reply 8']);
    expect(seen).toHaveLength(7);
  });

  test('an uploaded file arrives whole', async () => {
    const { limiter } = witness();
    const { apiRoot, seen } = await serve(sent);
    await telegram(apiRoot, limiter).sendPhoto(5, new InputFile(Buffer.from('a picture'), 'p.png'));
    expect(seen[0]?.body).toContain('a picture');
  });

  test('a 429 pauses the fleet, and the call is made again with a new permission', async () => {
    const { calls, limiter } = witness();
    const { apiRoot } = await serve(silentFor(2), sent);
    await expect(telegram(apiRoot, limiter).sendMessage(5, 'hello')).resolves.toMatchObject({
      message_id: 9,
    });
    expect(calls).toEqual(['reply 5', 'pause 2000', 'reply 5']);
  });

  test('endless 429s reach the caller, and each paused the fleet', async () => {
    const { calls, limiter } = witness();
    const { apiRoot } = await serve(silentFor(1));
    expect(classify(await failure(telegram(apiRoot, limiter).sendMessage(5, 'x')))).toMatchObject({
      kind: 'limited',
    });
    expect(calls.filter((call) => call === 'pause 1000')).toHaveLength(5);
  });

  test('a 429 for what does not count pauses the fleet too, and is told', async () => {
    const { calls, limiter } = witness();
    const { apiRoot } = await serve(silentFor(1));
    expect(classify(await failure(telegram(apiRoot, limiter).answerCallbackQuery('1')))).toMatchObject({
      kind: 'limited',
    });
    expect(calls).toEqual(['pause 1000']);
  });

  test('a pause that cannot be made known does not lose the message', async () => {
    const { limiter } = witness();
    const { apiRoot } = await serve(silentFor(1), sent);
    const away: FleetLimiter = { ...limiter, pause: () => Promise.reject(new Error('store away')) };
    await expect(telegram(apiRoot, away).sendMessage(5, 'hello')).resolves.toMatchObject({ message_id: 9 });
  });

  test('when permission is refused nothing is sent', async () => {
    const { apiRoot, seen } = await serve(sent);
    const { limiter } = witness();
    const closed: FleetLimiter = { ...limiter, acquire: () => Promise.reject(new Error('stopped')) };
    expect(await failure(telegram(apiRoot, closed).sendMessage(5, 'hello'))).toBeInstanceOf(Error);
    expect(seen).toEqual([]);
  });
});
