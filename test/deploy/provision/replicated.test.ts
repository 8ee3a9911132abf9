import { jetstreamManager } from '@nats-io/jetstream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buckets, streams } from '#contracts/streams.ts';
import { ProvisionRefused, provision } from '#deploy/provision/provision.ts';
import { startTestNatsCluster, type TestNatsCluster } from '#test/support/nats-cluster.ts';

let cluster: TestNatsCluster;
beforeAll(async () => {
  cluster = await startTestNatsCluster();
}, 90_000);
afterAll(() => cluster?.stop());

test('three servers take every stream and bucket with three replicas, and a second run changes nothing', async () => {
  const nats = await cluster.connection();
  const options = { shardCount: 1, replicas: 3 };
  await provision(nats, options);
  const manager = await jetstreamManager(nats);
  for (const name of [...streams.map((each) => each.name), ...buckets.map((each) => `KV_${each.name}`)])
    expect((await manager.streams.info(name)).config).toMatchObject({ name, num_replicas: 3 });
  expect(await provision(nats, options)).toEqual([]);
  // Without a number of replicas a stream keeps its own.
  expect(await provision(nats, { shardCount: 1 })).toEqual([]);
}, 90_000);

test('limits are what each server may hold, change with it, and leave the replicas alone', async () => {
  const nats = await cluster.connection();
  const manager = await jetstreamManager(nats);
  const limits = async () => {
    const { config } = await manager.streams.info('EVENTS');
    return { replicas: config.num_replicas, mib: Math.round(config.max_bytes / 1024 ** 2) };
  };
  await provision(nats, { shardCount: 1, replicas: 3, natsStoreBytes: 1024 ** 3 });
  const first = await limits();
  await provision(nats, { shardCount: 1, natsStoreBytes: 1024 ** 3 / 2 });
  const halved = await limits();
  await provision(nats, { shardCount: 1, natsStoreBytes: 1024 ** 3 });
  expect([first, halved, await limits()]).toEqual([first, { replicas: 3, mib: first.mib / 2 }, first]);
  expect(first).toEqual({ replicas: 3, mib: expect.closeTo(410, -1) });
}, 120_000);

test('the server refuses a replicated stream with asynchronous persistence, which is why none is asked for', async () => {
  const { streams: api } = await jetstreamManager(await cluster.connection());
  const stream = { name: 'PROBE', subjects: ['probe'], num_replicas: 3 };
  await expect(api.add({ ...stream, persist_mode: 'async' })).rejects.toThrow();
  await api.add(stream);
});

test('streams that were made for one server get no copies: said before anything is changed', async () => {
  const other = await startTestNatsCluster();
  try {
    const nats = await other.connection();
    await provision(nats, { shardCount: 1, replicas: 1 });
    const more = provision(nats, { shardCount: 1, replicas: 3 });
    await expect(more).rejects.toThrow(ProvisionRefused);
    await expect(more).rejects.toThrow(/TICKS: persist_mode: async → default \(it was made for one server/);
    const { config } = await (await jetstreamManager(nats)).streams.info('EVENTS');
    expect(config.num_replicas).toBe(1);
  } finally {
    await other.stop();
  }
}, 120_000);
