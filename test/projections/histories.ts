import fc from 'fast-check';
import {
  type DomainEvent,
  type EventEnvelope,
  envelopeOf,
  eventCatalogue,
  type RecordedEvent,
} from '#contracts/events.ts';
import { ACCOUNT, type AggregateId, partitionOf, type UserId } from '#contracts/ids.ts';
import type { Delivery } from '#contracts/messages.ts';
import { deliverySubject, eventSubject } from '#contracts/subjects.ts';
import type { Stored } from '#projections/engine/projection.ts';
import { asBroadcastId, asMinute, asUserId } from '../support/ids.ts';
import { accountEvent, at, HABITS, habitEvent, instant, on } from './arbitrary-events.ts';

/** An event of some aggregate, not stored yet. */
export type UnstoredEvent = { userId: UserId; aggregateId: AggregateId; at: string; event: DomainEvent };

const USERS = ['7', '1234567890'].map(asUserId);
/** Any event of the catalogue, of any aggregate, in any order: also such as no decision would write. */
const unstoredEvent: fc.Arbitrary<UnstoredEvent> = fc.oneof(
  fc.record({
    userId: fc.constantFrom(...USERS),
    aggregateId: fc.constant(ACCOUNT),
    at: instant,
    event: accountEvent,
  }),
  fc.record({
    userId: fc.constantFrom(...USERS),
    aggregateId: fc.constantFrom(...HABITS),
    at: instant,
    event: habitEvent,
  }),
);

const occurrence = fc.record(
  { habitId: fc.constantFrom(...HABITS), on, at, snoozed: fc.constant(true as const) },
  { requiredKeys: ['habitId', 'on', 'at'] },
);

const reminderDelivery: fc.Arbitrary<Delivery> = fc.record(
  {
    userId: fc.constantFrom(...USERS),
    minute: fc.constant(asMinute(29_400_000)),
    tier: fc.constantFrom('engaged' as const, 'regular' as const),
    outcome: fc.constantFrom(
      'delivered' as const,
      'asked' as const,
      'suppressed' as const,
      'failed' as const,
      'uncertain' as const,
    ),
    reason: fc.constantFrom('answered', 'alreadyReminded', 'alreadyReminded', '403: Forbidden'),
    occurrences: fc.array(occurrence, { minLength: 1, maxLength: 3 }),
    at: instant,
    latenessMs: fc.integer({ min: -10, max: 100_000 }),
  },
  { requiredKeys: ['userId', 'minute', 'tier', 'outcome', 'occurrences', 'at', 'latenessMs'] },
);

const broadcastDelivery: fc.Arbitrary<Delivery> = fc.record({
  userId: fc.constantFrom(...USERS),
  minute: fc.constant(asMinute(29_400_000)),
  tier: fc.constant('broadcast' as const),
  outcome: fc.constantFrom('delivered' as const, 'failed' as const),
  occurrences: fc.constant([]),
  broadcastId: fc.constantFrom(asBroadcastId('ccccccccccccc'), asBroadcastId('ddddddddddddd')),
  at: instant,
  latenessMs: fc.integer({ min: 0, max: 100_000 }),
});

const delivery = fc.oneof(
  { weight: 7, arbitrary: reminderDelivery },
  { weight: 1, arbitrary: broadcastDelivery },
);

export type LogEntry = { subject: string; body: string };

export function eventEntry({ userId, aggregateId, at: eventAt, event }: UnstoredEvent, id = 'e'): LogEntry {
  const metadata = { at: eventAt, correlationId: 'update-1', causationId: 'update-1' };
  const body: EventEnvelope = envelopeOf(event, id, metadata);
  return { subject: eventSubject(userId, aggregateId), body: JSON.stringify(body) };
}

export function deliveryEntry(delivery: Delivery): LogEntry {
  return { subject: deliverySubject(delivery.outcome, delivery.userId), body: JSON.stringify(delivery) };
}

/** The event as it is read back when it is stored at `sequence`. */
export function recorded(
  { userId, aggregateId, at: eventAt, event }: UnstoredEvent,
  sequence: number,
): Stored<RecordedEvent> {
  const metadata = { at: eventAt, correlationId: 'update-1', causationId: 'update-1' };
  return {
    ...metadata,
    ...event,
    id: `e${sequence}`,
    version: eventCatalogue[event.type].version,
    sequence,
    userId: userId,
    aggregateId: aggregateId,
    partition: partitionOf(userId),
    storedAtMs: Date.parse(eventAt),
  };
}

/** Few aggregates and many messages, so that most rows are changed again and again. */
export const history = (maxLength = 60): fc.Arbitrary<UnstoredEvent[]> =>
  fc.array(unstoredEvent, { minLength: 1, maxLength, size: 'max' });
export const deliveryHistory = (maxLength = 40): fc.Arbitrary<Delivery[]> =>
  fc.array(delivery, { minLength: 1, maxLength, size: 'max' });

type Sample = { histories?: number; size?: number };

/** Entries of several histories, each of at most `size` events: the same for the same seed. */
export function sampleEvents(seed: number, { histories = 20, size }: Sample = {}): LogEntry[] {
  const sampled = fc.sample(history(size), { numRuns: histories, seed });
  return sampled.flat().map((each) => eventEntry(each));
}

/** Entries of several histories of deliveries, as {@link sampleEvents} has them of events. */
export function sampleDeliveries(seed: number, { histories = 10, size }: Sample = {}): LogEntry[] {
  return fc.sample(deliveryHistory(size), { numRuns: histories, seed }).flat().map(deliveryEntry);
}
