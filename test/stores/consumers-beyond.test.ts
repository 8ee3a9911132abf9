import { DeliverPolicy, jetstreamManager } from '@nats-io/jetstream';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { senderConsumer, shardConsumer, TIERS } from '#contracts/consumers.ts';
import { eventually } from '#test/support/eventually.ts';
import { SHARD_COUNT, type StoresFixture, startStoresFixture } from './fixture.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

let fixture: StoresFixture;
beforeAll(async () => {
  fixture = await startStoresFixture();
});
afterAll(() => fixture?.stop());

const SHARDS = Array.from({ length: SHARD_COUNT }, (_, index) => shardConsumer(index, SHARD_COUNT));
const SENDERS = TIERS.map(senderConsumer);
const LOST = 1_000;

/** As a server that does not put them back itself has them when the tail of their stream is gone. */
async function standBeyond(): Promise<void> {
  const { consumers } = await jetstreamManager(fixture.connection);
  for (const { stream, name } of [...SHARDS, ...SENDERS]) {
    const { config } = await consumers.info(stream, name);
    await consumers.delete(stream, name);
    const begin = { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: LOST + 1 };
    await consumers.add(stream, { ...config, ...begin });
  }
}

test('consumers beyond their streams: both services say so, and once provisioned 100 people are reminded once', async () => {
  await fixture.provision();
  await standBeyond();
  await fixture.startServices();
  const people = await fixture.makeHabits(100);
  await fixture.tick(people);
  const line = (stream: string, end: number, names: string) =>
    `consumers beyond their stream: ${stream} ends at ${end}, older than its consumers, which had messages up to 1000: what comes until then is not handed out, run "npm run habitstream -- provision": ${names}`;
  await eventually(
    async () => {
      expect(await fixture.complaints()).toEqual({
        shards: [line('TICKS', 1, 'shard-00-of-02, shard-01-of-02')],
        sender: [line('REMINDERS', 0, 'sender-broadcast, sender-dormant, sender-engaged and 1 more')],
      });
    },
    { timeoutMs: 30_000 },
  );
  expect(await fixture.reminded(people)).toEqual([100, 0, 0]);

  await fixture.provision();
  await fixture.untilReminded(people);
  expect(await fixture.reminded(people)).toEqual([0, 100, 0]);
  await eventually(async () => expect(await fixture.complaints()).toEqual({}), { timeoutMs: 30_000 });
  // What was made again is as it should be from then on.
  expect(await fixture.provision()).toEqual([]);
});
