import { jetstream } from '@nats-io/jetstream';
import { type KV, Kvm } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { z } from 'zod';
import type { EventEnvelope } from '#contracts/events.ts';
import type { UserId } from '#contracts/ids.ts';
import type { Delivery } from '#contracts/messages.ts';
import {
  broadcastSubject,
  continuationKey,
  eventSubject,
  keysOfBucket,
  replySubject,
  sendRecordSubject,
  snapshotSubject,
} from '#contracts/subjects.ts';
import { provision } from '#deploy/provision/provision.ts';
import { openReplyStream } from '#services/bot/replies/reply-stream.ts';
import { openThrottle } from '#services/bot/throttle/throttle.ts';
import { publishAfter } from '#services/platform/event-store/publish.ts';
import { openSnapshots, type Snapshot } from '#services/platform/event-store/snapshots.ts';
import { publishOnce } from '#services/platform/jetstream/publish.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import { createLog } from '#services/platform/process/log.ts';
import { openLimiterRecord } from '#services/platform/rate-limit/limiter-record.ts';
import { openServerTime } from '#services/platform/rate-limit/server-time.ts';
import { openSendRecords } from '#services/sender/delivery/send-records.ts';
import { openContinuation } from '#services/sender/reminders/continuation.ts';
import { asBroadcastId, asHabitId, asMinute, asUserId } from '../support/ids.ts';
import { startTestNatsCluster, type TestNatsCluster } from '../support/nats-cluster.ts';
import { type Racecourse, runRace } from './race-under-way.ts';

/*
 * A replicated stream refuses a write once it has taken a quicker one, also while that is not stored yet: its leader then
 * still answers with what stood before. Every place that reads after a lost race waits for what it lost to, and does not
 * go on writing meanwhile. Here the replicas stand still until the loser has read again three times.
 */

const MINUTE = asMinute(29_000_000);
const AT = '2025-02-18T05:20:00.000Z';

let cluster: TestNatsCluster;
let nats: NatsConnection;
let course: Racecourse;
beforeAll(async () => {
  cluster = await startTestNatsCluster();
  nats = await cluster.connection();
  course = { cluster, nats, observer: await cluster.connection() };
  await provision(nats, { shardCount: 1, replicas: 3 });
}, 120_000);
afterAll(() => cluster?.stop());

let people = 0;
const newPerson = (): UserId => asUserId(1_000 + people++);
const subjectOf = (bucket: string, key: string) => keysOfBucket(bucket).replace('>', key);
const log = createLog('test', 'silent');

function deliveryOf(userId: UserId, latenessMs: number): Delivery {
  return {
    ...{ userId, minute: MINUTE, tier: 'engaged', outcome: 'delivered', at: AT, latenessMs },
    occurrences: [{ habitId: asHabitId('a'.repeat(13)), on: '2025-02-18', at: '07:00' }],
  };
}

function envelope(name: string): EventEnvelope {
  const caused = { correlationId: name, causationId: name, at: AT };
  return { id: name, type: 'HabitRenamed', version: 1, data: { name }, ...caused };
}

