import { Kvm } from '@nats-io/kv';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { fromStored } from '#services/platform/rate-limit/stored-state.ts';
import { type SenderFixture, startSenderFixture, thisMinute } from './fixture.ts';
import { holdChats } from './people.ts';

const HOUR_MS = 3_600_000;
/** More than the consumer gives out at once. */
const MANY = 70;
/** The most of a process's messages that wait for held chats. */
const MOST_WAITING = 16;

// Pauses and holds are waited for, on a machine that does other things too.
vi.setConfig({ testTimeout: 120_000 });

describe('a chat that Telegram takes nothing for', () => {
  let fixture: SenderFixture;

  beforeAll(async () => {
    fixture = await startSenderFixture();
  });
  afterEach(() => fixture.settle());
  afterAll(() => fixture?.stop());

  async function budget() {
    const entry = await (await new Kvm(fixture.nats).open('pacer')).get('budget');
    const state = fromStored(entry?.string() ?? '');
    if (!state) throw new Error('no budget');
    return state;
  }

  test('a first 429 pauses all; the next one for the same chat, others accepted between, holds that chat alone', async () => {
    const [held, other, third] = [await fixture.person(), await fixture.person(), await fixture.person()];
    await fixture.sender();
    const limit = (retryAfter: number) =>
      fixture.telegram.fault({ method: 'sendMessage', chatId: held.chatId, times: 1, retryAfter });
    const minute = thisMinute();
    await limit(1);
    await fixture.remind(held, { minute });
    await fixture.ends(held.userId);
    const { pausedUntilMs, share } = await budget();
    expect(share).toBe(0.8);
    await fixture.remind(other);
    await fixture.ends(other.userId);
    await limit(3);
    const since = (await fixture.telegram.requests()).length;
    const next = { ...held, due: held.due.map((one) => ({ ...one, on: '2026-11-26' })) };
    await fixture.remind(next, { minute: minute + 1 });
    await fixture.telegram.waitForRequest(({ status, chatId }) => status === 429 && chatId === held.chatId, {
      since,
    });
    await fixture.remind(third);
    await fixture.ends(held.userId, 2);
    const [refused, passed, taken] = [
      (await fixture.sends(held.chatId)).at(-2),
      (await fixture.sends(third.chatId)).at(-1),
      (await fixture.sends(held.chatId)).at(-1),
    ];
    expect([refused?.status, passed?.status, taken?.status]).toEqual([429, 200, 200]);
    expect(passed?.index).toBeLessThan(taken?.index ?? 0);
    expect((taken?.monotonicMs ?? 0) - (refused?.monotonicMs ?? 0)).toBeGreaterThanOrEqual(2_990);
    expect(await budget()).toMatchObject({ pausedUntilMs });
  });

  test('held beyond its deadline a reminder ends at once, as refused, and nothing is sent', async () => {
    const person = await fixture.person();
    await holdChats(fixture.nats, 2 * HOUR_MS, [person.chatId]);
    await fixture.sender();
    await fixture.remind(person, { expiresInMs: HOUR_MS });
    expect(await fixture.ends(person.userId)).toMatchObject([
      { outcome: 'failed', reason: expect.stringMatching(/^429: Too Many Requests: held for \d+ s more$/) },
    ]);
    expect(await fixture.sends(person.chatId)).toEqual([]);
  });

  test('held for less it waits, and so many wait that others find room: all others are sent meanwhile', async () => {
    const crowd = await fixture.crowd(MANY);
    const chatIds = crowd.map(({ userId }) => Number(userId));
    await holdChats(fixture.nats, HOUR_MS / 2, chatIds);
    await fixture.sender();
    for (const person of crowd) await fixture.remind(person, { expiresInMs: HOUR_MS });
    const others = await fixture.crowd(MANY);
    for (const person of others) await fixture.remind(person, { expiresInMs: HOUR_MS });
    await expect.poll(() => fixture.countEnds(others), { timeout: 60_000 }).toBe(MANY);
    await expect.poll(() => fixture.countEnds(crowd), { timeout: 60_000 }).toBe(MANY - MOST_WAITING);
    expect((await budget()).held.size).toBe(MANY);
  });
});
