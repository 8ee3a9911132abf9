import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { provision } from '#deploy/provision/provision.ts';
import { type SimulatorClient, simulatorClient } from '#deploy/telegram/client.ts';
import { type Simulator, startSimulator } from '#deploy/telegram/start.ts';
import { eventually } from '#test/support/eventually.ts';
import { startTestNats, type TestNats } from '#test/support/nats.ts';
import { testProcesses } from '#test/support/processes.ts';
import { storedIds } from './stored-updates.ts';

const TOKEN = `42:${'t'.repeat(35)}`;
const { startService } = testProcesses();
let nats: TestNats;
let simulator: Simulator;
let telegram: SimulatorClient;

beforeAll(async () => {
  nats = await startTestNats();
  await provision(await nats.connection(), { shardCount: 1 });
  simulator = await startSimulator({ port: 0, host: '127.0.0.1', botToken: TOKEN, webhookRetryMs: 50 });
  telegram = simulatorClient(simulator.url);
});
afterAll(async () => {
  await simulator.stop();
  await nats.stop();
});

const ingress = (env: Record<string, string> = {}) =>
  startService('ingress', {
    NATS_URL: nats.url,
    BOT_TOKEN: TOKEN,
    TELEGRAM_API_ROOT: simulator.url,
    LOG_LEVEL: 'info',
    ...env,
  });

const update = (userId: number, text: string) =>
  telegram.rawUpdate({ message: { message_id: 1, from: { id: userId }, chat: { id: userId }, text } });

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

describe('long polling', () => {
  it('is done by one replica; when it is killed, the other goes on: nothing lost, nothing twice', async () => {
    const first = await ingress();
    await first.line(/lease taken/);
    const second = await ingress();
    await second.line(/started/);
    const sent: number[] = [];
    const connection = await nats.connection();
    for (let i = 0; i < 30; i++) sent.push(await update(501, `before ${i}`));
    await eventually(async () => expect(await storedIds(connection, 501)).toStrictEqual(sent));
    expect(second.lines.some((line) => line.includes('lease taken'))).toBe(false);

    const feeding = (async () => {
      for (let i = 0; i < 200; i++) sent.push(await update(501, `during ${i}`));
    })();
    await first.kill();
    const killedAt = performance.now();
    await feeding;
    await second.line(/lease taken/);
    expect(performance.now() - killedAt).toBeLessThan(9_000);
    await eventually(async () => expect(await storedIds(connection, 501)).toStrictEqual(sent));

    await second.stop();
    expect([...first.lines, ...second.lines].filter((line) => line.includes(TOKEN.slice(3)))).toHaveLength(0);
  });

  it('hands over at once on a graceful stop, and to Telegram nothing is confirmed before it is stored', async () => {
    const first = await ingress();
    await first.line(/lease taken/);
    const second = await ingress();
    await second.line(/started/);
    await nats.kill();
    const unstored = await update(502, 'while NATS is away');
    await first.line(/lease given up/, 15_000);
    expect(await telegram.requests({ method: 'getUpdates' })).not.toContainEqual(
      expect.objectContaining({ parameters: expect.objectContaining({ offset: unstored + 1 }) }),
    );
    await nats.restart();
    const connection = await nats.connection();
    await eventually(async () => expect(await storedIds(connection, 502)).toStrictEqual([unstored]), {
      timeoutMs: 25_000,
    });
    await first.stop();
    const after = await update(502, 'after the stop');
    await eventually(async () => expect(await storedIds(connection, 502)).toStrictEqual([unstored, after]));
    await second.stop();
  });
});

describe('the webhook', () => {
  it('is registered with its secret, and takes updates until it is switched to polling', async () => {
    const port = await freePort();
    const webhook = {
      WEBHOOK_URL: `http://127.0.0.1:${port}/telegram`,
      WEBHOOK_SECRET: 'a-Secret_1',
      PORT: String(port),
    };
    const called = await ingress(webhook);
    await called.line(/started/);
    const sent = await Promise.all(Array.from({ length: 50 }, (_, i) => update(504, `text ${i}`)));
    const connection = await nats.connection();
    const byNumber = (a: number, b: number) => a - b;
    await eventually(async () => {
      expect((await storedIds(connection, 504)).sort(byNumber)).toStrictEqual(sent.sort(byNumber));
    });
    await called.stop();

    const polling = await ingress();
    await polling.line(/lease taken/);
    const later = await update(505, 'polled');
    await eventually(async () => expect(await storedIds(connection, 505)).toStrictEqual([later]));
    await polling.stop();
  });
});

describe('a start that cannot succeed', () => {
  it('says in one line that the token is wrong', async () => {
    const wrong = `43:${'w'.repeat(35)}`;
    const started = await ingress({ BOT_TOKEN: wrong });
    expect((await started.exited).code).toBe(1);
    expect(started.lines).toContainEqual(expect.stringContaining('Telegram does not know BOT_TOKEN'));
    expect(started.lines.join()).not.toContain(wrong.slice(3));
  });

  it('says that the port is taken', async () => {
    const port = new URL(simulator.url).port;
    const started = await ingress({ WEBHOOK_URL: 'http://127.0.0.1/x', WEBHOOK_SECRET: 's', PORT: port });
    expect((await started.exited).code).toBe(1);
    expect(started.lines).toContainEqual(expect.stringContaining(`PORT ${port}`));
  });

  it('waits for a Telegram that is away, and never logs the token', async () => {
    const port = await freePort();
    const started = await ingress({ TELEGRAM_API_ROOT: `http://127.0.0.1:${port}` });
    await started.line(/started/);
    await started.line(/polling interrupted/);
    await started.stop();
    expect(started.lines.join()).not.toContain(TOKEN.slice(3));
  });
});
