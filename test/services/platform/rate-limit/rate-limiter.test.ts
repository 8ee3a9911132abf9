import { Kvm } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { provision } from '#deploy/provision/provision.ts';
import { type Clock, systemClock } from '#services/platform/process/clock.ts';
import { createLog } from '#services/platform/process/log.ts';
import {
  openRateLimiter,
  type RateLimiter,
  RateLimiterStopped,
} from '#services/platform/rate-limit/rate-limiter.ts';
import { initialState } from '#services/platform/rate-limit/slots.ts';
import { toStored } from '#services/platform/rate-limit/stored-state.ts';
import { startTestNats, type TestNats } from '#test/support/nats.ts';
import { mostInASecond } from './sliding-second.ts';

const log = createLog('test', 'silent');
const IDLE = { whole: 28, bulk: 25 };
const SHIPPED = { sendRate: 28, bulkRate: 25 };

describe('the budget', () => {
  let server: TestNats;
  let nats: NatsConnection;
  let running: RateLimiter[];

  beforeAll(async () => {
    server = await startTestNats();
    nats = await server.connection();
    await provision(nats, { shardCount: 1 });
  });
  afterAll(() => server?.stop());
  beforeEach(() => {
    running = [];
  });
  afterEach(async () => {
    await Promise.all(running.map((limiter) => limiter.stop()));
    await (await new Kvm(nats).open('pacer')).put('budget', toStored(initialState(0, IDLE)));
  });

  const open = async (rates = SHIPPED, clock: Clock = systemClock) => {
    const limiter = await openRateLimiter({ nats: await server.connection(), clock, log }, rates);
    running.push(limiter);
    return limiter;
  };

  /** Has `waiting` messages wait at each budget for `ms`; the instants at which they were let through. How much is used, the bench says. */
  const drain = async (budgets: RateLimiter[], waiting: number, ms: number) => {
    const instants: number[] = [];
    const endMs = performance.now() + ms;
    const worker = async (limiter: RateLimiter) => {
      for (;;) {
        await limiter.acquire('bulk');
        if (performance.now() >= endMs) return;
        instants.push(performance.now());
      }
    };
    await Promise.all(budgets.flatMap((limiter) => Array.from({ length: waiting }, () => worker(limiter))));
    return instants;
  };

  test.each([
    { rate: 30, waiting: 16, ms: 3000 },
    { rate: 1000, waiting: 300, ms: 2000 },
  ])('four at $rate a second are never more', async ({ rate, waiting, ms }) => {
    const rates = { sendRate: rate, bulkRate: rate };
    const budgets = [await open(rates), await open(rates), await open(rates), await open(rates)];
    const instants = await drain(budgets, waiting, ms);
    const slots = budgets.reduce((sum, limiter) => sum + limiter.figures().slots, 0);
    expect(mostInASecond(instants)).toBeLessThanOrEqual(Math.floor(rate * 1.03) + 1);
    expect(instants.length).toBeGreaterThan(0);
    expect(instants.length).toBeLessThanOrEqual(slots);
  });

  test('two budgets keep one chat a second apart', async () => {
    const [one, two] = [await open(), await open()];
    await one.acquire('reply', '77');
    const firstMs = performance.now();
    await two.acquire('bulk', '77');
    expect(performance.now() - firstMs).toBeGreaterThanOrEqual(940);
  });

  test('a slot whose instant was slept through is thrown away', async () => {
    let stopMs = 0;
    const stalling: Clock = {
      now: systemClock.now,
      async sleep(ms, signal) {
        await systemClock.sleep(ms + stopMs, signal);
        stopMs = 0;
      },
    };
    const limiter = await open(SHIPPED, stalling);
    const slots = await Promise.all(
      Array.from({ length: 10 }, () => limiter.take({ lane: 'bulk', earlyMs: 1000 })),
    );
    stopMs = 250;
    const begun = await Promise.all(slots.map((slot) => slot.begin()));
    expect(begun.filter((good) => !good).length).toBeGreaterThan(0);
    expect(limiter.figures().missed).toBe(begun.filter((good) => !good).length);
  });

  test('a slot that lapsed, or that nobody wants any more, keeps its chat waiting for nothing', async () => {
    const limiter = await open();
    const slot = await limiter.take({ lane: 'reply', chatId: '79' });
    await systemClock.sleep(200);
    expect(await slot.begin()).toBe(false);
    const askedMs = performance.now();
    await limiter.acquire('reply', '79');
    expect(performance.now() - askedMs).toBeLessThan(500);
    // A machine that is put aside may miss more of them.
    const used = () => limiter.figures().slots - limiter.figures().missed;
    expect(limiter.figures().missed).toBeGreaterThanOrEqual(1);
    expect(used()).toBe(1);
    const giveUp = new AbortController();
    const unwanted = limiter.take({ lane: 'reply', chatId: '80' }, giveUp.signal);
    giveUp.abort(new Error('no longer wanted'));
    await expect(unwanted).rejects.toThrow('no longer wanted');
    await limiter.acquire('reply', '80');
    expect(used()).toBe(2);
  });

  test('a chat is free when its reply could leave at once: not in the second after one, nor while one waits', async () => {
    const limiter = await open();
    expect(limiter.isFree('81')).toBe(true);
    await limiter.acquire('reply', '81');
    expect(limiter.isFree('81')).toBe(false);
    expect(limiter.isFree('82')).toBe(true);
    const waiting = limiter.acquire('reply', '81');
    expect(limiter.isFree('82')).toBe(false);
    await waiting;
    await limiter.pause(5_000, '429');
    expect(limiter.isFree('82')).toBe(false);
  });

  test('a pause stops every process, also what was booked before', async () => {
    const [one, two] = [await open(), await open()];
    const booked = await Promise.all(
      Array.from({ length: 8 }, () => two.take({ lane: 'bulk', earlyMs: 1000 })),
    );
    const askedMs = performance.now();
    await one.pause(1_500, '429');
    const late = await booked.at(-1)?.begin();
    expect(late).toBe(false);
    await Promise.all([one.acquire('reply'), two.acquire('bulk')]);
    expect(performance.now() - askedMs).toBeGreaterThanOrEqual(1_495);
  });

  test('nothing is sent while the store is away, and all goes on when it is back', async () => {
    const limiter = await open();
    await server.kill();
    let sent = 0;
    const sends = Array.from({ length: 5 }, () =>
      limiter.acquire('reply').then(() => {
        sent++;
      }),
    );
    await systemClock.sleep(1500);
    expect(sent).toBe(0);
    await server.restart();
    await Promise.all(sends);
    expect(sent).toBe(5);
  });

  test('who waits can leave, and stopping sends everybody home', async () => {
    const limiter = await open();
    await limiter.pause(60_000, '429');
    const leaving = new AbortController();
    const one = limiter.acquire('reply', undefined, leaving.signal);
    const two = limiter.acquire('bulk', '5');
    leaving.abort(new Error('left'));
    await expect(one).rejects.toThrow('left');
    const rejected = expect(two).rejects.toBeInstanceOf(RateLimiterStopped);
    await limiter.stop();
    await rejected;
    await expect(limiter.acquire('reply')).rejects.toBeInstanceOf(RateLimiterStopped);
  });

  test('a state that cannot be read is replaced, after what it may have booked', async () => {
    const limiter = await open();
    await (await new Kvm(nats).open('pacer')).put('budget', 'nonsense');
    const askedMs = performance.now();
    await limiter.acquire('reply');
    expect(performance.now() - askedMs).toBeGreaterThan(1000);
  });
});
