import { jetstreamManager } from '@nats-io/jetstream';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { minutesAfter } from '#contracts/time.ts';
import { provision } from '#deploy/provision/provision.ts';
import { eventually } from '#test/support/eventually.ts';
import { type ShardsFixture, startShardsFixture } from './fixture.ts';
import { expectEveryoneOnce, inBerlin, NINE, people } from './nine-in-berlin.ts';

const SHARDS = 4;
const MANY_TICKS = 20;
const LOST = 100;

let fixture: ShardsFixture;

beforeAll(async () => {
  fixture = await startShardsFixture(people);
});
afterAll(() => fixture?.stop());
beforeEach(() => fixture.reset(SHARDS));
afterEach(() => fixture.stopShards());

const startShards = () => fixture.startShards({ shardCount: SHARDS });
const queuedOnce = async () => expectEveryoneOnce(await fixture.reminders());

async function tickAndFinish(ticks: number): Promise<void> {
  for (let i = 0; i < ticks; i++) await fixture.tick(minutesAfter(NINE, i));
  await fixture.untilDone(ticks, SHARDS);
}

/** Takes the newest reminders away, as a power cut does from a stream that is written behind its acks. */
async function loseNewest(count: number): Promise<void> {
  const { streams } = await jetstreamManager(fixture.nats);
  const { state } = await streams.info('REMINDERS');
  for (let seq = state.last_seq; seq > state.last_seq - count; seq--)
    await streams.deleteMessage('REMINDERS', seq);
}

async function crashNats(): Promise<void> {
  await fixture.server.kill();
  await fixture.server.restart();
}

describe('a crash or a change of SHARD_COUNT', () => {
  it('between two publishes: the next process finishes the tick', async () => {
    await fixture.startShards({ shardCount: SHARDS, dueChunkSize: 1, queueInFlight: 1 });
    await fixture.tick(NINE);
    await eventually(async () => expect((await fixture.reminders()).length).toBeGreaterThan(20));
    await fixture.stopShards();
    expect((await fixture.reminders()).length).toBeLessThan(inBerlin.length);
    await startShards();
    await fixture.untilDone(1, SHARDS);
    await queuedOnce();
  });

  it('resharding and the same tick again queue nothing twice and leave nobody out', async () => {
    await startShards();
    await tickAndFinish(1);
    await fixture.stopShards();
    await provision(fixture.nats, { shardCount: 2 });
    await fixture.startShards({ shardCount: 2 });
    await fixture.tick(NINE);
    await fixture.untilDone(1, 2);
    await queuedOnce();
    await (await jetstreamManager(fixture.nats)).streams.purge('REMINDERS');
    await fixture.tick(NINE);
    await fixture.untilDone(2, 2);
    await queuedOnce();
  });
});

describe('reminders that a crash of nats-server took are queued again', () => {
  it('by the shards that ran through it', async () => {
    await startShards();
    await tickAndFinish(1);
    const kept = (await fixture.reminders()).length - LOST;
    await loseNewest(LOST);
    expect((await fixture.reminders()).length).toBe(kept);
    await crashNats();
    await eventually(queuedOnce);
  });

  it('also when their ticks were caught up with shortly before', async () => {
    await startShards();
    await tickAndFinish(MANY_TICKS);
    await loseNewest(LOST);
    await crashNats();
    await eventually(queuedOnce);
  });

  it('by shards that start after it', async () => {
    await startShards();
    await tickAndFinish(MANY_TICKS);
    await fixture.stopShards();
    await loseNewest(LOST);
    await startShards();
    await eventually(queuedOnce);
  });
});
