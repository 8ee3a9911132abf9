import { JetStreamApiError, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { EventEnvelope } from '#contracts/events.ts';
import type { Delivery, ReminderDue } from '#contracts/messages.ts';
import { broadcastSubject, eventSubject } from '#contracts/subjects.ts';
import { epochMinuteAt } from '#contracts/time.ts';
import { provision } from '#deploy/provision/provision.ts';
import { publishAfter } from '#services/platform/event-store/publish.ts';
import { openSnapshots } from '#services/platform/event-store/snapshots.ts';
import { RecordMoved, readRecord, writeRecord } from '#services/platform/jetstream/kv-record.ts';
import { publishOnce } from '#services/platform/jetstream/publish.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import { createLog } from '#services/platform/process/log.ts';
import { openLimiterRecord } from '#services/platform/rate-limit/limiter-record.ts';
import { openServerTime } from '#services/platform/rate-limit/server-time.ts';
import { openSendRecords } from '#services/sender/delivery/send-records.ts';
import { openContinuation } from '#services/sender/reminders/continuation.ts';
import { missingReminders } from '#services/shards/missing-reminders.ts';
import { openReminderQueue } from '#services/shards/queue.ts';
import { eventsHead } from '#services/tick/events-head.ts';
import { openTickLog } from '#services/tick/tick-log.ts';
import { asBroadcastId, asEventSequence, asHabitId, asMinute, asUserId } from '../support/ids.ts';
import { startTestNats } from '../support/nats.ts';
import { startTestNatsCluster } from '../support/nats-cluster.ts';

/*
 * Every place that writes only if nobody was quicker, on one server and on three replicas: the two refuse the slower
 * writer with different codes. In each test several write at once; one wins and all others learn that they lost.
 */

const WRITERS = 8;
const USER = asUserId(42);
const MINUTE = asMinute(29_000_000);
const AT = '2025-02-18T05:20:00.000Z';

const setups = [
  { where: 'one server', replicas: 1, start: startTestNats },
  { where: 'three replicas', replicas: 3, start: startTestNatsCluster },
];

const atOnce = <T>(write: (writer: number) => Promise<T>) =>
  Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)));
const won = <T>(results: T[], isWin: (result: T) => boolean) => results.filter(isWin).length;

