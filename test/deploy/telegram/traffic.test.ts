import { GrammyError, HttpError } from 'grammy';
import { describe, expect, it } from 'vitest';
import { type RunningSimulator, runSimulator } from './fixture.ts';

/** A clock that stands still, so that all calls of a test fall into the same instant. */
const STANDING = { now: () => 1_800_000_000_000 };

async function crowded(config: Parameters<typeof runSimulator>[0] = {}): Promise<RunningSimulator> {
  const running = await runSimulator(config);
  await running.client.crowd(1_000_000, 100);
  return running;
}

describe('the limits over HTTP', () => {
  it('answer the 31st send of a second with 429 and its wait, and count refused calls as conduct', async () => {
    const { raw, client } = await crowded(STANDING);
    const calls = Array.from({ length: 31 }, (_, i) =>
      raw('sendMessage', { chat_id: 1_000_000 + i, text: 'x' }),
    );
    const refused = (await Promise.all(calls)).filter(({ status }) => status !== 200);
    expect(refused).toEqual([
      {
        status: 429,
        body: {
          ok: false,
          error_code: 429,
          description: 'Too Many Requests: retry after 2',
          parameters: { retry_after: 2 },
        },
      },
    ]);
    expect(await client.counters()).toMatchObject({
      requests: 31,
      counted: 31,
      admitted: 30,
      maxInSlidingSecond: 31,
      maxAdmittedInSlidingSecond: 30,
      byStatus: { 200: 30, 429: 1 },
      byMethod: { sendMessage: 31 },
    });
  });

  it('do not count what neither sends nor edits', async () => {
    const { api, client } = await crowded({ ...STANDING, overallPerSecond: 1 });
    await Promise.all(Array.from({ length: 10 }, () => api.getMe()));
    await api.getUpdates();
    await api.sendChatAction(1_000_000, 'typing');
    expect(await client.counters()).toMatchObject({ requests: 12, counted: 0, maxInSlidingSecond: 0 });
    await api.sendMessage(1_000_000, 'a');
    await expect(api.sendMessage(1_000_001, 'b')).rejects.toThrow('429');
  });

  it('hold edits of one chat to its own limit, and are changed while running', async () => {
    const { api, client } = await crowded({ ...STANDING, perChatBurst: 1 });
    const sent = await api.sendMessage(1_000_000, 'a');
    await expect(api.editMessageText(1_000_000, sent.message_id, 'b')).rejects.toThrow('retry after');
    expect(await client.counters()).toMatchObject({ maxInChatSecond: 2 });
    await client.reset();
    expect(await client.limits({ perChatBurst: 2 })).toMatchObject({ perChatBurst: 2, overallPerSecond: 30 });
    await api.sendMessage(1_000_000, 'c');
    await api.editMessageText(1_000_000, sent.message_id, 'd');
    expect(await client.counters()).toMatchObject({ admitted: 2, maxInChatSecond: 2 });
  });

  it('refuse everything during a penalty and lengthen it for who goes on', async () => {
    const { api, client } = await crowded(STANDING);
    await client.penalty(10);
    const waits: unknown[] = [];
    for (const chatId of [1_000_000, 1_000_001, 1_000_002]) {
      const error = await api.sendMessage(chatId, 'a').catch((cause: unknown) => cause);
      if (error instanceof GrammyError) waits.push(error.parameters.retry_after);
    }
    expect(waits).toEqual([11, 12, 13]);
  });
});

