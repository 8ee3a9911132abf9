import {
  assertExpectedVersionMatchesCurrent,
  type Event,
  type EventStore,
  type ReadEvent,
  type ReadEventMetadataWithGlobalPosition,
  type ReadStreamOptions,
} from '@event-driven-io/emmett';
import type { NatsConnection } from '@nats-io/transport-node';
import type { EventMetadata, RecordedEvent } from '#contracts/events.ts';
import { eventSubject } from '#contracts/subjects.ts';
import { lastMessage } from '../jetstream/direct-get.ts';
import { append } from './append.ts';
import type { Ports } from './publish.ts';
import { eventsAfter } from './read-log.ts';
import { parseStreamName } from './stream-name.ts';

export type EmmettStore = EventStore<ReadEventMetadataWithGlobalPosition>;
type StoredEvent = ReadEvent<
  Event<string, Record<string, unknown>, EventMetadata>,
  ReadEventMetadataWithGlobalPosition
>;
type ReadOptions = ReadStreamOptions<bigint, StoredEvent, StoredEvent>;

const NO_STREAM = 0n;
const MAX_PAGE = 500;

/**
 * Emmett's `EventStore` over the EVENTS stream. Names of streams are those of stream-name.ts. A version is the
 * sequence of a stream's last event in EVENTS, 0 without events: opaque and rising, never the one before plus one.
 * `from` is a version seen before: what is read is after it, up to and including `to`.
 *
 * Errors: `ExpectedVersionConflictError`; `UnreadableEvent` for an event that is not in the catalogue.
 */
export function emmettStore(ports: Ports): EmmettStore {
  const { nats } = ports;
  const store = {
    async readStream(name: string, options: ReadOptions = {}) {
      const events: RecordedEvent[] = [];
      for await (const page of pages(nats, name, options)) events.push(...page);
      const currentStreamVersion = await versionAfter(nats, name, events.at(-1), options);
      const streamExists = currentStreamVersion > NO_STREAM;
      return {
        currentStreamVersion,
        streamExists,
        events: events.map((event) => stored(name, event, options)),
      };
    },

    async aggregateStream<State>(
      name: string,
      aggregation: {
        evolve: (state: State, event: StoredEvent) => State;
        initialState: () => State;
        read?: ReadOptions;
      },
    ) {
      const { evolve, initialState, read = {} } = aggregation;
      let state = initialState();
      let last: RecordedEvent | undefined;
      for await (const page of pages(nats, name, read)) {
        state = page.reduce((before, event) => evolve(before, stored(name, event, read)), state);
        last = page.at(-1);
      }
      const currentStreamVersion = await versionAfter(nats, name, last, read);
      return { state, currentStreamVersion, streamExists: currentStreamVersion > NO_STREAM };
    },

    appendToStream: append.bind(undefined, ports),

    async streamExists(name: string) {
      return (await currentVersion(nats, name)) > NO_STREAM;
    },
  };
  // Emmett lets the caller name the type of the events in a stream; no store can check that it is theirs.
  return store as unknown as EmmettStore;
}

/** The events asked for, page by page. */
async function* pages(
  nats: NatsConnection,
  name: string,
  { from = NO_STREAM, to, maxCount }: ReadOptions,
): AsyncGenerator<RecordedEvent[]> {
  const last = Number(to ?? Number.POSITIVE_INFINITY);
  let left = Number(maxCount ?? Number.POSITIVE_INFINITY);
  const pageSize = Math.max(1, Math.min(MAX_PAGE, left));
  for await (const page of eventsAfter(nats, eventSubject(...reference(name)), Number(from), pageSize)) {
    const wanted = page.filter(({ sequence }) => sequence <= last).slice(0, left);
    if (wanted.length > 0) yield wanted;
    left -= wanted.length;
    if (left === 0 || wanted.length < page.length) return;
  }
}

/** The stream's version, checked against the one expected. A whole read ends at it; after others it is asked for. */
async function versionAfter(
  nats: NatsConnection,
  name: string,
  last: RecordedEvent | undefined,
  { to, maxCount, expectedStreamVersion }: ReadOptions,
): Promise<bigint> {
  const whole = last !== undefined && to === undefined && maxCount === undefined;
  const version = whole ? BigInt(last.sequence) : await currentVersion(nats, name);
  assertExpectedVersionMatchesCurrent(version, expectedStreamVersion, NO_STREAM);
  return version;
}

async function currentVersion(nats: NatsConnection, name: string): Promise<bigint> {
  return BigInt((await lastMessage(nats, 'EVENTS', eventSubject(...reference(name))))?.seq ?? 0);
}

function stored(streamName: string, event: RecordedEvent, options: ReadOptions): StoredEvent {
  const { type, data, id, sequence, correlationId, causationId, at } = event;
  const position = BigInt(sequence);
  const whence: EventMetadata = { correlationId, causationId, at };
  const metadata = {
    ...whence,
    messageId: id,
    streamName,
    streamPosition: position,
    globalPosition: position,
  };
  const read: StoredEvent = { kind: 'Event', type, data, metadata };
  return options.schema?.versioning?.upcast?.(read) ?? read;
}

function reference(name: string) {
  const { userId, aggregateId } = parseStreamName(name);
  return [userId, aggregateId] as const;
}
