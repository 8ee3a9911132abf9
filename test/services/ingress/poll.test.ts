import { Api } from 'grammy';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { StoredUpdate } from '#contracts/messages.ts';
import { type SimulatorClient, simulatorClient } from '#deploy/telegram/client.ts';
import { type Simulator, startSimulator } from '#deploy/telegram/start.ts';
import type { AcceptUpdate } from '#services/ingress/accept-update.ts';
import { pollUpdates } from '#services/ingress/poll.ts';
import { type Clock, systemClock } from '#services/platform/process/clock.ts';
import { createLog } from '#services/platform/process/log.ts';
import { eventually } from '#test/support/eventually.ts';

const TOKEN = `42:${'t'.repeat(35)}`;
let simulator: Simulator;
let telegram: SimulatorClient;
let api: Api;

beforeAll(async () => {
  simulator = await startSimulator({ port: 0, host: '127.0.0.1', botToken: TOKEN });
  telegram = simulatorClient(simulator.url);
  api = new Api(TOKEN, { apiRoot: simulator.url });
});
afterAll(() => simulator.stop());
beforeEach(() => telegram.reset());

const update = (userId: number) =>
  telegram.rawUpdate({ message: { message_id: 1, from: { id: userId }, chat: { id: userId }, text: 'x' } });

/** Polls into a list of ids, until the test ends. `mayStore` says for each call whether it succeeds. */
function polling(mayStore: (updateId: number, call: number) => boolean, clock: Clock = systemClock) {
  const calls: number[] = [];
  const stored: number[] = [];
  const stopping = new AbortController();
  const accept: AcceptUpdate = async (body) => {
    const { update_id } = StoredUpdate.parse(JSON.parse(Buffer.from(body).toString()));
    calls.push(update_id);
    if (!mayStore(update_id, calls.length)) throw new Error('no answer from NATS');
    stored.push(update_id);
    return 'stored';
  };
  const log = createLog('ingress', 'silent');
  const ended = pollUpdates(api, accept, { clock, log }, stopping.signal);
  const stop = () => {
    stopping.abort();
    return ended;
  };
  return { calls, stored, stop };
}

const offsets = async () =>
  (await telegram.requests({ method: 'getUpdates' })).map(({ parameters }) => parameters.offset);

it('stores none of a person’s later updates before the earlier ones, and confirms the batch only then', async () => {
  const first = await update(1);
  const second = await update(1);
  const others = await update(2);
  let failures = 2;
  const poller = polling((id) => id !== first || failures-- <= 0);
  await eventually(() => expect(poller.stored).toContain(second));
  await eventually(async () => expect(await offsets()).toHaveLength(4));
  await poller.stop();
  expect(poller.calls.filter((id) => id !== others)).toStrictEqual([first, first, first, second]);
  expect(poller.stored).toContain(others);
  expect(await offsets()).toStrictEqual([undefined, undefined, undefined, others + 1]);
});

it('goes on where it was after a request that failed', async () => {
  const poller = polling(() => true);
  const last = await update(1);
  await eventually(async () => expect(await offsets()).toContain(last + 1));
  await telegram.fault({ method: 'getUpdates', status: 502, times: 1 });
  const next = await update(1);
  await eventually(async () => expect(await offsets()).toContain(next + 1));
  await poller.stop();
  expect(poller.stored).toStrictEqual([last, next]);
});

it('waits out 409, 429, 5xx and broken connections, longer each time and as long as it is told, an hour at most', async () => {
  const waits: number[] = [];
  const clock: Clock = { now: () => 0, sleep: async (ms) => void waits.push(ms) };
  await telegram.fault({ method: 'getUpdates', status: 409, times: 1 });
  await telegram.fault({ method: 'getUpdates', retryAfter: 3, times: 1 });
  await telegram.fault({ method: 'getUpdates', retryAfter: 10_000_000, times: 1 });
  await telegram.fault({ method: 'getUpdates', status: 502, times: 1 });
  await telegram.fault({ method: 'getUpdates', dropReply: true, times: 1 });
  const sent = [await update(3), await update(3)];
  const poller = polling(() => true, clock);
  await eventually(() => expect(poller.stored.slice(-2)).toStrictEqual(sent));
  await poller.stop();
  expect(waits).toStrictEqual([500, 3_000, 3_600_000, 4_000, 8_000]);
});

it('ends within moments when it is stopped, also in the middle of a poll', async () => {
  const poller = polling(() => true);
  await eventually(async () => expect(await offsets()).not.toHaveLength(0));
  const askedAt = performance.now();
  await poller.stop();
  expect(performance.now() - askedAt).toBeLessThan(1_000);
});