describe('the quicker write is on its way', { timeout: 240_000 }, () => {
  test('send records: the outcome that was first counts', () =>
    runRace(course, async () => {
      const records = await openSendRecords(nats, systemClock);
      const userId = newPerson();
      const key = `${userId}.race`;
      const claim = await records.claim({ minute: MINUTE, startedAt: AT, by: 'me', maxResends: 0 }, key);
      if (claim.kind !== 'claimed') throw new Error('not claimed');
      const [mine, theirs] = [deliveryOf(userId, 1), deliveryOf(userId, 2)];
      return {
        ...{ stream: 'KV_sending', subject: sendRecordSubject(key) },
        ...{ quicker: { ...claim.record, delivery: theirs }, after: claim.revision },
        lose: () => records.settle(claim, mine),
        comesTo: () => theirs,
      };
    }));

  test('send records: what was claimed first is another attempt’s', () =>
    runRace(course, async () => {
      const records = await openSendRecords(nats, systemClock);
      const key = `${newPerson()}.race`;
      const record = { minute: MINUTE, startedAt: AT, by: 'another', tries: 1 };
      return {
        ...{ stream: 'KV_sending', subject: sendRecordSubject(key), quicker: record, after: 0 },
        lose: () => records.claim({ minute: MINUTE, startedAt: AT, by: 'me', maxResends: 0 }, key),
        comesTo: (revision) => ({
          kind: 'existing',
          status: { kind: 'interrupted' },
          kept: { key, revision, record },
        }),
      };
    }));

  test('continuation: a reminder’s own question, whose answer was lost, is its own', () =>
    runRace(course, async () => {
      const mayAsk = await openContinuation(nats, systemClock);
      const userId = newPerson();
      return {
        ...{ stream: 'KV_sending', subject: subjectOf('sending', continuationKey(userId)) },
        ...{ quicker: { minute: MINUTE }, after: 0 },
        lose: () => mayAsk(userId, MINUTE),
        comesTo: () => true,
      };
    }));

  test('the event store: own events, whose ack was lost, are stored once', () =>
    runRace(course, async () => {
      const subject = eventSubject(newPerson(), asHabitId('b'.repeat(13)));
      const events = [envelope('mine')];
      return {
        ...{ stream: 'EVENTS', subject, quicker: events[0], after: 0 },
        lose: () => publishAfter({ nats, clock: systemClock }, subject, events, 0),
        comesTo: (sequence) => ({ kind: 'stored', sequence }),
      };
    }));

  test('the event store: another writer’s are a conflict at where they stand', () =>
    runRace(course, async () => {
      const subject = eventSubject(newPerson(), asHabitId('b'.repeat(13)));
      return {
        ...{ stream: 'EVENTS', subject, quicker: envelope('theirs'), after: 0 },
        lose: () => publishAfter({ nats, clock: systemClock }, subject, [envelope('mine')], 0),
        comesTo: (last) => ({ kind: 'conflict', last }),
      };
    }));

  test('snapshots: an older one waits and then gives way', () =>
    runRace(course, async () => {
      const ref = { userId: newPerson(), aggregateId: asHabitId('b'.repeat(13)) };
      const at = (sequence: number): Snapshot => ({ shape: 1, sequence, decisions: [], state: {} });
      const snapshots = openSnapshots({ nats, clock: systemClock, log, isUsable: () => true });
      return {
        ...{ stream: 'KV_snapshots', subject: snapshotSubject(ref.userId, ref.aggregateId) },
        ...{ quicker: at(2), after: 0 },
        async lose() {
          snapshots.save(ref, at(1), 0);
          await snapshots.settled();
        },
        comesTo: () => undefined,
      };
    }));

  test('the throttle: each of two requests counts', () =>
    runRace(course, async () => {
      const throttle = await openThrottle(nats, systemClock);
      const userId = newPerson();
      const kv = await new Kvm(nats).open('throttle');
      const request = (updateId: number) => ({ updateId, atMs: 1_000, kind: 'words' }) as const;
      await throttle.decide(userId, request(1));
      const { revision, value } = await stored(kv, userId);
      return {
        ...{ stream: 'KV_throttle', subject: subjectOf('throttle', userId) },
        ...{ quicker: { ...value, taken: [...value.taken, [2, 1_000]] }, after: revision },
        lose: () => throttle.decide(userId, request(3)),
        comesTo: () => ({ verdict: 'admitted', requests: 3, waitMs: 0 }),
      };
    }));

  test('replies: what waits is added to what was added meanwhile', () =>
    runRace(course, async () => {
      const stream = openReplyStream(nats, systemClock);
      const userId = newPerson();
      const none = await stream.read(userId);
      const quicker = { ...none.pending, rank: 2 };
      return {
        ...{ stream: 'REPLIES', subject: replySubject(userId), quicker, after: none.sequence },
        lose: async () => {
          const before: number[] = [];
          await stream.change(userId, none, (pending) => {
            before.push(pending.rank);
            return { ...pending, rank: 1 };
          });
          return before;
        },
        comesTo: () => [0, 2],
      };
    }));

  test('what is published once: the quicker one is waited for', () =>
    runRace(course, async () => {
      const subject = broadcastSubject(
        asBroadcastId(String.fromCharCode(97 + (people++ % 20)).repeat(13)),
        'requested',
      );
      return {
        ...{ stream: 'BROADCASTS', subject, quicker: { from: 'another' }, after: 0 },
        lose: () => publishOnce(jetstream(nats), subject, { from: 'me' }),
        comesTo: () => false,
      };
    }));

  test('the rate limiter: what is read after a conflict is newer', () =>
    runRace(course, async () => {
      const time = await openServerTime(nats, 'KV_pacer');
      const record = await openLimiterRecord({ nats, clock: systemClock, log }, time, {
        whole: 30,
        bulk: 25,
      });
      const kept = record.latest();
      if (kept.revision === 0) await record.replace(kept, kept.state);
      const before = await record.read();
      const entry = await (await new Kvm(nats).open('pacer')).get('budget');
      return {
        ...{ stream: 'KV_pacer', subject: subjectOf('pacer', 'budget') },
        ...{ quicker: entry?.json(), after: before.revision },
        async lose() {
          const hasWon = await record.replace(before, before.state);
          const { revision } = await record.read();
          record.stop();
          return { hasWon, revision };
        },
        comesTo: (revision) => ({ hasWon: false, revision }),
      };
    }));
});

const Requests = z.looseObject({ taken: z.array(z.unknown()) });

async function stored(kv: KV, key: string) {
  const entry = await kv.get(key);
  return { revision: entry?.revision ?? 0, value: Requests.parse(entry?.json()) };
}
