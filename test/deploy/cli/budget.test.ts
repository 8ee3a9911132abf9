import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { ratesFrom } from '#deploy/cli/budget-rates.ts';
import { provision } from '#deploy/provision/provision.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import { createLog } from '#services/platform/process/log.ts';
import { openRateLimiter, type RateLimiter } from '#services/platform/rate-limit/rate-limiter.ts';
import { ChatHeld } from '#services/platform/rate-limit/slot-queue.ts';
import { startTestNats, type TestNats } from '#test/support/nats.ts';
import { testProcesses } from '#test/support/processes.ts';

const processes = testProcesses();
// The command is started as a process again and again, on a machine that does other things too.
vi.setConfig({ testTimeout: 90_000 });

let server: TestNats;
let nats: NatsConnection;
let limiters: RateLimiter[];

beforeAll(async () => {
  server = await startTestNats();
  nats = await server.connection();
  await provision(nats, { shardCount: 1 });
  limiters = [await open(), await open(), await open()];
});
afterAll(async () => {
  for (const limiter of limiters ?? []) await limiter.stop();
  await server?.stop();
});

async function open(): Promise<RateLimiter> {
  const ports = { nats: await server.connection(), clock: systemClock, log: createLog('test', 'silent') };
  return openRateLimiter(ports, { sendRate: 28, bulkRate: 25 });
}

async function budget(...args: string[]) {
  const run = await processes.startScript('deploy/cli/habitstream.ts', ['budget', ...args], {
    NATS_URL: server.url,
  });
  const { code } = await run.exited;
  return { code, text: run.lines.join('\n') };
}

test('nothing was booked, nothing is paused', async () => {
  const { text } = await budget('show');
  for (const line of [/^rate +nothing was booked yet/, /^share +100%/m, /^pause +none/m, /^held +no chat/m])
    expect(text).toMatch(line);
  expect((await budget('resume')).text).toBe('There was no pause, and no chat was held.');
});

test('shows what a pause is and why; resume ends it in every process, also in the one that heard the 429', async () => {
  const [one, two, three] = limiters;
  await one?.acquire('reply');
  await two?.hold('77', 3_600_000);
  await expect(three?.acquire('reply', '77')).rejects.toBeInstanceOf(ChatHeld);
  await one?.pause(3_600_000, '429, retry after 7200 s');
  const shown = (await budget('show')).text;
  expect(shown).toMatch(/^rate +28 messages a second, 25 of them reminders and broadcasts/);
  expect(shown).toMatch(/share +80% of the configured rate, a twentieth more each 15 s/);
  expect(shown).toMatch(/pause +until \S+Z, 3\d\d\d s more \(429, retry after 7200 s\)/);
  expect(shown).toMatch(/held +1 chat\n +77 until \S+Z$/);
  const json: unknown = JSON.parse((await budget('show', '--json')).text);
  expect(json).toMatchObject({ share: 0.8, pause: { because: '429, retry after 7200 s' } });

  let sent = 0;
  const waiting = limiters.map((limiter) => limiter.acquire('reply').then(() => sent++));
  expect(sent).toBe(0);
  const { code, text } = await budget('resume');
  expect([code, text]).toEqual([
    0,
    expect.stringMatching(/^Ended the pause \d+ s before its end\.\nLet 1 chat go\.$/),
  ]);
  await Promise.all(waiting);
  await three?.acquire('reply', '77');
  expect((await budget('show')).text).toMatch(/pause +none\nheld +no chat/);
});

test('a 429 after that pauses again', async () => {
  const [one, two] = limiters;
  await one?.pause(1_500, '429, retry after 2 s');
  const askedMs = performance.now();
  await Promise.all([one?.acquire('reply'), two?.acquire('reply')]);
  expect(performance.now() - askedMs).toBeGreaterThan(1_400);
});

test('what is set live holds for all, also for who starts later, until the settings are to hold again', async () => {
  const setting = 'SEND_RATE and BULK_RATE of the services';
  expect((await budget('show')).text).toContain(`from    ${setting}`);
  const { text } = await budget('set', '--rate', '12');
  expect(text).toMatch(
    /^All processes book 12 messages a second, 10 of them reminders and broadcasts from now on/,
  );
  await server.restart();
  const later = await open();
  limiters.push(later);
  for (const limiter of limiters) await limiter.acquire('reply');
  const shown = (await budget('show')).text;
  expect(shown).toMatch(/^from +budget set, at \S+Z: 12 messages a second, 10 of them/m);
  const json: unknown = JSON.parse((await budget('show', '--json')).text);
  expect(json).toMatchObject({ live: { whole: 12, bulk: 10 } });
  expect((await budget('set', '--default')).text).toMatch(
    /^The settings of the services hold again, instead of 12 /,
  );
  await later.acquire('reply');
  const after: unknown = JSON.parse((await budget('show', '--json')).text);
  expect(after).not.toHaveProperty('live');
  expect((await budget('set', '--default')).text).toMatch(/^Nothing was set live/);
});

test.each([
  { args: [], says: /--rate: / },
  { args: ['--rate', '0'], says: /--rate: / },
  { args: ['--rate', '31'], says: /30 messages a second without payment.*\n.*--paid-broadcast/ },
  { args: ['--rate', '1001', '--paid-broadcast'], says: /--rate: / },
  { args: ['--rate', '20', '--bulk-rate', '21'], says: /--bulk-rate is a part of --rate/ },
  { args: ['--rate', '20', '--default'], says: /it takes no rate/ },
])('budget set $args is refused', ({ args, says }) => {
  expect(() => ratesFrom(args)).toThrow(says);
});

test('a command that there is not, prints the usage', async () => {
  expect(await budget('stop')).toMatchObject({ code: 1, text: expect.stringMatching(/budget resume/) });
});
