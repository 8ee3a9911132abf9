import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type ConsumerDefinition, serviceConsumers } from '#contracts/consumers.ts';
import { buckets, streams } from '#contracts/streams.ts';
import { ProvisionRefused, provision } from '#deploy/provision/provision.ts';
import { verifyProvisioned } from '#services/platform/jetstream/connection.ts';
import { pull } from '#services/platform/jetstream/pull.ts';
import { eventually } from '#test/support/eventually.ts';
import { startTestNats, type TestNats } from '#test/support/nats.ts';

const silent = pino({ level: 'silent' });
const HOUR_NS = 3_600_000_000_000;

describe('provision', () => {
  let server: TestNats;
  let nats: NatsConnection;
  beforeAll(async () => {
    server = await startTestNats();
    nats = await server.connection();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    const manager = await jetstreamManager(nats);
    for (const name of await streamNames()) await manager.streams.delete(name);
  });
  const streamNames = async () => {
    const names: string[] = [];
    for await (const name of (await jetstreamManager(nats)).streams.names()) names.push(name);
    return names;
  };
  const settings = async (stream: string) =>
    (await (await jetstreamManager(nats)).streams.info(stream)).config;
  const consumer = async (stream: string, name: string) =>
    (await (await jetstreamManager(nats)).consumers.info(stream, name)).config;

  test('creates everything, and services then find it', async () => {
    const lines: string[] = [];
    const changes = await provision(nats, { shardCount: 3, log: (line) => lines.push(line) });

    const expected = [
      ...streams.map(({ name }) => name),
      ...buckets.map(({ name }) => `KV_${name}`),
      ...serviceConsumers(3).map(({ stream, name }) => `${stream}/${name}`),
    ];
    expect(changes).toEqual(expected.map((target) => ({ target, change: 'created' })));
    expect(lines).toEqual([
      ...expected.map((target) => `${target}: created`),
      `0 unchanged, ${expected.length} changed`,
    ]);
    await verifyProvisioned(nats);
    expect(await settings('EVENTS')).toMatchObject({
      allow_atomic: true,
      allow_direct: true,
      max_age: 0,
      storage: 'file',
      discard: 'new',
      deny_purge: true,
      num_replicas: 1,
    });
    expect(await settings('REMINDERS')).toMatchObject({ persist_mode: 'async', max_age: 48 * HOUR_NS });
    expect(await consumer('UPDATES', 'bot-07')).toMatchObject({
      ack_policy: 'explicit',
      filter_subjects: ['updates.7.*', 'updates.39.*'],
      max_ack_pending: 1,
      max_deliver: -1,
    });
  });

  test('a second run changes nothing', async () => {
    await provision(nats, { shardCount: 3 });
    const lines: string[] = [];
    expect(await provision(nats, { shardCount: 3, log: (line) => lines.push(line) })).toEqual([]);
    expect(lines).toEqual([
      `${streams.length + buckets.length + serviceConsumers(3).length} unchanged, 0 changed`,
    ]);
  });

  test('may run several times at once', async () => {
    const other = await server.connection();
    await Promise.all([nats, other, nats, other].map((each) => provision(each, { shardCount: 3 })));
    expect(await provision(nats, { shardCount: 3 })).toEqual([]);
  });

  test('KV clients can use the buckets, with a time to live where keys may have one', async () => {
    await provision(nats, { shardCount: 1 });
    const kvm = new Kvm(nats);
    for (const { name } of buckets) {
      const bucket = await kvm.open(name);
      await bucket.put('key', 'old');
      const revision = await bucket.put('key', 'value');
      expect((await bucket.get('key'))?.string()).toBe('value');
      await expect(bucket.update('key', 'other', revision - 1)).rejects.toThrow(/wrong last sequence/);
    }
    const leases = await kvm.open('leases');
    await leases.create('held', 'me', '30s');
    await expect(leases.create('held', 'you', '30s')).rejects.toThrow(/wrong last sequence/);
  });

  test('updates a stream, a bucket and a consumer that are not as wanted', async () => {
    await provision(nats, { shardCount: 1 });
    const manager = await jetstreamManager(nats);
    await manager.streams.update('UPDATES', { max_age: 24 * HOUR_NS, duplicate_window: HOUR_NS });
    await manager.streams.update('KV_dialogs', { max_age: HOUR_NS });
    await manager.consumers.update('TICKS', 'shard-00-of-01', { ack_wait: 1_000_000_000 });

    expect(await provision(nats, { shardCount: 1 })).toEqual([
      { target: 'UPDATES', change: 'max_age: 24h → 48h' },
      { target: 'UPDATES', change: 'duplicate_window: 1h → 48h' },
      { target: 'KV_dialogs', change: 'max_age: 1h → 720h' },
      { target: 'TICKS/shard-00-of-01', change: 'ack_wait: 1s → 10s' },
    ]);
    expect(await provision(nats, { shardCount: 1 })).toEqual([]);
  });

  test('refuses everything that would lose data, and changes nothing', async () => {
    await provision(nats, { shardCount: 1 });
    const manager = await jetstreamManager(nats);
    await manager.streams.update('UPDATES', { description: 'other' });
    await manager.streams.update('DEAD', { subjects: ['dead.*', 'lost.*'] });

    const refused = await provision(nats, { shardCount: 1 }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ProvisionRefused);
    expect(String(refused)).toBe(
      `ProvisionRefused: Nothing was changed, because this would lose data or cannot be done:
  DEAD: subjects: dead.*,lost.* → dead.*,filler.DEAD (messages on lost.* would no longer be kept)
Put the old value back into contracts/streams.ts, or provision with --force to lose those messages.`,
    );
    expect(await settings('UPDATES')).toMatchObject({ description: 'other' });

    const forced = await provision(nats, { shardCount: 1, force: true });
    expect(forced.map(({ target }) => target)).toEqual(['UPDATES', 'DEAD']);
  });

  test('says so when the server cannot make a change, whether forced or not', async () => {
    const manager = await jetstreamManager(nats);
    await manager.streams.add({ name: 'TICKS', subjects: ['ticks.minute'], storage: 'memory' });
    for (const force of [false, true]) {
      await expect(provision(nats, { shardCount: 1, force })).rejects.toThrow(
        /TICKS: storage: memory → file \(the server cannot change it\)/,
      );
    }
    expect(await streamNames()).toEqual(['TICKS']);
  });

  test('another shard count begins where the old one stands, and replaces it', async () => {
    await provision(nats, { shardCount: 3 });
    await doneUpTo({ 'shard-00-of-03': 5, 'shard-01-of-03': 7, 'shard-02-of-03': 9 });
    const lines: string[] = [];
    const changes = await provision(nats, { shardCount: 2, log: (line) => lines.push(line) });
    expect(changes).toEqual([
      { target: 'TICKS/shard-00-of-02', change: 'created, from TICKS 6 on' },
      { target: 'TICKS/shard-01-of-02', change: 'created, from TICKS 6 on' },
      { target: 'TICKS/shard-00-of-03', change: 'removed' },
      { target: 'TICKS/shard-01-of-03', change: 'removed' },
      { target: 'TICKS/shard-02-of-03', change: 'removed' },
    ]);
    expect(lines.at(-1)).toBe(
      `${streams.length + buckets.length + serviceConsumers(2).length - 2} unchanged, 5 changed`,
    );
    expect(await provision(nats, { shardCount: 2 })).toEqual([]);
  });

  test('keeps shard consumers of another count while a process pulls from them', async () => {
    await provision(nats, { shardCount: 2 });
    await doneUpTo({ 'shard-00-of-02': 5, 'shard-01-of-02': 7 });
    const process = pull(
      { nats, log: silent },
      { consumer: { stream: 'TICKS', name: 'shard-01-of-02' }, prefetch: 1 },
      () => {},
    );
    await pulledFrom('shard-01-of-02', true);
    const lines: string[] = [];
    const changes = await provision(nats, { shardCount: 4, log: (line) => lines.push(line) });
    expect(changes).toEqual([
      { target: 'TICKS/shard-00-of-04', change: 'created, from TICKS 6 on' },
      { target: 'TICKS/shard-01-of-04', change: 'created, from TICKS 8 on' },
      { target: 'TICKS/shard-02-of-04', change: 'created, from TICKS 6 on' },
      { target: 'TICKS/shard-03-of-04', change: 'created, from TICKS 8 on' },
      { target: 'TICKS/shard-00-of-02', change: 'removed' },
    ]);
    expect(lines.join()).toContain(
      'TICKS/shard-01-of-02: not wanted with 4 shards, but a process pulls from it. Provision again when',
    );
    await process.stop();
    await pulledFrom('shard-01-of-02', false);
    expect(await provision(nats, { shardCount: 4 })).toEqual([
      { target: 'TICKS/shard-01-of-02', change: 'removed' },
    ]);
  });

  /** Publishes ten ticks, of which each shard acks some. */
  async function doneUpTo(done: Record<string, number>): Promise<void> {
    for (let i = 0; i < 10; i++) await jetstream(nats).publish('ticks.minute', 'tick');
    for (const [name, upTo] of Object.entries(done)) {
      const shard = await jetstream(nats).consumers.get('TICKS', name);
      for (let i = 0; i < upTo; i++) (await shard.next())?.ack();
      await eventually(async () => expect((await shard.info()).ack_floor.stream_seq).toBe(upTo));
    }
  }

  async function pulledFrom(name: string, wanted: boolean): Promise<void> {
    const { consumers } = await jetstreamManager(nats);
    await eventually(async () => expect((await consumers.info('TICKS', name)).num_waiting > 0).toBe(wanted));
  }

  test("makes the projections' consumers too", async () => {
    const projection: ConsumerDefinition = {
      name: 'projection-test',
      stream: 'EVENTS',
      filterSubjects: ['events.>'],
      maxAckPending: 1000,
      ackWaitMs: 30_000,
      maxTries: Number.POSITIVE_INFINITY,
      ackPolicy: 'all',
      description: 'A projection',
    };
    await provision(nats, { shardCount: 1, consumers: [projection] });
    expect(await consumer('EVENTS', 'projection-test')).toMatchObject({
      ack_policy: 'all',
      max_ack_pending: 1000,
    });
    expect(await provision(nats, { shardCount: 1, consumers: [projection] })).toEqual([]);
  });
});
