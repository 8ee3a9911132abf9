import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { HistoryMessage } from '#deploy/history/person/diary.ts';
import { historyOf } from '#deploy/history/person/person.ts';
import { provision } from '#deploy/provision/provision.ts';
import type { SourceName } from '#projections/engine/projection.ts';
import { lastSequence, readLog } from '#services/projector/read-log.ts';
import { eventually } from '#test/support/eventually.ts';
import { startTestNats, type TestNats } from '#test/support/nats.ts';
import { testProcesses } from '#test/support/processes.ts';
import { testFolder } from '#test/support/run-folder.ts';

const processes = testProcesses();
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const UNTIL = '2026-11-28T00:00:00Z';
const settings = { seed: 5, days: 40, untilMs: Date.parse(UNTIL) };
const REQUEST = ['--days', '40', '--seed', '5', '--until', UNTIL];

let server: TestNats;
let nats: NatsConnection;
let temporary: string;
beforeAll(async () => {
  temporary = join(await testFolder('history'), 'tmp');
  await mkdir(temporary, { recursive: true });
});
afterAll(() => server?.stop());

/** An empty log. */
async function emptyLog(): Promise<void> {
  await server?.stop();
  server = await startTestNats();
  nats = await server.connection();
  await provision(nats, { shardCount: 1 });
}

async function start(...args: string[]) {
  const environment = { NATS_URL: server.url, TMPDIR: temporary };
  return processes.startScript('deploy/cli/habitstream.ts', ['history', 'generate', ...args], environment);
}

async function generate(...args: string[]) {
  const run = await start(...args);
  const { code } = await run.exited;
  return { code, text: run.lines.join('\n') };
}

type Stored = { subject: string; body: string };

async function storedIn(stream: SourceName): Promise<Stored[]> {
  const stored: Stored[] = [];
  const upTo = await lastSequence(nats, stream);
  for await (const { messages } of readLog(nats, stream, { after: 0, upTo }, 5_000))
    for (const { subject, data } of messages) stored.push({ subject, body: Buffer.from(data).toString() });
  return stored;
}

/** What the people from one number to another did, in the order of time. */
function expected(stream: SourceName, from: number, to: number): Stored[] {
  const all: HistoryMessage[] = [];
  for (let index = from; index < to; index++) all.push(...historyOf(index, settings));
  return all
    .filter((message) => message.stream === stream)
    .toSorted((a, b) => a.atMs - b.atMs)
    .map(({ subject, body }) => ({ subject, body }));
}

test('stores what everybody did in the order of time, into an empty log alone unless it is to be added', async () => {
  await emptyLog();
  const { code, text } = await generate('--people', '40', ...REQUEST);
  expect({ code, text }).toEqual({
    code: 0,
    text: expect.stringMatching(/40 people from number 0 on, 40 days/),
  });
  expect(text).toMatch(/^ +40 {2}AccountRegistered$/m);
  for (const stream of ['EVENTS', 'DELIVERIES'] as const)
    expect(await storedIn(stream)).toEqual(expected(stream, 0, 40));

  const again = await generate('--people', '40', ...REQUEST);
  expect(again).toEqual({ code: 1, text: expect.stringMatching(/belongs into an empty log/) });
  const others = await generate('--people', '10', '--append', '--first', '40', ...REQUEST);
  expect(others.code).toBe(0);
  const events = await storedIn('EVENTS');
  const before = expected('EVENTS', 0, 40);
  expect(events.slice(before.length)).toEqual(expected('EVENTS', 40, 50));

  const twice = await generate('--people', '3', '--append', ...REQUEST);
  expect(twice).toEqual({ code: 1, text: expect.stringMatching(/one of the people is in the log already/) });
  expect(await readdir(temporary)).toEqual([]);
});

test('Ctrl-C ends it: what was sent is stored, and nothing is left behind', async () => {
  await emptyLog();
  const run = await start('--people', '2000', ...REQUEST);
  const manager = await jetstreamManager(nats);
  await eventually(
    async () => expect((await manager.streams.info('EVENTS')).state.messages).toBeGreaterThan(0),
    { timeoutMs: 90_000 },
  );
  process.kill(run.pid, 'SIGINT');
  const { code } = await run.exited;
  expect(code).toBe(130);
  expect(run.lines.join('\n')).toMatch(/Stopped before the end/);
  const printed = /^EVENTS: ([\d,]+)$/m.exec(run.lines.join('\n'))?.[1]?.replaceAll(',', '');
  expect((await manager.streams.info('EVENTS')).state.messages).toBe(Number(printed));
  expect(await readdir(temporary)).toEqual([]);
});

test('says what is wrong with what is asked for', async () => {
  const { code, text } = await generate('--people', 'many', '--until', 'soon');
  expect(code).toBe(1);
  expect(text).toMatch(/--people: /);
  expect(text).toMatch(/--until: /);
});
