import { DeliverPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { updateSubject } from '#contracts/subjects.ts';
import { asUserId } from '#test/support/ids.ts';

/** The bodies stored in UPDATES for one user, oldest first. */
export async function storedUpdates(nats: NatsConnection, userId: number): Promise<string[]> {
  const filter_subject = updateSubject(asUserId(userId));
  const manager = await jetstreamManager(nats);
  const { state } = await manager.streams.info('UPDATES', { subjects_filter: filter_subject });
  const count = state.subjects?.[filter_subject] ?? 0;
  if (count === 0) return [];
  const consumer = await jetstream(nats).consumers.get('UPDATES', {
    filter_subjects: [filter_subject],
    deliver_policy: DeliverPolicy.All,
  });
  const bodies: string[] = [];
  for await (const message of await consumer.fetch({ max_messages: count, expires: 5_000 })) {
    bodies.push(message.string());
    if (bodies.length === count) break;
  }
  return bodies;
}

/** The update ids of {@link storedUpdates}. */
export async function storedIds(nats: NatsConnection, userId: number): Promise<number[]> {
  return (await storedUpdates(nats, userId)).map((body) => Number(/"update_id":(\d+)/.exec(body)?.[1]));
}
