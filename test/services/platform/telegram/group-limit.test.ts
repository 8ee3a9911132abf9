import { afterAll, beforeAll, expect, test } from 'vitest';
import { provision } from '#deploy/provision/provision.ts';
import { type SimulatorClient, simulatorClient } from '#deploy/telegram/client.ts';
import { type Simulator, startSimulator } from '#deploy/telegram/start.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import { openRateLimiter, type RateLimiter } from '#services/platform/rate-limit/rate-limiter.ts';
import { classify, createTelegram } from '#services/platform/telegram/client.ts';
import { startTestNats, type TestNats } from '#test/support/nats.ts';
import { failure, log, TOKEN } from './fixture.ts';

const GROUP = -100_123;
const PERSON = 1001;
const PER_MINUTE = 3;

let server: TestNats;
let simulator: Simulator;
let people: SimulatorClient;
const limiters: RateLimiter[] = [];

beforeAll(async () => {
  server = await startTestNats();
  await provision(await server.connection(), { shardCount: 1 });
  const botToken = TOKEN;
  simulator = await startSimulator({ port: 0, host: '127.0.0.1', botToken, perGroupPerMinute: PER_MINUTE });
  people = simulatorClient(simulator.url);
  await people.person({ id: PERSON, started: true });
  await people.group({ id: GROUP, addedBy: PERSON });
});
afterAll(async () => {
  await Promise.all(limiters.map((limiter) => limiter.stop()));
  await simulator?.stop();
  await server?.stop();
});

async function bot() {
  const ports = { nats: await server.connection(), clock: systemClock, log };
  const limiter = await openRateLimiter(ports, { sendRate: 28, bulkRate: 25 });
  limiters.push(limiter);
  const settings = { token: TOKEN, apiRoot: simulator.url };
  return createTelegram({ ...settings, limiter, lane: 'reply', clock: systemClock, log }).api;
}

test('a group that had its messages of a minute is held for all processes, and nobody else waits', async () => {
  const [one, two] = [await bot(), await bot()];
  for (let i = 0; i < PER_MINUTE; i++) await one.sendMessage(GROUP, `message ${i}`);
  const refused = await failure(one.sendMessage(GROUP, 'one too many'));
  expect(classify(refused)).toMatchObject({ kind: 'held' });
  expect(classify(await failure(two.sendMessage(GROUP, 'another process')))).toMatchObject({ kind: 'held' });
  const askedMs = performance.now();
  await Promise.all([one.sendMessage(PERSON, 'hello'), two.sendMessage(PERSON, 'hello again')]);
  // A second for the chat of the person. The group waits for most of a minute.
  expect(performance.now() - askedMs).toBeLessThan(10_000);
  const { byStatus } = await people.counters();
  expect(byStatus).toEqual({ '200': PER_MINUTE + 2, '429': 1 });
}, 60_000);
