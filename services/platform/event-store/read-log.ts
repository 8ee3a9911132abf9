import type { StoredMsg } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { parseEvent, type RecordedEvent, UnreadableEvent } from '#contracts/events.ts';
import { directPages } from '../jetstream/direct-get.ts';

const STREAM = 'EVENTS';
const PAGE = 500;

/**
 * The events on a subject (or on all that a pattern matches) after a sequence, page by page in order, each page full
 * but the last. Stops at what is the end when it gets there; holds one page at a time.
 * @throws {UnreadableEvent} at a message that is no event of ours.
 */
export async function* eventsAfter(
  nats: NatsConnection,
  subject: string,
  after: number,
  pageSize = PAGE,
): AsyncGenerator<RecordedEvent[], undefined> {
  const from = { seq: after + 1 };
  for await (const page of directPages(nats, STREAM, subject, { batch: pageSize, from }))
    yield page.map(parseStored);
}

function parseStored(message: StoredMsg): RecordedEvent {
  return parseEvent(message.subject, bodyOf(message), message.seq);
}

function bodyOf(message: StoredMsg): unknown {
  try {
    return message.json();
  } catch (cause) {
    throw new UnreadableEvent(`no JSON at sequence ${message.seq}`, { cause });
  }
}
