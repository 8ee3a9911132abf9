import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { freePort } from '#deploy/local/ports.ts';
import { provision } from '#deploy/provision/provision.ts';
import { type SimulatorClient, simulatorClient } from '#deploy/telegram/client.ts';
import { type Simulator, startSimulator } from '#deploy/telegram/start.ts';
import { deleteWebhook, setWebhook, webhookInfo } from '#deploy/webhook/at-telegram.ts';
import { eventually } from '#test/support/eventually.ts';
import { startTestNats, type TestNats } from '#test/support/nats.ts';
import { type TestProcess, testProcesses } from '#test/support/processes.ts';
import { storedIds } from './stored-updates.ts';

/* Ingress is replaced by one that takes updates in the other way, as a rolling update does it: the new one is started first. */

const TOKEN = `42:${'s'.repeat(35)}`;
const USER = 900;
const processes = testProcesses();
vi.setConfig({ testTimeout: 180_000 });

let nats: TestNats;
let connection: NatsConnection;
let simulator: Simulator;
let telegram: SimulatorClient;
let sent: number[];
let writing: { stop(): Promise<void> };

afterEach(() => Promise.all(processes.all.map((each) => each.stop())));
beforeAll(async () => {
  nats = await startTestNats();
  connection = await nats.connection();
  await provision(connection, { shardCount: 1 });
  simulator = await startSimulator({ port: 0, host: '127.0.0.1', botToken: TOKEN, webhookRetryMs: 50 });
  telegram = simulatorClient(simulator.url);
  sent = [];
});
afterAll(async () => {
  await writing?.stop();
  await simulator?.stop();
  await nats?.stop();
});

/** A person who writes all the time. */
function keepWriting() {
  let isStopped = false;
  const message = { message_id: 1, from: { id: USER }, chat: { id: USER }, text: 'hello' };
  const loop = (async () => {
    while (!isStopped) {
      sent.push(await telegram.rawUpdate({ message }));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  })();
  return {
    stop() {
      isStopped = true;
      return loop;
    },
  };
}

const settings = () => ({ NATS_URL: nats.url, BOT_TOKEN: TOKEN, TELEGRAM_API_ROOT: simulator.url });
const polling = () => processes.startService('ingress', settings());
async function withWebhook(): Promise<TestProcess> {
  const port = await freePort();
  return processes.startService('ingress', {
    ...settings(),
    ...{ WEBHOOK_URL: `http://127.0.0.1:${port}/telegram`, WEBHOOK_SECRET: 'secret', PORT: String(port) },
  });
}

/** Resolves when what is written from now on is stored. */
async function flows(): Promise<void> {
  const next = sent.length;
  await eventually(async () => {
    const stored = await storedIds(connection, USER);
    expect(sent.length).toBeGreaterThan(next);
    expect(stored.length).toBeGreaterThan(next);
  });
}

const waits = (process: TestProcess) => process.line(/an ingress without WEBHOOK_URL polls/, 60_000);

const BOT = () => ({ botToken: TOKEN, telegramApiRoot: simulator.url });
const urlAtTelegram = async () => (await webhookInfo(BOT())).url;

test('polling, webhook, polling, by a kill too: nothing lost, nothing twice', async () => {
  writing = keepWriting();
  const first = await polling();
  await first.line(/lease taken/);
  await flows();
  const second = await withWebhook();
  await waits(second);
  await flows();
  await first.stop();
  await flows();
  expect(await urlAtTelegram()).toMatch(/^http:/);

  const third = await polling();
  await third.line(/lease taken/);
  await flows();
  await third.kill();
  // The dead one gives nothing back.
  await flows();
  expect(await urlAtTelegram()).toMatch(/^http:/);

  const fourth = await polling();
  await fourth.line(/lease taken/);
  await second.stop();
  await flows();
  expect(await urlAtTelegram()).toBe('');
  await writing.stop();
  // Updates that nobody wrote in the chat are not kept in order by the simulator's calls.
  await eventually(async () => {
    const stored = await storedIds(connection, USER);
    expect(stored.toSorted((a, b) => a - b)).toStrictEqual(sent);
  });
});

test('an operator sets a webhook, sees what Telegram says of it, and removes it without losing an update', async () => {
  const webhookUrl = `http://127.0.0.1:${await freePort()}/telegram`;
  await setWebhook({ ...BOT(), webhookUrl, webhookSecret: 'secret' });
  await telegram.rawUpdate({ message: { message_id: 2, from: { id: 7 }, chat: { id: 7 }, text: 'kept' } });
  await eventually(async () => {
    const info = await webhookInfo(BOT());
    expect(info).toMatchObject({ url: webhookUrl, last_error_message: expect.any(String) });
    expect(info.pending_update_count).toBeGreaterThan(0);
  });
  const shown = await processes.startScript('deploy/cli/habitstream.ts', ['webhook', 'info'], settings());
  await shown.exited;
  expect(shown.lines).toEqual([
    `webhook  ${webhookUrl}`,
    expect.stringMatching(/^updates {2}\d+ wait at Telegram$/),
    expect.stringMatching(/^error {4}\S.*, at \S+Z$/),
  ]);
  await deleteWebhook(BOT());
  const { url, pending_update_count } = await webhookInfo(BOT());
  expect(url).toBe('');
  expect(pending_update_count).toBeGreaterThan(0);
  const wrong = webhookInfo({ ...BOT(), botToken: `43:${'w'.repeat(35)}` });
  await expect(wrong).rejects.toThrow(/^Telegram does not know BOT_TOKEN/);
  await expect(setWebhook({ ...BOT(), webhookUrl: 'ftp://x', webhookSecret: 's' })).rejects.toThrow(
    /^Telegram refused setWebhook/,
  );
});