describe.each(setups)('$where', { timeout: 120_000 }, ({ replicas, start }) => {
  let server: Awaited<ReturnType<typeof start>>;
  let nats: NatsConnection;

  beforeAll(async () => {
    server = await start();
    nats = await server.connection();
    await provision(nats, { shardCount: 1, replicas });
  }, 120_000);
  afterAll(() => server?.stop());

  test('every stream has its replicas, and a lost race its code', async () => {
    const { streams } = await jetstreamManager(nats);
    const copies = new Set<number>();
    for await (const { config } of streams.list()) copies.add(config.num_replicas);
    expect([...copies]).toEqual([replicas]);
    const codes = await atOnce((writer) =>
      jetstream(nats)
        .publish('ticks.minute', String(writer), { expect: { lastSequence: 0 } })
        .then(
          () => 'won',
          (error: unknown) => (error instanceof JetStreamApiError ? error.code : error),
        ),
    );
    expect(won(codes, (code) => code === 'won')).toBe(1);
    for (const code of codes) expect(['won', 10071, 10164]).toContain(code);
  });

  test('the reminder queue: queued once', async () => {
    const occurrence = { habitId: asHabitId('a'.repeat(13)), on: '2025-02-18', at: '07:00' };
    const reminder: ReminderDue = {
      userId: USER,
      minute: MINUTE,
      tier: 'engaged',
      expiresAt: AT,
      due: [occurrence],
    };
    const queue = openReminderQueue(nats, 100, missingReminders({ nats, clock: systemClock }));
    const results = await atOnce(() => queue.putAll([reminder]));
    const later = await queue.putAll([{ ...reminder, tier: 'dormant' }]);
    queue.stop();
    expect(won(results, ({ queued }) => queued === 1)).toBe(1);
    expect(won(results, ({ already }) => already === 1)).toBe(WRITERS - 1);
    expect(later).toEqual({ queued: 0, already: 1, tooBig: [] });
  });

  test('the tick log: one tick follows the end', async () => {
    const log = await openTickLog(nats);
    const head = await eventsHead(nats)();
    const last = async () => log.last(await log.end(), head);
    const end = await last();
    const minute = epochMinuteAt(head.nowMs);
    const tick = { minute, eventsSequence: asEventSequence(0) };
    const results = await atOnce(() => log.append(tick, end));
    expect(won(results, (result) => result !== undefined)).toBe(1);
    expect(await log.append(tick, end)).toBeUndefined();
    expect(await last()).toMatchObject({ sequence: end.sequence + 1, minute });
  });

  test('the event store: one writer follows the expected event, one and several events', async () => {
    for (const [count, habit] of [
      [1, 'b'],
      [3, 'c'],
    ] as const) {
      const subject = eventSubject(USER, asHabitId(habit.repeat(13)));
      const events = (writer: number) =>
        Array.from({ length: count }, (_, i): EventEnvelope => {
          const id = `w${writer}-${i}`;
          const caused = { correlationId: id, causationId: id, at: AT };
          return { id, type: 'HabitRenamed', version: 1, data: { name: `Name ${writer}` }, ...caused };
        });
      const write = (writer: number) =>
        publishAfter({ nats, clock: systemClock }, subject, events(writer), 0);
      const results = await atOnce(write);
      expect(won(results, ({ kind }) => kind === 'stored')).toBe(1);
      const last = Math.max(...results.map((each) => (each.kind === 'stored' ? each.sequence : 0)));
      expect(await write(WRITERS)).toEqual({ kind: 'conflict', last });
    }
  });

  test('snapshots: an older one never replaces a newer', async () => {
    const ref = { userId: USER, aggregateId: asHabitId('d'.repeat(13)) };
    const warnings: string[] = [];
    const log = createLog('test', 'warn', { write: (line) => void warnings.push(line) });
    await atOnce(async (writer) => {
      const snapshots = openSnapshots({ nats, clock: systemClock, log, isUsable: () => true });
      snapshots.save(ref, { shape: 1, sequence: writer + 1, decisions: [], state: {} }, 0);
      await snapshots.settled();
    });
    const found = await openSnapshots({ nats, clock: systemClock, isUsable: () => true }).readAll(USER);
    expect(found.get(ref.aggregateId)?.snapshot?.sequence).toBe(WRITERS);
    expect(warnings).toEqual([]);
  });

  test('records in KV (dialogs, throttle): created and replaced by one', async () => {
    const kv = await new Kvm(nats).open('dialogs');
    const write = (value: number, revision: number) =>
      writeRecord(kv, USER, value, revision).then(
        () => 'won',
        (error: unknown) => (error instanceof RecordMoved ? 'lost' : error),
      );
    for (let round = 0; round < 2; round++) {
      const { revision } = await readRecord(kv, USER, z.int());
      const results = await atOnce((writer) => write(writer, revision));
      expect([...results].sort()).toEqual([...Array(WRITERS - 1).fill('lost'), 'won']);
    }
  });

  test('the rate limiter: one booking follows the state it saw', async () => {
    const time = await openServerTime(nats, 'KV_pacer');
    const log = createLog('test', 'silent');
    const records = await atOnce(() =>
      openLimiterRecord({ nats, clock: systemClock, log }, time, { whole: 30, bulk: 25 }),
    );
    for (let round = 0; round < 2; round++) {
      const kept = await Promise.all(records.map((record) => record.read()));
      const results = await Promise.all(
        records.map((record, i) => record.replace(kept[i] ?? record.latest(), record.latest().state)),
      );
      expect(won(results, Boolean)).toBe(1);
    }
    for (const record of records) record.stop();
  });

  test('send records: one claims, one settles, and a late withdrawal changes nothing', async () => {
    const records = await openSendRecords(nats, systemClock);
    const request = (by: number) => ({ minute: MINUTE, startedAt: AT, by: `attempt-${by}`, maxResends: 0 });
    const claims = await atOnce((writer) => records.claim(request(writer), `${USER}.lost-race`));
    const claimed = claims.filter((claim) => claim.kind === 'claimed');
    expect(claimed).toHaveLength(1);
    const [mine] = claimed;
    if (!mine) throw new Error('nobody claimed');
    const delivery = (latenessMs: number): Delivery => ({
      userId: USER,
      minute: MINUTE,
      tier: 'engaged',
      outcome: 'delivered',
      occurrences: [{ habitId: asHabitId('a'.repeat(13)), on: '2025-02-18', at: '07:00' }],
      at: AT,
      latenessMs,
    });
    const settled = await atOnce((writer) => records.settle(mine, delivery(writer)));
    expect(new Set(settled.map((each) => each?.latenessMs)).size).toBe(1);
    await records.withdraw(mine);
    const after = await records.claim(request(WRITERS), `${USER}.lost-race`);
    expect(after).toMatchObject({ kind: 'existing', status: { kind: 'settled', delivery: settled[0] } });
  });

  test('continuation: one reminder of a person may ask', async () => {
    const mayAsk = await openContinuation(nats, systemClock);
    const results = await atOnce((writer) => mayAsk(USER, asMinute(MINUTE + writer)));
    expect(won(results, Boolean)).toBe(1);
  });

  test('what is published once: broadcasts', async () => {
    const subject = broadcastSubject(asBroadcastId('e'.repeat(13)), 'requested');
    const results = await atOnce((writer) => publishOnce(jetstream(nats), subject, { writer }));
    expect(won(results, Boolean)).toBe(1);
  });
});
