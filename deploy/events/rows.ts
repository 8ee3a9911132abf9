import { EventEnvelope, parseEvent } from '#contracts/events.ts';
import { partitionOf, type UserId } from '#contracts/ids.ts';
import { parseEventSubject, userOfDeliverySubject } from '#contracts/subjects.ts';
import { beginOfMinuteMs } from '#contracts/time.ts';
import { parseDelivery } from '#projections/engine/delivery.ts';
import type { SourceName } from '#projections/engine/projection.ts';
import type { LogMessage } from '#projections/engine/source.ts';

/** What stands in one column of one message: instants as dates, JSON as text. */
export type Value = number | string | Date | null;

/** A message as its columns. `type` is an event's type or a delivery's outcome; null for what cannot be read. */
export type Row = {
  sequence: number;
  storedAtMs: number;
  userId: UserId | undefined;
  type: string | null;
  /** By name; what is not there is null. */
  values: Readonly<Record<string, Value>>;
};

/**
 * Any message becomes a row. What this version cannot read keeps its text, and says why: it may be of a newer one, and the
 * log is exported whole.
 */
export function rowOf(stream: SourceName, message: LogMessage): Row {
  const storedAtMs = message.storedAtMs;
  const { subject, sequence } = message;
  const userId = userIn(stream, subject);
  const about = {
    sequence,
    stored_at: new Date(storedAtMs),
    subject,
    partition: userId === undefined ? null : partitionOf(userId),
    user_id: userId === undefined ? null : Number(userId),
  };
  const body = TEXT.decode(message.data);
  const read = readOrProblem(() => READ[stream](subject, JSON.parse(body), sequence));
  if ('problem' in read) {
    const kept: Row['values'] = stream === 'EVENTS' ? { data: body } : { occurrences: body };
    return { sequence, storedAtMs, userId, type: null, values: { ...about, ...kept, problem: read.problem } };
  }
  return { sequence, storedAtMs, userId, type: read.type, values: { ...about, ...read.values } };
}

const TEXT = new TextDecoder();

/** Whose message it is, by its subject. Undefined for a subject that is not ours. */
export const userIn = (stream: SourceName, subject: string): UserId | undefined =>
  stream === 'EVENTS' ? parseEventSubject(subject)?.userId : userOfDeliverySubject(subject);

type Read = Pick<Row, 'values'> & { type: string };

function readOrProblem(read: () => Read): Read | { problem: string } {
  try {
    return read();
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

const READ: Record<SourceName, (subject: string, body: unknown, sequence: number) => Read> = {
  /** As it was stored, in its own version: `parseEvent` only says whether it can be read. */
  EVENTS(subject, body, sequence) {
    const { aggregateId } = parseEvent(subject, body, sequence);
    const { id, type, version, at, correlationId, causationId, data } = EventEnvelope.parse(body);
    return {
      type,
      values: {
        ...{ aggregate_id: aggregateId, type, version, id, at: new Date(at), data: JSON.stringify(data) },
        ...{ correlation_id: correlationId, causation_id: causationId },
      },
    };
  },
  DELIVERIES(subject, body, sequence) {
    const delivery = parseDelivery(subject, body, sequence);
    const { outcome, reason, tier, minute, at, latenessMs, telegramMessageId, broadcastId } = delivery;
    return {
      type: outcome,
      values: {
        ...{ outcome, reason: reason ?? null, tier, at: new Date(at), lateness_ms: latenessMs },
        ...{ minute: new Date(beginOfMinuteMs(minute)), telegram_message_id: telegramMessageId ?? null },
        ...{ broadcast_id: broadcastId ?? null, occurrences: JSON.stringify(delivery.occurrences) },
      },
    };
  },
};
