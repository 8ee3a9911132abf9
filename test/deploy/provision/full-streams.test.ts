import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buckets, streams } from '#contracts/streams.ts';
import { deadSubject, eventSubject, TICK_SUBJECT, updateSubject } from '#contracts/subjects.ts';
import { limitWarning } from '#deploy/provision/byte-limits.ts';
import { provision } from '#deploy/provision/provision.ts';
import { isRefused, isStoreFull, isUnavailable } from '#services/platform/jetstream/errors.ts';
import { whyNotStored } from '#services/platform/jetstream/not-stored.ts';
import { asUserId } from '#test/support/ids.ts';
import { startTestNats, type TestNats } from '#test/support/nats.ts';

const MIB = 1024 ** 2;
const STORE_BYTES = 64 * MIB;
let server: TestNats;
let nats: NatsConnection;

beforeEach(async () => {
  server = await startTestNats({ maxFileStoreBytes: STORE_BYTES * 1.25 });
  nats = await server.connection();
});
afterEach(() => server.stop());

const info = async (name: string) => (await jetstreamManager(nats)).streams.info(name);

/** Fills a stream until it refuses, or has taken `most`; resolves with what it took and the refusal. */
async function fill(
  stream: string,
  subjectOf: (i: number) => string,
  most: number,
  body = 'x'.repeat(50_000),
) {
  const js = jetstream(nats);
  for (let taken = 0; taken < most; taken++) {
    try {
      await js.publish(subjectOf(taken), body, { expect: { streamName: stream } });
    } catch (refusal) {
      return { taken, refusal };
    }
  }
  return { taken: most, refusal: undefined };
}

describe('limits by the room of the servers', () => {
  test('are set at the start, changed with the room, and left alone when it is not told', async () => {
    await provision(nats, { shardCount: 1, natsStoreBytes: STORE_BYTES });
    const first = (await info('EVENTS')).config.max_bytes;
    expect(first / STORE_BYTES).toBeCloseTo(0.4, 1);
    expect(await provision(nats, { shardCount: 1, natsStoreBytes: STORE_BYTES })).toEqual([]);
    expect(await provision(nats, { shardCount: 1 })).toEqual([]);
    expect(await limitWarning(nats)).toBeUndefined();
    const halved = await provision(nats, { shardCount: 1, natsStoreBytes: STORE_BYTES / 2 });
    expect(halved).toHaveLength(streams.length + buckets.length);
    expect(await provision(nats, { shardCount: 1, natsStoreBytes: STORE_BYTES })).toHaveLength(halved.length);
    expect((await info('EVENTS')).config.max_bytes).toBe(first);
  });

  test('come to an installation that has none, and delete nothing of a stream that holds more than its share', async () => {
    await provision(nats, { shardCount: 1 });
    expect(await limitWarning(nats)).toMatch(/streams have no limit .*Set NATS_STORE_BYTES/);
    // TICKS lets the oldest go: with its share alone, nearly all of these would be deleted.
    const body = 'x'.repeat(1_000);
    await fill('TICKS', () => TICK_SUBJECT, 5_000, body);
    await fill('EVENTS', (i) => eventSubject(asUserId(i + 1), 'account'), 700);
    const before = [(await info('TICKS')).state, (await info('EVENTS')).state];
    await provision(nats, { shardCount: 1, natsStoreBytes: STORE_BYTES });
    const after = [await info('TICKS'), await info('EVENTS')];
    expect(after.map(({ state }) => state.messages)).toEqual(before.map(({ messages }) => messages));
    for (const { config, state } of after) expect(config.max_bytes).toBeGreaterThan(state.bytes);
  });

  test('beyond what the server may hold are refused with the command that mends it', async () => {
    const tooMuch = provision(nats, { shardCount: 1, natsStoreBytes: STORE_BYTES * 2 });
    await expect(tooMuch).rejects.toThrow(/max_file_store\. Raise that, or lower NATS_STORE_BYTES/);
    await provision(nats, { shardCount: 1, natsStoreBytes: STORE_BYTES });
  });
});

describe('at its limit', () => {
  beforeEach(() => provision(nats, { shardCount: 1, natsStoreBytes: STORE_BYTES }));

  test.each([
    ['EVENTS', (i: number) => eventSubject(asUserId(i + 1), 'account')],
    ['UPDATES', (i: number) => updateSubject(asUserId(i + 1))],
  ])('%s refuses, keeps all it has, and the refusal is no poison', async (stream, subjectOf) => {
    const { taken, refusal } = await fill(stream, subjectOf, 10_000);
    expect((await info(stream)).state).toMatchObject({ messages: taken, first_seq: 1 });
    expect([isStoreFull(refusal), isUnavailable(refusal), isRefused(refusal)]).toEqual([true, true, false]);
    expect(whyNotStored(refusal)).toMatch(/no room; .*NATS_STORE_BYTES.*provision/);
    // The others have their own room.
    expect((await fill('DEAD', () => deadSubject('bot-00'), 1)).refusal).toBeUndefined();
  });

  test.each([
    ['TICKS', () => TICK_SUBJECT, 'x'.repeat(900)],
    ['DEAD', () => deadSubject('bot-00'), 'x'.repeat(50_000)],
  ])('%s takes all, and its oldest go', async (stream, subjectOf, body) => {
    const { refusal, taken } = await fill(stream, subjectOf, 1_000, body);
    expect(refusal).toBeUndefined();
    const { state, config } = await info(stream);
    expect(state.last_seq).toBe(taken);
    expect(state.messages).toBeLessThan(taken);
    expect(state.bytes).toBeLessThanOrEqual(config.max_bytes);
  });

  test('the whole store refuses as a stream does', async () => {
    const manager = await jetstreamManager(nats);
    await manager.streams.add({ name: 'FOREIGN', subjects: ['foreign'] });
    const { refusal } = await fill('FOREIGN', () => 'foreign', 10_000);
    expect([isStoreFull(refusal), isUnavailable(refusal), isRefused(refusal)]).toEqual([true, true, false]);
    const update = await fill('UPDATES', () => updateSubject(asUserId(1)), 1);
    expect(isStoreFull(update.refusal)).toBe(true);
    await manager.streams.delete('FOREIGN');
    expect((await fill('UPDATES', () => updateSubject(asUserId(1)), 1)).refusal).toBeUndefined();
  });
});
