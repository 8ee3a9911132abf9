import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { BroadcastRequested } from '#contracts/broadcasts.ts';
import { senderConsumer } from '#contracts/consumers.ts';
import { broadcastIdFrom } from '#contracts/ids.ts';
import { Delivery } from '#contracts/messages.ts';
import { broadcastDueSubject, broadcastSubject } from '#contracts/subjects.ts';
import { type Broadcasts, openBroadcasts } from '#services/platform/messages/broadcasts.ts';
import { eventually } from '#test/support/eventually.ts';
import { asUserId } from '../../support/ids.ts';
import { type SenderFixture, startSenderFixture } from './fixture.ts';

let fixture: SenderFixture;
let broadcasts: Broadcasts;
let updateId = 1;
beforeAll(async () => {
  fixture = await startSenderFixture();
  broadcasts = await openBroadcasts(fixture.nats);
});
afterAll(() => fixture.stop());
beforeEach(() => fixture.pool.query('DELETE FROM schedules.accounts'));
afterEach(async () => {
  await fixture.settle();
  await fixture.pausedQueue(false);
});

const BOLD = { type: 'bold', offset: 0, length: 4 };

/** What an admin confirmed. */
function requested(recipients: number, text = 'News for everybody'): BroadcastRequested {
  const broadcastId = broadcastIdFrom(asUserId('1'), updateId++);
  const at = new Date().toISOString();
  return { broadcastId, by: asUserId('1'), at, recipients, text, entities: [BOLD] };
}

const sends = async () => fixture.telegram.requests({ method: 'sendMessage' });

/** How a broadcast ended for each person, once it has for `count`. */
async function endsOf(broadcastId: string, count: number): Promise<Map<string, Delivery>> {
  const { streams, consumers } = await jetstreamManager(fixture.nats);
  return eventually(
    async () => {
      const ends = new Map<string, Delivery>();
      const { first_seq, last_seq } = (await streams.info('DELIVERIES')).state;
      const consumer = await jetstream(fixture.nats).consumers.get('DELIVERIES', {
        opt_start_seq: first_seq,
      });
      const { num_pending, num_ack_pending } = await consumers.info(
        'REMINDERS',
        senderConsumer('broadcast').name,
      );
      expect(num_pending + num_ack_pending).toBe(0);
      const most = { max_messages: Math.max(1, last_seq), expires: 1_000 };
      let stored = 0;
      for await (const message of await consumer.fetch(most)) {
        const delivery = Delivery.parse(message.json());
        if (delivery.broadcastId === broadcastId && ++stored) ends.set(delivery.userId, delivery);
        if (message.info.pending === 0) break;
      }
      expect({ people: ends.size, stored }).toEqual({ people: count, stored: count });
      return ends;
    },
    { timeoutMs: 180_000 },
  );
}

const outcomes = (ends: Map<string, Delivery>) => {
  const counts: Record<string, number> = {};
  for (const { outcome } of ends.values()) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
};

test('everybody who did not block the bot gets the text with its formatting, once, however often it is asked for', async () => {
  const people = await fixture.crowd(30);
  const [first, second] = people;
  await fixture.pool.query('UPDATE schedules.accounts SET blocked = true WHERE user_id = $1', [
    first?.userId,
  ]);
  await (
    await fixture.telegram.person({ id: Number(second?.userId), first_name: 'Gone', started: true })
  ).block();
  const request = requested(29);
  await broadcasts.begin(request);
  await broadcasts.begin(request);
  await fixture.sender();
  const ends = await endsOf(request.broadcastId, 29);
  expect(outcomes(ends)).toEqual({ delivered: 28, failed: 1 });
  expect(ends.get(String(second?.userId))).toMatchObject({
    outcome: 'failed',
    occurrences: [],
    tier: 'broadcast',
  });
  expect(ends.get(String(second?.userId))?.reason).toMatch(/^403: Forbidden/);
  const requests = await sends();
  expect(requests).toHaveLength(29);
  expect(requests[0]?.parameters).toMatchObject({ text: request.text, entities: [BOLD] });
  expect(requests[0]?.parameters).not.toHaveProperty('allow_paid_broadcast');
  expect(await broadcasts.progress(request.broadcastId)).toMatchObject({ queued: 29, complete: true });

  // Asked for again from the stream, as after an operator's replay: nobody gets it twice.
  await jetstream(fixture.nats).publish(
    broadcastSubject(request.broadcastId, 'requested'),
    JSON.stringify(request),
  );
  const due = { userId: people[2]?.userId, broadcastId: request.broadcastId, minute: 1 };
  const subject = broadcastDueSubject(request.broadcastId, asUserId(people[2]?.userId ?? ''));
  const minute = Math.floor(Date.parse(request.at) / 60_000);
  await jetstream(fixture.nats).publish(subject, JSON.stringify({ ...due, minute }));
  await endsOf(request.broadcastId, 29);
  expect(await sends()).toHaveLength(29);
});

