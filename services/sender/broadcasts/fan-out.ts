import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { BroadcastRequested, BroadcastTested } from '#contracts/broadcasts.ts';
import { senderConsumer } from '#contracts/consumers.ts';
import type { BroadcastDue } from '#contracts/messages.ts';
import { broadcastDueSubject } from '#contracts/subjects.ts';
import { epochMinuteAt } from '#contracts/time.ts';
import type { Queryable } from '#projections/engine/projection.ts';
import { recipientsAfter } from '#projections/schedules/recipients.ts';
import { publishOnce } from '#services/platform/jetstream/publish.ts';
import type { Broadcasts } from '#services/platform/messages/broadcasts.ts';
import type { Clock } from '#services/platform/process/clock.ts';

export type FanOutPorts = {
  nats: NatsConnection;
  database: Queryable;
  broadcasts: Broadcasts;
  clock: Clock;
};

const CHUNK = 500;
/**
 * Messages that may wait in the queue. REMINDERS keeps them for two days only, and what waits there cannot be called
 * off without handling it; this is minutes of work at the free rate and seconds at the paid one.
 */
const MOST_WAITING = 10_000;
const LOOK_AGAIN_MS = 500;

/**
 * Brings a broadcast into the queue of its tier, everybody's message once: people in the order of their ids, chunk by
 * chunk, each chunk reported when it is durable. Cut short, it goes on after the last report; what it queues again by
 * that is refused by the stream. Resolves when everybody has it queued, or it was called off; rejects when the signal is
 * aborted, and the next sender goes on.
 */
export async function fanOut(
  ports: FanOutPorts,
  { broadcastId, at }: BroadcastRequested,
  signal: AbortSignal,
): Promise<void> {
  const { database, broadcasts, clock } = ports;
  const minute = epochMinuteAt(Date.parse(at));
  const queue = await openQueue(ports.nats);
  let progress = await broadcasts.progress(broadcastId);
  while (!progress.complete) {
    signal.throwIfAborted();
    if (await broadcasts.isCancelled(broadcastId)) return;
    if ((await queue.waiting()) > MOST_WAITING - CHUNK) {
      await clock.sleep(LOOK_AGAIN_MS, signal);
      continue;
    }
    const { upTo: before, queued } = progress;
    const people = await recipientsAfter(database, before ?? '0', CHUNK);
    await Promise.all(people.map((userId) => queue.put({ userId, broadcastId, minute })));
    const upTo = people.at(-1) ?? before;
    const report = { queued: queued + people.length, complete: people.length < CHUNK };
    progress = await broadcasts.report(
      broadcastId,
      upTo === undefined ? report : { ...report, upTo },
      progress,
    );
  }
}

/** Brings a test into the queue of its tier, for the admin who asked for it. May be repeated. */
export async function queueTest(
  nats: NatsConnection,
  { broadcastId, by, at }: BroadcastTested,
): Promise<void> {
  const queue = await openQueue(nats);
  await queue.put({ userId: by, broadcastId, minute: epochMinuteAt(Date.parse(at)) });
}

async function openQueue(nats: NatsConnection) {
  const js = jetstream(nats);
  const { consumers } = await jetstreamManager(nats, { checkAPI: false });
  return {
    /** Messages of the tier that are not done with. */
    async waiting(): Promise<number> {
      const { num_pending, num_ack_pending } = await consumers.info(
        'REMINDERS',
        senderConsumer('broadcast').name,
      );
      return num_pending + num_ack_pending;
    },
    put: (due: BroadcastDue) => publishOnce(js, broadcastDueSubject(due.broadcastId, due.userId), due),
  };
}
