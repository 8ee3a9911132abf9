import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { RecordedEvent } from '#contracts/events.ts';
import { eventSubject, snapshotSubject } from '#contracts/subjects.ts';
import { jetStreamEventStore } from '#services/platform/event-store/event-store.ts';
import { eventsAfter } from '#services/platform/event-store/read-log.ts';
import type { AggregateRef } from '#services/platform/event-store/stream-name.ts';
import { lastMessage } from '#services/platform/jetstream/direct-get.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import { account, tally } from './tally.ts';

export const openStore = (nats: NatsConnection) =>
  jetStreamEventStore(nats, { clock: systemClock, aggregates: { account, habit: tally } });
export type TallyStore = ReturnType<typeof openStore>;

/** The whole log of one aggregate. */
export async function logOf(
  nats: NatsConnection,
  { userId, aggregateId }: AggregateRef,
): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const page of eventsAfter(nats, eventSubject(userId, aggregateId), 0)) events.push(...page);
  return events;
}

export async function snapshotOf(
  nats: NatsConnection,
  { userId, aggregateId }: AggregateRef,
): Promise<unknown> {
  return (await lastMessage(nats, 'KV_snapshots', snapshotSubject(userId, aggregateId)))?.json();
}

/** Puts whatever it is in the place of an aggregate's snapshot. */
export async function putSnapshot(nats: NatsConnection, ref: AggregateRef, content: unknown): Promise<void> {
  const body = typeof content === 'string' ? content : JSON.stringify(content);
  await jetstream(nats).publish(snapshotSubject(ref.userId, ref.aggregateId), body);
}
