import { isDeepStrictEqual } from 'node:util';
import { type ApiError, JetStreamApiError } from '@nats-io/jetstream';
import { headers, type MsgHdrs, type NatsConnection, nuid } from '@nats-io/transport-node';
import { z } from 'zod';
import type { EventEnvelope, RecordedEvent } from '#contracts/events.ts';
import { lastMessage } from '../jetstream/direct-get.ts';
import { isLostRace, isRefused, isStoreFull } from '../jetstream/errors.ts';
import { readAfterLostRace } from '../jetstream/lost-race.ts';
import type { Clock } from '../process/clock.ts';
import { eventsAfter } from './read-log.ts';

export type Ports = { nats: NatsConnection; clock: Clock };

/** `conflict` carries the subject's last sequence now, 0 without messages. */
export type Publication = { kind: 'stored'; sequence: number } | { kind: 'conflict'; last: number };

export const MAX_BATCH = 1000;
/** The client does not notice for a request that its connection broke, so this is what such a break costs. */
const ACK_MS = 2_000;
/** Longer than a leader's election. A bot's message stays in progress meanwhile. */
const GIVE_UP_MS = 15_000;

/**
 * Stores all events or none, directly after sequence `expected` of the subject (0: the subject is new).
 *
 * An ack can be lost after the events were stored. Every try carries the same expectation, so at most one of them is
 * ever stored, however late it arrives; and a try that meets a conflict first looks whether it met its own events,
 * which it knows by their ids. Nothing is lost and nothing is stored twice.
 *
 * @returns the sequence of the last event, or a conflict with another writer.
 * @throws what the last try met when no answer came within 15 seconds, or the server has no room: then it is unknown
 * whether they are stored.
 */
export async function publishAfter(
  ports: Ports,
  subject: string,
  events: readonly EventEnvelope[],
  expected: number,
): Promise<Publication> {
  const deadline = ports.clock.now() + GIVE_UP_MS;
  for (let tries = 1; ; tries++) {
    try {
      return { kind: 'stored', sequence: await publish(ports.nats, subject, events, expected) };
    } catch (error) {
      if (isLostRace(error)) return ownOrForeign(ports, subject, events, expected);
      if (!mayHelpToTryAgain(error, ports.nats) || ports.clock.now() >= deadline) throw error;
    }
    await ports.clock.sleep(Math.min(1000, 50 * 2 ** tries));
  }
}

/**
 * Written out because the client's `startBatch` waits for one more round trip, and its `commit` turns every error of
 * the server into one without a code, by which a conflict could not be told. Only the first message of a batch may carry
 * the expectation. An unfinished batch is dropped by the server.
 */
function publish(
  nats: NatsConnection,
  subject: string,
  events: readonly EventEnvelope[],
  expected: number,
): Promise<number> {
  const bodies = events.map((event) => JSON.stringify(event));
  const last = bodies.pop();
  if (last === undefined || bodies.length >= MAX_BATCH)
    throw new RangeError(`1 to ${MAX_BATCH} events can be stored at once, not ${events.length}`);
  if (bodies.length === 0) return acked(nats, subject, last, headersFor(expected));
  const id = nuid.next();
  bodies.forEach((body, i) => {
    const head = headersFor(i === 0 ? expected : undefined);
    nats.publish(subject, body, { headers: inBatch(head, id, i + 1) });
  });
  const commit = inBatch(headersFor(), id, bodies.length + 1);
  commit.set('Nats-Batch-Commit', '1');
  return acked(nats, subject, last, commit);
}

const Ack = z.object({
  error: z.object({ code: z.int(), err_code: z.int(), description: z.string() }).optional(),
  seq: z.int(),
});

async function acked(nats: NatsConnection, subject: string, body: string, head: MsgHdrs): Promise<number> {
  const reply = await nats.request(subject, body, { headers: head, timeout: ACK_MS });
  const ack = Ack.parse(reply.json());
  if (ack.error) throw new JetStreamApiError(ack.error satisfies ApiError);
  return ack.seq;
}

function headersFor(expected?: number): MsgHdrs {
  const head = headers();
  head.set('Nats-Expected-Stream', 'EVENTS');
  if (expected !== undefined) head.set('Nats-Expected-Last-Subject-Sequence', String(expected));
  return head;
}

function inBatch(head: MsgHdrs, id: string, sequence: number): MsgHdrs {
  head.set('Nats-Batch-Id', id);
  head.set('Nats-Batch-Sequence', String(sequence));
  return head;
}

/** Ours follow the expected sequence without a gap, because every try expected it. */
async function ownOrForeign(
  { nats, clock }: Ports,
  subject: string,
  events: readonly EventEnvelope[],
  expected: number,
): Promise<Publication> {
  const last = await readAfterLostRace(
    clock,
    async () => (await lastMessage(nats, 'EVENTS', subject))?.seq ?? 0,
    (sequence) => sequence !== expected,
  );
  if (last <= expected) return { kind: 'conflict', last };
  // The replica that answers may be behind the leader.
  const next = await readAfterLostRace(
    clock,
    async () => (await eventsAfter(nats, subject, expected, events.length).next()).value ?? [],
    (found) => found.length === events.length || (found.at(-1)?.sequence ?? 0) >= last,
  );
  const own = next.length === events.length && next.every((stored, i) => isSame(stored, events[i]));
  return own ? { kind: 'stored', sequence: next.at(-1)?.sequence ?? 0 } : { kind: 'conflict', last };
}

/** The data is compared too: an id whose events came out differently this time is not the write we meant. */
function isSame(stored: RecordedEvent, event: EventEnvelope | undefined): boolean {
  if (stored.id !== event?.id || stored.type !== event.type) return false;
  return isDeepStrictEqual(stored.data, JSON.parse(JSON.stringify(event.data)));
}

/** A server that refuses, or has no room, would do so again for now; every other failure may pass within seconds. */
function mayHelpToTryAgain(error: unknown, nats: NatsConnection): boolean {
  return !nats.isClosed() && !(error instanceof RangeError) && !isRefused(error) && !isStoreFull(error);
}
