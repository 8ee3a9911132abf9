import { inspect } from 'node:util';
import type { Api } from 'grammy';
import { describe, expect, test } from 'vitest';
import { systemClock } from '#services/platform/process/clock.ts';
import { classify, openTelegram } from '#services/platform/telegram/client.ts';
import type { SendGate } from '#services/platform/telegram/transport.ts';
import { closeServers, error, failure, sent, serve, silentFor, TOKEN } from './fixture.ts';

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
    closeServers();
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
    const send = (granted: SendGate) => gated(granted, () => api.sendMessage(5, 'hello'));
    return { ...server, send };
  }

  test('is asked for it when the connection stands, and leaves then', async () => {
    const { connections, seen, send } = await connecting();
    const before: number[] = [];
    const granted = async () => {
      before.push(await connections(), seen.length);
      return true;
    };
    await expect(send(granted)).resolves.toMatchObject({ message_id: 9 });
    expect(before).toEqual([1, 0]);
    await send(granted);
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

  test('is looked at once more in the instant of the write: what is late by then was not sent', async () => {
    const { seen, send } = await connecting();
    const looks: number[] = [];
    const lookedAt = (holds: boolean) => async () => () => {
      looks.push(seen.length);
      return holds;
    };
    expect(classify(await failure(send(lookedAt(false))))).toEqual({ kind: 'notSent' });
    await expect(send(lookedAt(true))).resolves.toMatchObject({ message_id: 9 });
    expect([looks, seen.length]).toEqual([[0, 0], 1]);
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
