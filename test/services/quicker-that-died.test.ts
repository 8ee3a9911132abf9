import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ReminderDue } from '#contracts/messages.ts';
import { broadcastSubject, reminderSubject } from '#contracts/subjects.ts';
import { provision } from '#deploy/provision/provision.ts';
import { publishOnce } from '#services/platform/jetstream/publish.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import { missingReminders } from '#services/shards/missing-reminders.ts';
import { NotQueued, openReminderQueue, type Publishing } from '#services/shards/queue.ts';
import { asBroadcastId, asHabitId, asMinute, asUserId } from '#test/support/ids.ts';
import { startTestNats, type TestNats } from '#test/support/nats.ts';

/*
 * A replicated stream refuses a write for the sake of a quicker one that it then may drop with its leader. That refusal is
 * given here by the test, in the server's words; what is read afterwards is the server's.
 */

const REFUSAL = { error: { code: 400, err_code: 10164, description: 'wrong last sequence' }, seq: 0 };
const MINUTE = asMinute(29_000_000);
const LATER_MS = 300;

let server: TestNats;
let nats: NatsConnection;
beforeAll(async () => {
  server = await startTestNats();
  nats = await server.connection();
  await provision(nats, { shardCount: 1 });
});
afterAll(() => server?.stop());

const dueFor = (id: number): ReminderDue => ({
  ...{ userId: asUserId(id), minute: MINUTE, tier: 'engaged', expiresAt: '2025-02-18T05:20:00.000Z' },
  due: [{ habitId: asHabitId('a'.repeat(13)), on: '2025-02-18', at: '07:00' }],
});
const subjectOf = ({ tier, userId, minute }: ReminderDue) => reminderSubject(tier, userId, minute);

/** The first write to `subject` is refused, whatever is there. */
function refusingOnce(subject: string): Publishing {
  let hasRefused = false;
  return {
    subscribe: (...given) => nats.subscribe(...given),
    publish(to, body, options) {
      if (to !== subject || hasRefused) return nats.publish(to, body, options);
      hasRefused = true;
      nats.publish(options?.reply ?? '', JSON.stringify(REFUSAL));
    },
  };
}

describe('reminders', () => {
  test('one that was refused, and that nobody has queued in the end, is queued when its tick is done again', async () => {
    const reminders = [1, 2, 3].map(dueFor);
    const refused = dueFor(2);
    const publishing = refusingOnce(subjectOf(refused));
    const queue = openReminderQueue(publishing, 100, missingReminders({ nats, clock: systemClock }));
    await expect(queue.putAll(reminders)).rejects.toBeInstanceOf(NotQueued);
    expect(await queue.putAll(reminders)).toEqual({ queued: 1, already: 2, tooBig: [] });
    queue.stop();
  });

  test('one that another shard is about to have queued, in whatever tier, is waited for', async () => {
    const refused = dueFor(4);
    const publishing = refusingOnce(subjectOf(refused));
    const queue = openReminderQueue(publishing, 100, missingReminders({ nats, clock: systemClock }));
    const putting = queue.putAll([refused]);
    await systemClock.sleep(LATER_MS);
    await jetstream(nats).publish(subjectOf({ ...refused, tier: 'dormant' }), JSON.stringify(refused));
    expect(await putting).toEqual({ queued: 0, already: 1, tooBig: [] });
    queue.stop();
  });

  test('a thousand that were queued before are found', async () => {
    const reminders = Array.from({ length: 1_000 }, (_, i) => dueFor(1_000 + i));
    const queue = openReminderQueue(nats, 100, missingReminders({ nats, clock: systemClock }));
    expect(await queue.putAll(reminders)).toEqual({ queued: 1_000, already: 0, tooBig: [] });
    expect(await queue.putAll(reminders)).toEqual({ queued: 0, already: 1_000, tooBig: [] });
    queue.stop();
  });
});

test('what is published once is published again where the quicker one died', async () => {
  const subject = broadcastSubject(asBroadcastId('e'.repeat(13)), 'requested');
  let refusals = 0;
  const refusing: NatsConnection = Object.create(nats, {
    request: {
      async value(...[to, body, options]: Parameters<NatsConnection['request']>) {
        if (to !== subject || refusals++ > 0) return nats.request(to, body, options);
        const answering = nats.subscribe('test.refusal', {
          max: 1,
          callback: (_, message) => void message.respond(JSON.stringify(REFUSAL)),
        });
        return nats.request('test.refusal').finally(() => answering.unsubscribe());
      },
    },
  });
  expect(await publishOnce(jetstream(refusing), subject, { from: 'me' })).toBe(true);
  expect(await publishOnce(jetstream(nats), subject, { from: 'another' })).toBe(false);
  expect(refusals).toBe(2);
});