describe('records', () => {
  it('say when, what, to whom and with which answer', async () => {
    const { api, client } = await crowded();
    const before = Date.now();
    const sent = await api.sendMessage(1_000_000, 'hello');
    await api.sendMessage(5, 'nobody').catch(() => {});
    const [first, second] = await client.requests({ method: 'sendMessage' });
    expect(first).toMatchObject({
      index: 0,
      chatId: 1_000_000,
      counted: true,
      applied: true,
      status: 200,
      messageId: sent.message_id,
      parameters: { chat_id: 1_000_000, text: 'hello' },
    });
    expect(first?.atMs).toBeGreaterThanOrEqual(before);
    expect(second).toMatchObject({ status: 400, applied: false, description: 'Bad Request: chat not found' });
  });

  it('keep only the newest, while the counters go on', async () => {
    const { api, client } = await crowded({ requestsKept: 5 });
    for (let call = 0; call < 12; call += 1) await api.getMe();
    expect((await client.requests()).map(({ index }) => index)).toEqual([7, 8, 9, 10, 11]);
    expect(await client.requests({ since: 11 })).toHaveLength(1);
    expect((await client.counters()).requests).toBe(12);
    await client.reset();
    expect(await client.requests()).toEqual([]);
    await api.getMe();
    expect((await client.requests()).map(({ index }) => index)).toEqual([12]);
  });

  it('can be waited for', async () => {
    const { api, client } = await crowded();
    const waiting = client.waitForRequest(({ method, status }) => method === 'sendMessage' && status === 200);
    await api.getMe();
    await api.sendMessage(1_000_000, 'hello');
    expect(await waiting).toMatchObject({ method: 'sendMessage' });
    await expect(client.waitForRequest(() => false, { timeoutMs: 50 })).rejects.toThrow('no such request');
  });
});

describe('faults', () => {
  it('drop the reply after the message was accepted', async () => {
    const { api, client } = await crowded();
    const person = await client.person({ id: 1_000_000 });
    await client.fault({ method: 'sendMessage', times: 1, dropReply: true });
    await expect(api.sendMessage(1_000_000, 'lost reply')).rejects.toBeInstanceOf(HttpError);
    expect(await person.waitForMessage()).toMatchObject({ text: 'lost reply' });
    expect(await client.requests()).toMatchObject([{ status: 0, applied: true }]);
    expect(await api.sendMessage(1_000_000, 'as usual')).toBeDefined();
  });

  it('drop the call before it was accepted', async () => {
    const { api, client } = await crowded();
    await client.fault({ chatId: 1_000_000, times: 1, dropBefore: true });
    await expect(api.sendMessage(1_000_000, 'never')).rejects.toBeInstanceOf(HttpError);
    expect((await (await client.person({ id: 1_000_000 })).chat()).messages).toEqual([]);
    expect(await client.requests()).toMatchObject([{ status: 0, applied: false }]);
  });

  it('answer with an error or a wait, after those that may pass', async () => {
    const { raw, client } = await crowded();
    await client.fault({ method: 'sendmessage', skip: 1, times: 1, status: 502, error: 'Bad Gateway' });
    const send = () => raw('sendMessage', { chat_id: 1_000_000, text: 'x' });
    expect(await send()).toMatchObject({ status: 200 });
    expect(await send()).toEqual({
      status: 502,
      body: { ok: false, error_code: 502, description: 'Bad Gateway' },
    });
    await client.fault({ retryAfter: 7, times: 1 });
    expect(await send()).toMatchObject({ status: 429, body: { parameters: { retry_after: 7 } } });
    expect(await client.faults()).toEqual([]);
    expect(await send()).toMatchObject({ status: 200 });
  });

  it('hold a call until it is released, before or after it took effect', async () => {
    const { api, client } = await crowded();
    const person = await client.person({ id: 1_000_000 });
    await client.fault({ method: 'sendMessage', times: 1, hold: 'after' });
    const sending = api.sendMessage(1_000_000, 'held');
    expect(await person.waitForMessage()).toMatchObject({ text: 'held' });
    expect((await client.requests())[0]?.status).toBeUndefined();
    expect(await client.release()).toBe(1);
    expect(await sending).toMatchObject({ text: 'held' });
  });

  it('hold back the answer for a while', async () => {
    const { api, client } = await crowded();
    await client.fault({ method: 'getMe', delayMs: 60 });
    await api.getMe();
    expect((await client.requests())[0]?.durationMs).toBeGreaterThanOrEqual(59);
    await client.clearFaults();
    expect(await client.faults()).toEqual([]);
    await expect(client.fault(Object.assign({ times: 1 }, { nonsense: true }))).rejects.toThrow('nonsense');
  });
});
