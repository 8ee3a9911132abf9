import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { provision } from '#deploy/provision/provision.ts';
import { isUnavailable } from '#services/platform/jetstream/errors.ts';
import { scanStream } from '#services/platform/jetstream/scan.ts';
import { startTestNats, type TestNats } from '#test/support/nats.ts';

vi.setConfig({ testTimeout: 60_000 });

const COUNT = 4_500;
/** More than one request brings. */
const BIG = Array.from({ length: 200 }, (_, i) => i);
const text = new TextDecoder();
let server: TestNats;
let nats: NatsConnection;

beforeAll(async () => {
  server = await startTestNats();
  nats = await server.connection();
  await provision(nats, { shardCount: 1 });
  const js = jetstream(nats);
  const all = Array.from({ length: COUNT }, (_, i) => js.publish('events.1.7.account', `m${i + 1}`));
  await Promise.all(all);
});
afterAll(() => server?.stop());

async function consumers(): Promise<string[]> {
  const names: string[] = [];
  const manager = await jetstreamManager(nats);
  for await (const { name } of manager.consumers.list('EVENTS')) names.push(name);
  return names;
}

async function read(after: number): Promise<string[]> {
  const found: string[] = [];
  for await (const page of scanStream(nats, 'EVENTS', after))
    for (const { sequence, data } of page) found.push(`${sequence} ${text.decode(data)}`);
  return found;
}

const expected = (from: number, without: number[] = []) =>
  Array.from({ length: COUNT }, (_, i) => i + 1)
    .filter((n) => n >= from && !without.includes(n))
    .map((n) => `${n} m${n}`);

test('all messages after a sequence, in order, with what the server says of each; nothing is left behind', async () => {
  const before = await consumers();
  expect(await read(0)).toEqual(expected(1));
  expect(await read(4_000)).toEqual(expected(4_001));
  expect(await read(COUNT)).toEqual([]);
  for await (const page of scanStream(nats, 'EVENTS', 0)) {
    const [first] = page;
    const { streams } = await jetstreamManager(nats);
    const stored = await streams.getMessage('EVENTS', { seq: 1 });
    expect(first).toMatchObject({ subject: 'events.1.7.account', storedAtMs: stored?.time.getTime() });
    break;
  }
  expect(await consumers()).toEqual(before);
});

test('deleted messages are passed over, also the last ones', async () => {
  const { streams } = await jetstreamManager(nats);
  const gone = [1, 17, 1_000, 1_001, COUNT - 1, COUNT];
  for (const sequence of gone) await streams.deleteMessage('EVENTS', sequence);
  expect(await read(0)).toEqual(expected(1, gone));
  expect(await read(COUNT - 2)).toEqual([]);
});

test('messages bigger than one request may bring are read all the same', async () => {
  const js = jetstream(nats);
  const big = 'x'.repeat(60_000);
  await Promise.all(BIG.map((i) => js.publish('events.1.7.account', `${i}${big}`)));
  const starts: string[] = [];
  for await (const page of scanStream(nats, 'EVENTS', COUNT))
    for (const { data } of page) starts.push(text.decode(data).replace(/x+$/, ''));
  expect(starts.map(Number)).toEqual(BIG);
});

test('a server that is killed in the middle is an absence: what was handed over before is in order', async () => {
  const sequences: number[] = [];
  const reading = (async () => {
    for await (const page of scanStream(nats, 'EVENTS', 0)) {
      if (sequences.length === 0) await server.kill();
      sequences.push(...page.map(({ sequence }) => sequence));
    }
  })();
  const error = await reading.catch((each: unknown) => each);
  expect(isUnavailable(error)).toBe(true);
  expect(sequences).toEqual(sequences.toSorted((a, b) => a - b));
  await server.restart();
  const again: string[] = [];
  for await (const page of scanStream(nats, 'EVENTS', 4_000))
    again.push(...page.map(({ subject }) => subject));
  expect(again.length).toBe(COUNT - 4_002 + BIG.length);
});
