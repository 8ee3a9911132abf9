import {
  type AppendToStreamOptions,
  type Event,
  ExpectedVersionConflictError,
  NO_CONCURRENCY_CHECK,
  STREAM_DOES_NOT_EXIST,
  STREAM_EXISTS,
} from '@event-driven-io/emmett';
import { type EventEnvelope, EventId, EventMetadata, envelopeOf, eventOf } from '#contracts/events.ts';
import type { AggregateId } from '#contracts/ids.ts';
import { eventSubject } from '#contracts/subjects.ts';
import { lastMessage } from '../jetstream/direct-get.ts';
import { type Ports, publishAfter } from './publish.ts';
import { parseStreamName } from './stream-name.ts';

/** A writer that checks no version meets others; in each round at least one of all writers gets through. */
const UNCHECKED_TRIES = 1000;

/** `messageId` names an event for ever; without it, causation and place in the append do. */
const AppendedMetadata = EventMetadata.extend({ messageId: EventId.optional() });

type Appended = { nextExpectedStreamVersion: bigint; createdNewStream: boolean };

/**
 * Stores events together. The same ids after the same version again are one append: its outcome is given again.
 * @throws {UnreadableEvent} for an event that could not be read back, {ZodError} without `EventMetadata` or with an id
 * that is too long, and {ExpectedVersionConflictError}; nothing is stored then.
 */
export async function append(
  ports: Ports,
  name: string,
  events: readonly Event[],
  options: AppendToStreamOptions = {},
): Promise<Appended> {
  const { userId, aggregateId } = parseStreamName(name);
  const subject = eventSubject(userId, aggregateId);
  const downcast = options.schema?.versioning?.downcast ?? ((event: Event) => event);
  const bodies = events.map((event, n) => envelope(aggregateId, downcast(event), n));
  const expected = options.expectedStreamVersion ?? NO_CONCURRENCY_CHECK;
  const unchecked = expected === NO_CONCURRENCY_CHECK || expected === STREAM_EXISTS;
  for (let tries = 1; ; tries++) {
    const after = await sequenceToFollow(ports, subject, expected);
    const publication = await publishAfter(ports, subject, bodies, Number(after));
    if (publication.kind === 'stored')
      return { nextExpectedStreamVersion: BigInt(publication.sequence), createdNewStream: after === 0n };
    if (!unchecked || tries === UNCHECKED_TRIES)
      throw new ExpectedVersionConflictError(BigInt(publication.last), expected);
  }
}

/** Even without a version to check, every publish carries one: else a lost ack would store the events twice. */
async function sequenceToFollow(
  { nats }: Ports,
  subject: string,
  expected: AppendToStreamOptions['expectedStreamVersion'],
): Promise<bigint> {
  if (typeof expected === 'bigint') return expected;
  if (expected === STREAM_DOES_NOT_EXIST) return 0n;
  const last = BigInt((await lastMessage(nats, 'EVENTS', subject))?.seq ?? 0);
  if (last === 0n && expected === STREAM_EXISTS) throw new ExpectedVersionConflictError(last, STREAM_EXISTS);
  return last;
}

/** What could not be read back is refused before it is stored: the log is for ever. */
function envelope(aggregateId: AggregateId, event: Event, n: number): EventEnvelope {
  const { messageId, ...metadata } = AppendedMetadata.parse('metadata' in event ? event.metadata : undefined);
  const id = EventId.parse(messageId ?? `${metadata.causationId}.${aggregateId}.${n}`);
  return envelopeOf(eventOf(aggregateId, event), id, metadata);
}
