import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TICK_SUBJECT } from '#contracts/subjects.ts';
import { epochMinuteAt } from '#contracts/time.ts';
import { POINT_MS, RECENT_MS } from '#services/console/recent-deliveries.ts';
import { storeDeadLetter } from '#services/platform/jetstream/dead-letter.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import { createLog } from '#services/platform/process/log.ts';
import { openLimiterRecord } from '#services/platform/rate-limit/limiter-record.ts';
import { openServerTime } from '#services/platform/rate-limit/server-time.ts';
import { eventually } from '#test/support/eventually.ts';
import {
  answerOf,
  type ConsoleFixture,
  deliver,
  newPerson,
  PASSWORD,
  queueReminder,
  startConsole,
  viewOf,
} from './fixture.ts';

let fixture: ConsoleFixture;
beforeAll(async () => {
  fixture = await startConsole({ CONSOLE_PASSWORD: PASSWORD });
});
afterAll(async () => {
  await fixture?.stop();
});

const JSON_BODY = { 'content-type': 'application/json' };

function post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  const { url } = fixture;
  return fetch(`${url}${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { ...JSON_BODY, ...headers },
  });
}

async function loggedIn(): Promise<{ cookie: string }> {
  const response = await post('/api/login', { password: PASSWORD });
  expect(response.status).toBe(200);
  return { cookie: response.headers.get('set-cookie')?.split(';')[0] ?? '' };
}

const tierOf = (name: string) => (view: { figures: { tiers: { name: string; waiting: number }[] } }) =>
  view.figures.tiers.find((tier) => tier.name === name);

test('what waits is there with its age, by tier', async () => {
  await queueReminder(fixture.operator, 'engaged', newPerson());
  await queueReminder(fixture.operator, 'engaged', newPerson());
  await queueReminder(fixture.operator, 'dormant', newPerson());
  const view = await viewOf(fixture.url, (each) => tierOf('sender-dormant')(each)?.waiting === 1);
  expect(view.figures.tiers.map(({ name, waiting }) => [name, waiting])).toEqual([
    ['sender-engaged', 2],
    ['sender-regular', 0],
    ['sender-dormant', 1],
    ['sender-broadcast', 0],
  ]);
  expect(view.figures.tiers[0]?.oldestMs).toBeGreaterThan(0);
  expect(view.figures.tiers[1]?.oldestMs).toBe(0);
});

test('how late the delivered ones were, of the time before the console began too', async () => {
  const atMs = Date.now() - 60_000;
  for (const latenessMs of [400, 500, 90_000])
    await deliver(fixture.operator, { at: new Date(atMs).toISOString(), latenessMs });
  await deliver(fixture.operator, { at: new Date(atMs).toISOString(), outcome: 'expired' });
  const slotMs = Math.floor(atMs / POINT_MS) * POINT_MS;
  const view = await viewOf(fixture.url, ({ deliveries }) =>
    deliveries.some((point) => point.atMs === slotMs && point.other === 1),
  );
  const point = view.deliveries.find((each) => each.atMs === slotMs);
  expect(point).toMatchObject({ delivered: 3, other: 1 });
  // A bucket's bound is at most a ninth too high.
  expect(point?.p50Ms).toBeGreaterThanOrEqual(500);
  expect(point?.p50Ms).toBeLessThanOrEqual(500 * 1.13);
  expect(point?.p99Ms).toBeGreaterThanOrEqual(90_000);
  expect(point?.p99Ms).toBeLessThanOrEqual(90_000 * 1.13);
  expect(view.deliveries).toHaveLength(RECENT_MS / POINT_MS);
});

test('a tick that is missing is said, until it is there', async () => {
  await viewOf(fixture.url, ({ findings }) => findings.some(({ place }) => place === 'tick'));
  const tick = { minute: epochMinuteAt(Date.now()), eventsSequence: 0 };
  await jetstream(fixture.operator).publish(TICK_SUBJECT, JSON.stringify(tick));
  await viewOf(fixture.url, ({ findings }) => !findings.some(({ place }) => place === 'tick'));
});

test('a consumer that is gone is said by its name', async () => {
  const { consumers } = await jetstreamManager(fixture.operator);
  await consumers.delete('UPDATES', 'bot-07');
  const { findings } = await viewOf(fixture.url, ({ figures }) => figures.missing.length === 1);
  expect(findings[0]).toEqual({
    level: 'stuck',
    place: 'bot',
    text: 'The consumer bot-07 is gone: run "habitstream provision"',
  });
});

test('without a login nothing can be changed', async () => {
  const action = { kind: 'pause', consumer: 'sender-engaged', minutes: 5 };
  expect((await answerOf(fixture.url)).isIn).toBe(false);
  expect((await post('/api/actions', action)).status).toBe(401);
  expect((await post('/api/actions', action, { cookie: 'habitstream_console=1.x' })).status).toBe(401);
  expect((await post('/api/login', { password: 'wrong' })).status).toBe(401);
  const { consumers } = await jetstreamManager(fixture.operator);
  expect((await consumers.info('REMINDERS', 'sender-engaged')).paused ?? false).toBe(false);
});

test('a tier is paused with an end, and goes on', async () => {
  // None is looked at within a second after a wrong one.
  const login = await eventually(loggedIn);
  const pause = { kind: 'pause', consumer: 'sender-regular', minutes: 5 };
  expect((await post('/api/actions', pause, login)).status).toBe(200);
  const paused = await viewOf(fixture.url, ({ figures }) => figures.tiers[1]?.pausedUntil !== undefined);
  const leftMs = Date.parse(paused.figures.tiers[1]?.pausedUntil ?? '') - Date.now();
  expect(leftMs).toBeGreaterThan(0);
  expect(leftMs).toBeLessThanOrEqual(5 * 60_000);
  const { consumers } = await jetstreamManager(fixture.operator);
  expect((await consumers.info('REMINDERS', 'sender-regular')).paused).toBe(true);
  expect((await post('/api/actions', { ...pause, minutes: 0 }, login)).status).toBe(400);
  expect((await post('/api/actions', { ...pause, consumer: 'bot-01' }, login)).status).toBe(400);
  await post('/api/actions', { kind: 'go-on', consumer: 'sender-regular' }, login);
  await viewOf(fixture.url, ({ figures }) => figures.tiers[1]?.pausedUntil === undefined);
  expect(fixture.lines.filter((line) => line.includes('console: action'))).toHaveLength(2);
});

test('a pause of Telegram is seen and can be ended; which chats are held is not', async () => {
  const { operator } = fixture;
  const log = createLog('test', 'silent');
  const time = await openServerTime(operator, 'KV_pacer');
  const rates = { whole: 28, bulk: 25 };
  const record = await openLimiterRecord({ nats: operator, clock: systemClock, log }, time, rates);
  const kept = await record.read();
  const held = new Map([['987654321', time.now() + 600_000]]);
  await record.replace(kept, {
    ...kept.state,
    held,
    pausedUntilMs: time.now() + 600_000,
    pausedBecause: 'x',
  });
  const view = await viewOf(fixture.url, ({ figures }) => figures.budget.pause !== undefined);
  expect(view.figures.budget).toMatchObject({ heldChats: 1, rates });
  expect(JSON.stringify(view)).not.toContain('987654321');
  const done = await post('/api/actions', { kind: 'end-telegram-pause' }, await loggedIn());
  expect(await done.json()).toEqual({ done: expect.stringMatching(/^The pause is over, \d+ \w+ early; 1 /) });
  expect((await record.read()).state.pausedUntilMs).toBeLessThanOrEqual(time.now());
  record.stop();
});

test('the rate is set for the whole fleet, within what Telegram allows, and given back', async () => {
  const login = await loggedIn();
  const set = (whole: number, bulk: number) => post('/api/actions', { kind: 'set-rate', whole, bulk }, login);
  expect((await set(31, 20)).status).toBe(400);
  expect((await set(20, 21)).status).toBe(400);
  expect((await set(12, 9)).status).toBe(200);
  const view = await viewOf(fixture.url, ({ figures }) => figures.budget.live !== undefined);
  expect(view.figures.budget.live).toMatchObject({ whole: 12, bulk: 9 });
  expect((await post('/api/actions', { kind: 'give-rate-back' }, login)).status).toBe(200);
  await viewOf(fixture.url, ({ figures }) => figures.budget.live === undefined);
});

test('dead letters are counted by who gave them up, and tried again; nothing of what they hold is shown', async () => {
  const { operator, url } = fixture;
  const origin = { consumer: 'sender-engaged', stream: 'REMINDERS', sequence: 1, deliveries: 1 };
  const subject = 'reminders.engaged.1.4000.29000000';
  const secret = 'a-very-private-habit';
  for (const sequence of [1, 2])
    await storeDeadLetter(
      jetstream(operator),
      { ...origin, sequence, subject, data: Buffer.from(JSON.stringify({ secret })) },
      new Error(secret),
      Date.now(),
    );
  const view = await viewOf(url, ({ figures }) => figures.dead[0]?.letters === 2);
  expect(view.figures.dead).toEqual([{ consumer: 'sender-engaged', letters: 2, mayBeRedriven: true }]);
  expect(JSON.stringify(view)).not.toContain(secret);
  const action = { kind: 'redrive', consumer: 'sender-engaged' };
  const answer = await (await post('/api/actions', action, await loggedIn())).json();
  expect(answer).toEqual({ done: '2 dead letters of sender-engaged are tried again.' });
  const { streams } = await jetstreamManager(operator);
  expect((await streams.info('REPLAYS')).state.messages).toBe(2);
  expect((await streams.info('DEAD')).state.messages).toBe(0);
});

test.each([
  ['another host', { host: 'evil.example' }, 421],
  ['a page elsewhere', { origin: 'https://evil.example' }, 403],
  ['its own page', {}, 200],
])('asked by %s', async (_name, headers, status) => {
  const { hostname, port } = new URL(fixture.url);
  const { request } = await import('node:http');
  const answered = new Promise<number | undefined>((resolve, reject) => {
    request({ hostname, port, path: '/api/view', headers }, ({ statusCode }) => resolve(statusCode))
      .on('error', reject)
      .end();
  });
  expect(await answered).toBe(status);
});

test('the console has tried nothing that it may not', async () => {
  await new Kvm(fixture.operator).open('pacer');
  expect([...fixture.server.violations]).toEqual([]);
});
