import { jetstreamManager } from '@nats-io/jetstream';
import { expect, onTestFinished, test } from 'vitest';
import { LOG_ID } from '#contracts/logs.ts';
import { buckets, streams } from '#contracts/streams.ts';
import { provision } from '#deploy/provision/provision.ts';
import { startTestNats } from '#test/support/nats.ts';

test('every stream and bucket keeps which log it is, from its creation on', async () => {
  const server = await startTestNats();
  onTestFinished(() => server.stop());
  const nats = await server.connection();
  await provision(nats, { shardCount: 1 });
  const manager = await jetstreamManager(nats);
  const all = [...streams.map(({ name }) => name), ...buckets.map(({ name }) => `KV_${name}`)];
  for (const name of all) {
    const { config, created } = await manager.streams.info(name);
    expect(config.metadata?.[LOG_ID]).toBe(created);
  }
  // As an older version left it, and as a cluster restores it: with another creation.
  await manager.streams.update('EVENTS', { metadata: { theirs: 'kept' } });
  await manager.streams.update('TICKS', { metadata: { [LOG_ID]: '2020-01-01T00:00:00Z' } });
  const { created } = await manager.streams.info('EVENTS');
  const changes = await provision(nats, { shardCount: 1 });
  expect(changes.filter(({ change }) => change.includes('the log of'))).toEqual([
    { target: 'EVENTS', change: `known as the log of ${created}` },
  ]);
  expect((await manager.streams.info('EVENTS')).config.metadata).toMatchObject({
    theirs: 'kept',
    [LOG_ID]: created,
  });
  expect((await manager.streams.info('TICKS')).config.metadata?.[LOG_ID]).toBe('2020-01-01T00:00:00Z');
});
