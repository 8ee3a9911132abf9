import { jetstreamManager } from '@nats-io/jetstream';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { provision } from '#deploy/provision/provision.ts';
import { LARGEST_UPDATE_BYTES, updateAcceptor } from '#services/ingress/accept-update.ts';
import { webhookServer } from '#services/ingress/webhook.ts';
import { createLog } from '#services/platform/process/log.ts';
import { slowCaller, tally } from '#test/services/platform/process/slow-callers.ts';
import { startTestNats, type TestNats } from '#test/support/nats.ts';
import { storedIds, storedUpdates } from './stored-updates.ts';

const PATH = '/telegram/hook';
const SECRET = 'a-Secret_1';
const lines: string[] = [];
const log = createLog('ingress', 'warn', { write: (line: string) => void lines.push(line) });
let server: FastifyInstance;
let nats: TestNats;
let origin: string;
let nextUser = 1_000;

beforeAll(async () => {
  nats = await startTestNats({ syncAlways: true });
  const connection = await nats.connection();
  await provision(connection, { shardCount: 1 });
  server = webhookServer({ path: PATH, secret: SECRET }, updateAcceptor({ nats: connection, log }), log);
  origin = await server.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(async () => {
  await server.close();
  await nats.stop();
});

/** Calls over real HTTP, as Telegram does. A secret of undefined sends none. */
async function post(
  body: string | Uint8Array<ArrayBuffer>,
  secret: string | undefined = SECRET,
): Promise<number> {
  const response = await fetch(`${origin}${PATH}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(secret === undefined ? {} : { 'x-telegram-bot-api-secret-token': secret }),
    },
    body,
  });
  await response.arrayBuffer();
  return response.status;
}

const message = (updateId: number, userId: number, text = 'hello') =>
  JSON.stringify({ update_id: updateId, message: { message_id: 1, from: { id: userId }, text } });

describe('the webhook', () => {
  it('answers 200 for an update that then survives kill -9 of the server, byte for byte', async () => {
    const user = nextUser++;
    const bodies = Array.from({ length: 20 }, (_, i) => `  ${message(100 + i, user, '<b>🏃 ‮אב')} `);
    for (const body of bodies) expect(await post(body)).toBe(200);
    await nats.kill();
    await nats.restart();
    expect(await storedUpdates(await nats.connection(), user)).toStrictEqual(bodies);
  });

  it('stores a repeated update once and answers 200, also side by side and after a restart', async () => {
    const user = nextUser++;
    const body = message(300, user);
    const answers = await Promise.all(Array.from({ length: 10 }, () => post(body)));
    expect(new Set(answers)).toStrictEqual(new Set([200]));
    await nats.kill();
    await nats.restart();
    expect(await post(body)).toBe(200);
    expect(await storedIds(await nats.connection(), user)).toStrictEqual([300]);
  });

  it.each([
    ['a wrong', 'a-Secret_2'],
    ['a longer', `${SECRET}x`],
    ['an empty', ''],
  ])('answers 401 to %s secret', async (_name, secret) => {
    const user = nextUser++;
    expect(await post(message(400, user), secret)).toBe(401);
    expect(await storedIds(await nats.connection(), user)).toStrictEqual([]);
  });

  it('answers 401 without a secret, and before it reads the body', async () => {
    const none = await server.inject({ method: 'POST', url: PATH, payload: message(410, 1) });
    expect(none.statusCode).toBe(401);
    const huge = await server.inject({ method: 'POST', url: PATH, payload: 'x'.repeat(2_000_000) });
    expect(huge.statusCode).toBe(401);
  });

  it.each(['{', '', 'null', '[]', '7', '"x"', '{}', '{"update_id":"1"}', '{"update_id":1.5}', '\u0000'])(
    'answers 400 to %j',
    async (body) => {
      expect(await post(body)).toBe(400);
    },
  );

  it('answers 400 to bytes that are no UTF-8 text of JSON, and takes any content type', async () => {
    expect(await post(new Uint8Array([0xff, 0xfe, 0x00]))).toBe(400);
    const user = nextUser++;
    const plain = await server.inject({
      method: 'POST',
      url: PATH,
      headers: { 'content-type': 'text/plain', 'x-telegram-bot-api-secret-token': SECRET },
      payload: message(450, user),
    });
    expect(plain.statusCode).toBe(200);
  });

  it('answers 413 to a body of over 1 MB, and goes on', async () => {
    expect(await post(message(500, 1, 'x'.repeat(1_000_001)))).toBe(413);
    const user = nextUser++;
    expect(await post(message(501, user, 'x'.repeat(LARGEST_UPDATE_BYTES - 200)))).toBe(200);
    expect(await storedIds(await nats.connection(), user)).toStrictEqual([501]);
  });

  it('lets go of an update that UPDATES can never hold', async () => {
    const user = nextUser++;
    expect(await post(message(510, user, 'x'.repeat(LARGEST_UPDATE_BYTES)))).toBe(200);
    expect(await post(message(511, user))).toBe(200);
    expect(await storedIds(await nats.connection(), user)).toStrictEqual([511]);
  });

  it('acknowledges updates of unknown kinds: stored when they name a user, else let go', async () => {
    const user = nextUser++;
    expect(await post(JSON.stringify({ update_id: 600, telepathy: { from: { id: user } } }))).toBe(200);
    expect(await post(JSON.stringify({ update_id: 601, channel_post: { message_id: 1 } }))).toBe(200);
    expect(await storedIds(await nats.connection(), user)).toStrictEqual([600]);
  });

  it('answers 404 elsewhere', async () => {
    const elsewhere = await server.inject({ method: 'POST', url: '/', payload: message(1, 1) });
    const get = await server.inject({ method: 'GET', url: PATH });
    expect([elsewhere.statusCode, get.statusCode]).toStrictEqual([404, 404]);
  });

  it('closes 400 connections that send for ever: with the secret after the time for a request, without it at once', async () => {
    const port = Number(new URL(origin).port);
    const head = (secret: string) =>
      `POST ${PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\nX-Telegram-Bot-Api-Secret-Token: ${secret}\r\n\r\n`;
    const crowd = (secret: string) =>
      Promise.all(Array.from({ length: 200 }, () => slowCaller(port, head(secret), ' ')));
    const [slow, refused] = [await crowd(SECRET), await crowd('wrong')];
    const refusedLines = await Promise.all(refused.map(({ closed }) => closed));
    expect(tally(refusedLines)).toStrictEqual({ 'HTTP/1.1 401 Unauthorized': 200 });
    const user = nextUser++;
    expect(await post(message(650, user))).toBe(200);
    const slowLines = await Promise.all(slow.map(({ closed }) => closed));
    expect(tally(slowLines)).toStrictEqual({ 'HTTP/1.1 408 Request Timeout': 200 });
    expect(lines.filter((line) => line.includes('without the right secret'))).toHaveLength(1);
  }, 60_000);

  it('answers 503 while UPDATES is full, so that Telegram keeps the update, and stores it once there is room', async () => {
    const { streams } = await jetstreamManager(await nats.connection());
    const user = nextUser++;
    expect(await post(message(660, user))).toBe(200);
    const { state, config } = await streams.info('UPDATES');
    expect(config.discard).toBe('new');
    await streams.update('UPDATES', { max_bytes: state.bytes });
    expect(await Promise.all([post(message(661, user)), post(message(662, user))])).toStrictEqual([503, 503]);
    await streams.update('UPDATES', { max_bytes: -1 });
    expect([await post(message(661, user)), await post(message(662, user))]).toStrictEqual([200, 200]);
    expect(await storedIds(await nats.connection(), user)).toStrictEqual([660, 661, 662]);
    expect((await streams.info('UPDATES')).state.first_seq).toBe(state.first_seq);
  });

  it('answers 503 while NATS is away, and stores the repetition once', async () => {
    const user = nextUser++;
    await nats.kill();
    expect(await Promise.all([post(message(700, user)), post(message(701, user))])).toStrictEqual([503, 503]);
    await nats.restart();
    expect(await post(message(700, user))).toBe(200);
    expect(await post(message(701, user))).toBe(200);
    expect(await storedIds(await nats.connection(), user)).toStrictEqual([700, 701]);
  });
});
