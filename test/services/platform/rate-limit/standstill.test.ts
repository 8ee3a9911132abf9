import { Kvm } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { provision } from '#deploy/provision/provision.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import { openRateLimiter, type RateLimiter } from '#services/platform/rate-limit/rate-limiter.ts';
import { initialState } from '#services/platform/rate-limit/slots.ts';
import { toStored } from '#services/platform/rate-limit/stored-state.ts';
import { createTelegram } from '#services/platform/telegram/client.ts';
import { startTestNats, type TestNats } from '#test/support/nats.ts';
import { log, type Respond, sent, serve, silentFor, TOKEN } from '../telegram/fixture.ts';

/*
 * A process that stands still, as on a machine with too much to do, while the news of a pause arrives: its slots are due
 * when it goes on, and the news lies in a socket.
 */

const RATES = { sendRate: 500, bulkRate: 500 };
const IDLE = { whole: 500, bulk: 500 };
const STANDSTILL_MS = 280;
const MICROTASKS = 50;
const PAUSE_S = 2;
/** Shorter than the pause, longer than the event loop needs to come to what lies in its sockets. */
const LOOKED_MS = 1_000;
const SOON = { timeout: 30_000 };

describe('after a standstill nothing leaves that asks after a pause has arrived', () => {
  let server: TestNats;
  let nats: NatsConnection;
  const running: RateLimiter[] = [];

  beforeAll(async () => {
    server = await startTestNats();
    nats = await server.connection();
    await provision(nats, { shardCount: 1 });
  });
  afterEach(async () => {
    for (const limiter of running.splice(0)) await limiter.stop();
    await (await new Kvm(nats).open('pacer')).put('budget', toStored(initialState(0, IDLE)));
  });
  afterAll(() => server?.stop());

  async function open(): Promise<RateLimiter> {
    const ports = { nats: await server.connection(), clock: systemClock, log };
    const limiter = await openRateLimiter(ports, RATES);
    running.push(limiter);
    return limiter;
  }

  /** Notes when slots are granted, and how many after the standstill. */
  function watched(limiter: RateLimiter) {
    const grantedMs: number[] = [];
    let wokeMs = Number.POSITIVE_INFINITY;
    return {
      limiter: {
        ...limiter,
        async acquire(...args: Parameters<RateLimiter['acquire']>) {
          const lastLook = await limiter.acquire(...args);
          grantedMs.push(performance.now());
          return lastLook;
        },
      },
      standStill() {
        blockEventLoop(STANDSTILL_MS);
        wokeMs = performance.now();
      },
      granted: () => grantedMs.length,
      async afterStandstill(): Promise<number> {
        await systemClock.sleep(LOOKED_MS);
        return grantedMs.filter((ms) => ms >= wokeMs && ms < wokeMs + LOOKED_MS).length;
      },
    };
  }

  test('its own 429', async () => {
    const own = watched(await open());
    const limited: Respond = (response, request) => {
      silentFor(PAUSE_S)(response, request);
      own.standStill();
    };
    const { apiRoot } = await serve(...Array<Respond>(20).fill(sent), limited, sent);
    const { api } = createTelegram({
      ...{ token: TOKEN, apiRoot, limiter: own.limiter },
      ...{ lane: 'bulk', clock: systemClock, log },
    });
    const stopped = Array.from({ length: 240 }, (_, i) => api.sendMessage(100 + i, 'x').catch(() => {}));
    await expect.poll(own.granted, SOON).toBeGreaterThan(20);
    expect(await own.afterStandstill()).toBe(0);
    await Promise.all(running.splice(0).map((limiter) => limiter.stop()));
    await Promise.all(stopped);
  });

  test('the 429 of another process', async () => {
    const [other, own] = [await open(), watched(await open())];
    const waiting = Array.from({ length: 240 }, () => own.limiter.acquire('bulk').catch(() => {}));
    await expect.poll(own.granted, SOON).toBeGreaterThan(20);
    // From here on the event loop comes to its timers before it comes to its sockets.
    await new Promise((resolve) => setImmediate(resolve));
    const paused = other.pause(PAUSE_S * 1000, 'a test');
    // The client writes what it is asked for in microtasks.
    for (let i = 0; i < MICROTASKS; i++) await undefined;
    own.standStill();
    await paused;
    expect(await own.afterStandstill()).toBe(0);
    await Promise.all(running.splice(0).map((limiter) => limiter.stop()));
    await Promise.all(waiting);
  });
});

describe('put aside between its slot and the write', () => {
  let server: TestNats;
  let limiter: RateLimiter;
  beforeAll(async () => {
    server = await startTestNats();
    await provision(await server.connection(), { shardCount: 1 });
    limiter = await openRateLimiter({ nats: await server.connection(), clock: systemClock, log }, RATES);
  });
  afterAll(async () => {
    await limiter?.stop();
    await server?.stop();
  });

  test('a message gives its slot back and leaves by another one', async () => {
    let standstills = 2;
    const putAside = {
      ...limiter,
      async acquire(...args: Parameters<RateLimiter['acquire']>) {
        const lastLook = await limiter.acquire(...args);
        if (standstills-- > 0) blockEventLoop(STANDSTILL_MS);
        return lastLook;
      },
    };
    const { apiRoot, seen } = await serve(sent);
    const { api } = createTelegram({
      ...{ token: TOKEN, apiRoot, limiter: putAside },
      ...{ lane: 'bulk', clock: systemClock, log },
    });
    const before = limiter.figures();
    await expect(api.sendMessage(700, 'x')).resolves.toMatchObject({ message_id: 9 });
    const { missed, slots } = limiter.figures();
    expect(missed - before.missed).toBeGreaterThanOrEqual(2);
    // Slots of a busy machine are missed before they are begun, too.
    expect(slots - before.slots).toBe(missed - before.missed + 1);
    expect(seen).toHaveLength(1);
  });

  test('a slot that lapsed at the last look keeps its chat waiting for nothing', async () => {
    await limiter.acquire('bulk', '703');
    const lastLook = await limiter.acquire('bulk', '701');
    blockEventLoop(STANDSTILL_MS);
    expect(lastLook !== true && lastLook()).toBe(false);
    const order: string[] = [];
    const again = async (chatId: string) => {
      await limiter.acquire('bulk', chatId);
      order.push(chatId);
    };
    await Promise.all([again('703'), again('701')]);
    expect(order).toEqual(['701', '703']);
  });

  test('nor does it leave in a pause that has begun since', async () => {
    const lastLook = await limiter.acquire('bulk', '702');
    const paused = limiter.pause(1, 'a test');
    expect(lastLook !== true && lastLook()).toBe(false);
    await paused;
  });
});

function blockEventLoop(ms: number): void {
  const endMs = performance.now() + ms;
  while (performance.now() < endMs);
}
