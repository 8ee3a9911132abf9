import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import * as subjects from '#contracts/subjects.ts';
import { driftOf, provision } from '#deploy/provision/provision.ts';
import { asUserId } from '#test/support/ids.ts';
import { startTestNats, type TestNats } from '#test/support/nats.ts';
import { hasNatsCli, type NatsCli, openNatsCli } from '#test/support/nats-cli.ts';
import { startTestNatsCluster, type TestNatsCluster } from '#test/support/nats-cluster.ts';
import { isServerCheck, natsCommandsIn } from './commands.ts';

/* What `nats server check` says of streams and consumers by the thresholds that provisioning gives them. */

const OK = 0;
const WARNING = 1;
const CRITICAL = 2;

const [streamCheck = '', consumerCheck = '', ...others] = (await natsCommandsIn('deploy/README.md')).filter(
  isServerCheck,
);

/** The command of the runbook, for others than those that it names. */
const checkOf = (stream: string, consumer: string) =>
  consumerCheck.replaceAll('TICKS', stream).replaceAll('shard-00-of-16', consumer);

describe.skipIf(!hasNatsCli)('one server', () => {
  let server: TestNats;
  let nats: NatsConnection;
  let cli: NatsCli;

  beforeAll(async () => {
    server = await startTestNats();
    nats = await server.connection();
    await provision(nats, { shardCount: 16 });
    cli = await openNatsCli({ url: server.url });
  });
  afterAll(() => server?.stop());
  test('the runbook has these two checks alone', () => {
    expect(streamCheck).toContain('check stream');
    expect(consumerCheck).toContain('check consumer');
    expect(others).toEqual([]);
  });

  beforeEach(async () => {
    const { streams } = await jetstreamManager(nats);
    for (const stream of ['TICKS', 'REMINDERS', 'UPDATES', 'DEAD', 'MOVING']) await streams.purge(stream);
  });

  const check = async (line: string) => (await cli.shell(line)).code;
  const put = async (subject: string, count: number) => {
    const js = jetstream(nats);
    for (let i = 0; i < count; i += 1_000)
      await Promise.all(Array.from({ length: Math.min(1_000, count - i) }, () => js.publish(subject, '{}')));
  };
  /** Handles what there is, as its service would. */
  async function handle(stream: string, consumer: string, count: number): Promise<void> {
    const source = await jetstream(nats).consumers.get(stream, consumer);
    for await (const message of await source.fetch({ max_messages: count })) await message.ackAck();
  }

  test('a shard that stands still is critical once it is minutes behind, and ok again when it is not', async () => {
    await put(subjects.TICK_SUBJECT, 1);
    await handle('TICKS', 'shard-00-of-16', 1);
    expect(await check(consumerCheck)).toBe(OK);
    await put(subjects.TICK_SUBJECT, 2);
    expect(await check(consumerCheck)).toBe(OK);
    await put(subjects.TICK_SUBJECT, 1);
    const { code, output } = await cli.shell(consumerCheck);
    expect([code, output]).toEqual([CRITICAL, expect.stringContaining('Unprocessed Messages: 3')]);
    await handle('TICKS', 'shard-00-of-16', 1);
    await handle('TICKS', 'shard-00-of-16', 1);
    expect(await check(consumerCheck)).toBe(OK);
  });

  test.each([
    { consumer: 'bot-00', most: 120, subject: () => subjects.updatesOfPartition(0).replace('*', '1') },
    { consumer: 'bot-moving', most: 160, subject: () => subjects.movingSubject(asUserId('1')) },
    { consumer: 'sender-engaged', most: 45_000, subject: () => 'reminders.engaged.0.1.1' },
  ])('$consumer is critical from $most messages on', async ({ consumer, most, subject }) => {
    const { stream, name } = await definitionOf(consumer);
    await put(subject(), most - 1);
    expect(await check(checkOf(stream, name))).toBe(OK);
    await put(subject(), 1);
    expect(await check(checkOf(stream, name))).toBe(CRITICAL);
  });

  async function definitionOf(name: string) {
    const { consumers, streams } = await jetstreamManager(nats);
    for await (const { config } of streams.list())
      for await (const info of consumers.list(config.name))
        if (info.name === name) return { stream: config.name, name };
    throw new Error(`there is no ${name}`);
  }

  test('a stream is ok by its metadata alone, DEAD is not while it holds letters, and one that is gone is critical', async () => {
    expect(await check(streamCheck)).toBe(OK);
    const dead = streamCheck.replaceAll('EVENTS', 'DEAD');
    expect(await check(dead)).toBe(OK);
    await put(subjects.deadSubject('sender-engaged'), 3);
    expect(await check(dead)).toBe(WARNING);
    for (let i = 0; i < 10; i++) await put(subjects.deadSubject(`bot-0${i}`), 1);
    expect(await check(dead)).toBe(CRITICAL);
    expect(await check(streamCheck.replaceAll('EVENTS', 'NONE'))).toBe(CRITICAL);
  });

  test('thresholds of operators stay and are told, those that are missing come back', async () => {
    const { consumers, streams } = await jetstreamManager(nats);
    const unprocessed = 'io.nats.monitor.unprocessed-critical';
    const { config } = await consumers.info('UPDATES', 'bot-00');
    await consumers.update('UPDATES', 'bot-00', {
      metadata: { ...config.metadata, [unprocessed]: '7', team: 'a' },
    });
    const events = (await streams.info('EVENTS')).config;
    await streams.update('EVENTS', { metadata: { ...events.metadata, 'io.nats.monitor.peer-expect': '3' } });
    const { metadata: _, ...bare } = (await consumers.info('UPDATES', 'bot-01')).config;
    await consumers.update('UPDATES', 'bot-01', { ...bare, metadata: {} });
    const options = { shardCount: 16 };
    const drift = await driftOf(nats, options);
    expect(drift).toEqual({
      changes: [
        { target: 'EVENTS', change: 'io.nats.monitor.peer-expect: 3 → 0' },
        { target: 'UPDATES/bot-01', change: `${unprocessed}: unset → 120` },
      ],
      refused: [],
      theirs: [{ target: 'UPDATES/bot-00', change: `${unprocessed}: 120 would be usual, is 7` }],
    });
    await provision(nats, options);
    expect((await driftOf(nats, options)).changes).toEqual([]);
    expect((await consumers.info('UPDATES', 'bot-00')).config.metadata).toMatchObject({
      [unprocessed]: '7',
      team: 'a',
    });
    expect((await streams.info('EVENTS')).config.metadata).toMatchObject(
      Object.fromEntries(Object.entries(events.metadata ?? {}).filter(([key]) => !key.startsWith('_nats'))),
    );
  });
});

describe.skipIf(!hasNatsCli)('three servers', () => {
  let cluster: TestNatsCluster;
  beforeAll(async () => {
    cluster = await startTestNatsCluster();
  });
  afterAll(() => cluster?.stop());

  test('a replicated stream is ok, and critical once it has fewer replicas than it should', async () => {
    const nats = await cluster.connection();
    await provision(nats, { shardCount: 1, replicas: 3 });
    const cli = await openNatsCli({ url: `nats://${nats.getServer()}` });
    await cli.outcome(['stream', 'cluster', 'step-down', 'EVENTS']);
    expect((await cli.shell(streamCheck)).output).toMatch(/^OK .*3 peers/);
    const { streams } = await jetstreamManager(nats);
    await streams.update('EVENTS', { num_replicas: 1 });
    expect((await cli.shell(streamCheck)).code).toBe(CRITICAL);
    await provision(nats, { shardCount: 1 });
    expect((await cli.shell(streamCheck)).code).toBe(OK);
  });
});