test('500 people, two senders, one killed in the middle: nobody gets it twice, and each comes to one end', async () => {
  const people = await fixture.crowd(500);
  // Longer than it takes the survivor, busy as the machine may be.
  await fixture.redeliverAfter(3_000);
  const connection = await fixture.server.connection();
  const died = Promise.withResolvers<void>();
  let answered = 0;
  const victim = await fixture.senderOn(connection, {}, async (step) => {
    if (step !== 'answered' || ++answered < 60) return;
    await connection.close();
    died.resolve();
    await new Promise(() => {});
  });
  const request = requested(500);
  await broadcasts.begin(request);
  const survivor = fixture.sender();
  await died.promise;
  void victim.stop();
  await survivor;

  const ends = await endsOf(request.broadcastId, 500);
  const reached = (await sends()).filter(({ status }) => status === 200).map(({ chatId }) => String(chatId));
  expect(new Set(reached).size).toBe(reached.length);
  const missed = people.filter(({ userId }) => !reached.includes(userId)).map(({ userId }) => userId);
  for (const userId of missed) expect(ends.get(userId)?.outcome).toBe('uncertain');
  const { delivered = 0, uncertain = 0, ...others } = outcomes(ends);
  expect(others).toEqual({});
  expect(delivered + uncertain).toBe(500);
  expect(uncertain).toBeLessThanOrEqual(64);
});

test('fanning out that is cut short goes on where it was, and queues nobody twice', async () => {
  await fixture.crowd(1_200);
  const request = requested(1_200);
  const connection = await fixture.server.connection();
  const publish = connection.publish.bind(connection);
  let queued = 0;
  let reported = false;
  const died = Promise.withResolvers<void>();
  connection.publish = (subject, ...rest) => {
    if (subject === broadcastSubject(request.broadcastId, 'progressed')) reported = true;
    if (reported && subject.startsWith('reminders.broadcast.') && ++queued === 250) {
      void connection.close().then(() => died.resolve());
    }
    publish(subject, ...rest);
  };
  await fixture.pausedQueue(true);
  const victim = await fixture.senderOn(connection, {});
  await broadcasts.begin(request);
  await died.promise;
  void victim.stop();
  expect(await broadcasts.progress(request.broadcastId)).toMatchObject({ queued: 500, complete: false });
  await fixture.hurryFanOut();
  await fixture.sender();
  await eventually(
    async () =>
      expect(await broadcasts.progress(request.broadcastId)).toMatchObject({ queued: 1_200, complete: true }),
    { timeoutMs: 20_000 },
  );
  const { streams } = await jetstreamManager(fixture.nats);
  const filter = { subjects_filter: `reminders.broadcast.*.*.${request.broadcastId}` };
  const perPerson = Object.values((await streams.info('REMINDERS', filter)).state.subjects ?? {});
  expect(perPerson).toHaveLength(1_200);
  expect(new Set(perPerson)).toEqual(new Set([1]));
  await broadcasts.cancel(request.broadcastId, { by: asUserId('1'), at: request.at });
  await fixture.pausedQueue(false);
  const ends = await endsOf(request.broadcastId, 1_200);
  expect(outcomes(ends)).toEqual({ suppressed: 1_200 });
  expect([...ends.values()][0]?.reason).toBe('cancelled');
});

describe('while it runs', () => {
  test('called off, it stops within moments, and those who were left have that as their outcome', async () => {
    await fixture.crowd(300);
    const request = requested(300);
    await broadcasts.begin(request);
    await fixture.sender({ sendRate: 30, bulkRate: 30 });
    await eventually(async () => expect((await sends()).length).toBeGreaterThan(20));
    await broadcasts.cancel(request.broadcastId, { by: asUserId('1'), at: new Date().toISOString() });
    const at = (await sends()).length;
    const ends = await endsOf(request.broadcastId, 300);
    const { delivered = 0, suppressed = 0 } = outcomes(ends);
    expect(delivered + suppressed).toBe(300);
    expect(delivered).toBe((await sends()).length);
    expect(delivered - at).toBeLessThan(70);
    expect([...ends.values()].find(({ outcome }) => outcome === 'suppressed')?.reason).toBe('cancelled');
  });

  test('a reminder that becomes due does not wait for it', async () => {
    await fixture.crowd(200);
    const person = await fixture.person();
    const request = requested(201);
    await broadcasts.begin(request);
    await fixture.sender({ sendRate: 20, bulkRate: 20 });
    await eventually(async () => expect((await sends()).length).toBeGreaterThan(10));
    const before = (await sends()).length;
    await fixture.remind(person);
    const position = await eventually(async () => {
      const all = await sends();
      const found = all.findIndex(
        ({ chatId, parameters }) => chatId === person.chatId && JSON.stringify(parameters).includes('Habit'),
      );
      expect(found).toBeGreaterThan(-1);
      return found;
    });
    expect(position - before).toBeLessThan(45);
    await broadcasts.cancel(request.broadcastId, { by: asUserId('1'), at: request.at });
    await endsOf(request.broadcastId, 201);
  });
});

test('with paid broadcasts, Telegram is told so', async () => {
  await fixture.crowd(1);
  const request = requested(1);
  await broadcasts.begin(request);
  await fixture.sender({ paidBroadcast: true });
  await endsOf(request.broadcastId, 1);
  expect((await sends())[0]?.parameters).toMatchObject({ allow_paid_broadcast: true });
});
