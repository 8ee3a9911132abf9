import { z } from 'zod';
import { accountEvents } from './account-events.ts';
import type { Circumstances, EventDefinition } from './event-definition.ts';
import { habitEvents } from './habit-events.ts';
import { ACCOUNT, type AggregateId, type UserId } from './ids.ts';
import type { premiumEvents } from './premium-events.ts';
import { parseEventSubject } from './subjects.ts';
import { Instant } from './time.ts';

/** Every event type there is: the catalogue. Stored examples of each version stand in contracts/examples. */
export const eventCatalogue = { ...accountEvents, ...habitEvents } as const;

type Catalogue = typeof eventCatalogue;
export type EventType = keyof Catalogue;
type EventsOf<C extends Record<string, { data: z.ZodType }>> = {
  [T in keyof C & string]: { type: T; data: z.infer<C[T]['data']> };
}[keyof C & string];

export type PremiumEvent = EventsOf<typeof premiumEvents>;
export type AccountEvent = EventsOf<typeof accountEvents>;
export type HabitEvent = EventsOf<typeof habitEvents>;
export type DomainEvent = AccountEvent | HabitEvent;

/** Where an event comes from. `causationId` names what caused it (`update-123`), `correlationId` the first cause. */
export const EventMetadata = z.object({
  at: Instant.describe('When it happened, by the clock of the process that saw it.'),
  correlationId: z
    .string()
    .min(1)
    .max(128)
    .describe('The first cause: the same for all that came of one update of the person.'),
  causationId: z
    .string()
    .min(1)
    .max(128)
    .describe(
      'What caused it: `update-123` is the update with that id, `delivery-123` the message of DELIVERIES at that sequence.',
    ),
});
export type EventMetadata = z.infer<typeof EventMetadata>;

/** Names an event for ever. */
export const EventId = z.string().min(1).max(160);

/** The body of an EVENTS message. Whose event it is stands in the subject alone. */
export const EventEnvelope = z.object({
  id: EventId.describe('Names the event for ever: the same decision made again has the same ids.'),
  type: z.string().describe('What happened.'),
  version: z.int().positive().describe('Of the type, in which `data` is.').meta({ 'x-unit': 'version' }),
  ...EventMetadata.shape,
  data: z.unknown().describe("What it is that happened; of the type's own form."),
});
export type EventEnvelope = z.infer<typeof EventEnvelope>;

/**
 * A stored event with its place in the log. `sequence` is the position in EVENTS, rising with gaps. `version` is the one that
 * it was stored in; its data is that of the newest.
 */
export type RecordedEvent = DomainEvent &
  EventMetadata & {
    id: string;
    version: number;
    sequence: number;
    userId: UserId;
    aggregateId: AggregateId;
    partition: number;
  };

/** Raised by {@link parseEvent}: this code can never read the message. */
export class UnreadableEvent extends Error {
  override name = 'UnreadableEvent';
}

/**
 * Reads one EVENTS message. Data of an older version is upcast here, step by step, to that of the newest: nothing behind this
 * function knows of any other.
 * @throws {UnreadableEvent} when the subject, the envelope, the type, the version or the data is not ours, or when an
 * event of a habit stands among those of the account or the other way round.
 */
export function parseEvent(subject: string, body: unknown, sequence: number): RecordedEvent {
  const place = parseEventSubject(subject);
  const envelope = EventEnvelope.safeParse(body);
  if (!place || !envelope.success) throw new UnreadableEvent(`no event envelope at sequence ${sequence}`);
  const { type, version, data: stored, ...metadata } = envelope.data;
  if (!isEventOf(place.aggregateId, type) || version > eventCatalogue[type].version)
    throw new UnreadableEvent(`unknown event ${type} version ${version} at sequence ${sequence}`);
  const isNewest = version === eventCatalogue[type].version;
  const data = isNewest ? stored : upcastData({ type, version, data: stored }, metadata);
  return { ...metadata, ...place, version, sequence, ...domainEvent({ type, data }) };
}

type StoredData = { type: EventType; version: number; data: unknown };

function upcastData({ type, version, data }: StoredData, circumstances: Circumstances): unknown {
  const { versions }: EventDefinition = eventCatalogue[type];
  let newer = data;
  for (const { upcast } of versions.slice(version - 1, -1)) {
    if (upcast) newer = upcast.to(readable(type, upcast.from, newer), circumstances);
  }
  return newer;
}

function readable(type: EventType, schema: z.ZodType, data: unknown): unknown {
  const parsed = schema.safeParse(data);
  if (!parsed.success) throw new UnreadableEvent(`${type}: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/**
 * The event that `type` and `data` make at the current version, with nothing in its data that is not in its schema.
 * @throws {UnreadableEvent} when the type is not in the catalogue or the data is not its.
 */
export function domainEvent({ type, data }: { type: string; data: unknown }): DomainEvent {
  if (!isEventType(type)) throw new UnreadableEvent(`unknown event ${type}`);
  // The data was read by this type's own schema.
  return { type, data: readable(type, eventCatalogue[type].data, data) } as DomainEvent;
}

/** {@link domainEvent} for the account or a habit. @throws {UnreadableEvent} also when the event is of the other kind. */
export function eventOf(aggregateId: AggregateId, event: { type: string; data: unknown }): DomainEvent {
  if (!isEventOf(aggregateId, event.type))
    throw new UnreadableEvent(`${event.type} is no event of ${aggregateId}`);
  return domainEvent(event);
}

/** The body to store for an event. `id` must be the same when the same decision is stored again. */
export function envelopeOf(event: DomainEvent, id: string, metadata: EventMetadata): EventEnvelope {
  const { correlationId, causationId, at } = metadata;
  return {
    id,
    type: event.type,
    version: eventCatalogue[event.type].version,
    at,
    correlationId,
    causationId,
    data: event.data,
  };
}

function isEventOf(aggregateId: AggregateId, type: string): type is EventType {
  return Object.hasOwn(aggregateId === ACCOUNT ? accountEvents : habitEvents, type);
}

function isEventType(type: string): type is EventType {
  return Object.hasOwn(eventCatalogue, type);
}
