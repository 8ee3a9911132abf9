import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { shardConsumer } from '#contracts/consumers.ts';
import { TICK_SUBJECT } from '#contracts/subjects.ts';
import { beginOfMinuteMs, minutesAfter } from '#contracts/time.ts';
import { provision } from '#deploy/provision/provision.ts';
import { NotProvisioned } from '#services/platform/jetstream/errors.ts';
import { eventually } from '#test/support/eventually.ts';
import { type ShardsFixture, startShardsFixture } from './fixture.ts';
import { ANSWERED_AT, expectEveryoneOnce, NINE, people } from './nine-in-berlin.ts';

const SHARDS = 4;
/** Another answer, by which it is told from the first. */
const LATER = new Date(Date.parse(ANSWERED_AT) + 3_600_000).toISOString();

let fixture: ShardsFixture;

beforeAll(async () => {
  fixture = await startShardsFixture(people);
});
afterAll(() => fixture?.stop());
beforeEach(() => fixture.reset(SHARDS));
afterEach(() => fixture.stopShards());

const startShards = () => fixture.startShards({ shardCount: SHARDS });
const queuedOnce = async () => expectEveryoneOnce(await fixture.reminders());

describe('a tick', () => {
  it('queues one reminder for each person due, with all their habits', async () => {
    await startShards();
    await fixture.tick(NINE);
    await fixture.untilDone(1, SHARDS);
    await queuedOnce();
  });

  it('queues nothing twice when it comes again, and two processes run each shard', async () => {
    await startShards();
    await startShards();
    for (const minute of [NINE, NINE, minutesAfter(NINE, 1), NINE]) await fixture.tick(minute);
    await fixture.untilDone(4, SHARDS);
    await queuedOnce();
  });

  it('queues nobody twice whose tier has changed meanwhile', async () => {
    const { pool } = fixture.database;
    await startShards();
    await fixture.tick(NINE);
    await fixture.untilDone(1, SHARDS);
    const answer = 'UPDATE schedules.accounts SET last_answered_at = $1 WHERE last_answered_at IS NULL';
    await pool.query(answer, [LATER]);
    await fixture.tick(NINE);
    await fixture.untilDone(2, SHARDS);
    const forget = 'UPDATE schedules.accounts SET last_answered_at = NULL WHERE last_answered_at = $1';
    await pool.query(forget, [LATER]);
    await queuedOnce();
  });

  it('is queued though its deadline has passed: the sender says that it expired', async () => {
    await fixture.startShards({ shardCount: SHARDS, reminderDeadlineMs: 60_000 });
    await fixture.tick(NINE);
    await fixture.untilDone(1, SHARDS);
    const [reminder] = await fixture.reminders();
    expect(reminder?.expiresAt).toBe(new Date(beginOfMinuteMs(minutesAfter(NINE, 1))).toISOString());
    await queuedOnce();
  });

  it('that cannot be read is dead-lettered, and the next one is done', async () => {
    await startShards();
    await jetstream(fixture.nats).publish(TICK_SUBJECT, 'junk');
    await fixture.tick(NINE);
    await fixture.untilDone(2, SHARDS);
    await queuedOnce();
    const { state } = await (await jetstreamManager(fixture.nats)).streams.info('DEAD');
    expect(state.messages).toBe(SHARDS);
  });

  it('is kept until its reminders are durable', async () => {
    const { streams, consumers } = await jetstreamManager(fixture.nats);
    await streams.delete('REMINDERS');
    let failures = 0;
    const countFailures = (line: string) => {
      if (JSON.parse(line).msg === 'message will be tried again') failures++;
    };
    const log = pino({ level: 'warn' }, { write: countFailures });
    await fixture.startShards({ shardCount: SHARDS, dueChunkSize: 5_000 }, { log });
    await fixture.tick(NINE);
    await eventually(() => expect(failures).toBeGreaterThan(SHARDS));
    expect((await consumers.info('TICKS', shardConsumer(0, SHARDS).name)).ack_floor.stream_seq).toBe(0);
    await provision(fixture.nats, { shardCount: SHARDS });
    await fixture.untilDone(1, SHARDS);
    await queuedOnce();
  });

  it('is refused by shards that were provisioned for another SHARD_COUNT', async () => {
    await expect(fixture.startShards({ shardCount: 2 })).rejects.toThrow(NotProvisioned);
    await expect(fixture.startShards({ shardCount: 8 })).rejects.toThrow(
      /shard-\d\d-of-08 is missing: it was not provisioned for this SHARD_COUNT/,
    );
  });
});
