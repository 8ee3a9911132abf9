import { type JetStreamManager, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, headers, type NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventsKept, urlOfForgetting } from '#deploy/local/events-kept.ts';
import { provision } from '#deploy/provision/provision.ts';
import { connectNats } from '#services/platform/jetstream/connection.ts';
import { startTestNats, type TestNats } from '#test/support/nats.ts';

/* What happened stays: no way of the API takes an event out of the log. */

const PASSWORD = 'of-forgetting-alone';
const EVENT = 'events.1.1.account';
let server: TestNats;
let nats: NatsConnection;
let manager: JetStreamManager;

beforeAll(async () => {
  server = await startTestNats({ extraConfig: eventsKept(PASSWORD) });
  // A refusal by permission is no answer: the client's request ends when its time is over.
  nats = await connect({ servers: server.url });
  manager = await jetstreamManager(nats, { timeout: 500 });
  await provision(await server.connection(), { shardCount: 1 });
  for (const text of ['one', 'two', 'three']) await jetstream(nats).publish(EVENT, text);
});
afterAll(async () => {
  await nats?.close();
  await server?.stop();
});

const rollup = (scope: string) => {
  const head = headers();
  head.set('Nats-Rollup', scope);
  return jetstream(nats).publish(EVENT, 'instead', { headers: head });
};

const WAYS: Record<string, () => Promise<unknown>> = {
  'a deletion that erases': () => manager.streams.deleteMessage('EVENTS', 2, true),
  'a deletion that does not': () => manager.streams.deleteMessage('EVENTS', 2, false),
  'a purge': () => manager.streams.purge('EVENTS'),
  'a purge of one subject': () => manager.streams.purge('EVENTS', { filter: EVENT }),
  'a purge up to a sequence': () => manager.streams.purge('EVENTS', { seq: 3 }),
  'the end of the stream': () => manager.streams.delete('EVENTS'),
  'a rollup of a subject': () => rollup('sub'),
  'a rollup of all': () => rollup('all'),
  'leave to purge again': () => manager.streams.update('EVENTS', { deny_purge: false }),
  'leave to roll up': () => manager.streams.update('EVENTS', { allow_rollup_hdrs: true }),
};

test.each(Object.entries(WAYS))('%s is refused', async (_, way) => {
  await expect(way()).rejects.toThrow();
  expect((await manager.streams.info('EVENTS')).state).toMatchObject({ messages: 3, first_seq: 1 });
});

test('forgetting can erase single events, and the others cannot log in as it', async () => {
  const forgetting = await connectNats({ natsUrl: urlOfForgetting(server.url, PASSWORD) }, 'forgetting');
  const { streams } = await jetstreamManager(forgetting);
  expect(await streams.deleteMessage('EVENTS', 2, true)).toBe(true);
  expect((await streams.info('EVENTS')).state).toMatchObject({ messages: 2 });
  await forgetting.close();
  await expect(
    connectNats({ natsUrl: urlOfForgetting(server.url, 'guessed') }, 'forgetting'),
  ).rejects.toThrow();
});

test('other streams can be purged, and dead letters dropped', async () => {
  await jetstream(nats).publish('dead.x', 'poison');
  expect(await manager.streams.deleteMessage('DEAD', 1, true)).toBe(true);
  for (const stream of ['UPDATES', 'TICKS', 'KV_dialogs']) {
    expect(await manager.streams.purge(stream)).toMatchObject({ success: true });
  }
});

test('provisioning closes an EVENTS that could be purged, and leaves it so that an operator denied deletions', async () => {
  const plain = await startTestNats();
  const owner = await plain.connection();
  await provision(owner, { shardCount: 1 });
  const { streams } = await jetstreamManager(owner);
  const { deny_purge: _, ...open } = (await streams.info('EVENTS')).config;
  await streams.delete('EVENTS');
  await streams.add({ ...open, deny_delete: true });
  const changes = await provision(owner, { shardCount: 1 });
  expect(changes.filter(({ target }) => target === 'EVENTS')).toEqual([
    { target: 'EVENTS', change: 'deny_purge: false → true' },
  ]);
  expect((await streams.info('EVENTS')).config).toMatchObject({ deny_purge: true, deny_delete: true });
  await plain.stop();
});
