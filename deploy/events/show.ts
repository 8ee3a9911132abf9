import type { NatsConnection } from '@nats-io/transport-node';
import type { UserId } from '#contracts/ids.ts';
import { deliverySubject, eventsOfUser } from '#contracts/subjects.ts';
import type { SourceName } from '#projections/engine/projection.ts';
import { directPages } from '#services/platform/jetstream/direct-get.ts';
import { type Row, rowOf, type Value } from './rows.ts';

const PAGE = 500;

/** A message of one person, and the instant it tells of; that of its storing for one that cannot be read. */
export type ShownMessage = { stream: SourceName; atMs: number; row: Row };

/** Everything that the log has of one person, in order of the instants it tells of; of the same one, events come first. */
export async function messagesOf(nats: NatsConnection, userId: UserId): Promise<ShownMessage[]> {
  const found: ShownMessage[] = [];
  const subjects = { EVENTS: eventsOfUser(userId), DELIVERIES: deliverySubject('*', userId) } as const;
  for (const stream of ['EVENTS', 'DELIVERIES'] as const) {
    for await (const row of rowsOn(nats, stream, subjects[stream])) {
      const { at } = row.values;
      found.push({ stream, atMs: at instanceof Date ? at.getTime() : row.storedAtMs, row });
    }
  }
  return found.toSorted((a, b) => a.atMs - b.atMs);
}

async function* rowsOn(nats: NatsConnection, stream: SourceName, subject: string): AsyncGenerator<Row> {
  for await (const page of directPages(nats, stream, subject, { batch: PAGE })) {
    for (const message of page) {
      const { subject: own, seq: sequence, data } = message;
      yield rowOf(stream, { subject: own, sequence, data, storedAtMs: message.time.getTime() });
    }
  }
}

/** One object with every column that says something. */
export function shownJson({ stream, row }: ShownMessage): string {
  const said = Object.entries(row.values).filter(([, value]) => value !== null);
  return JSON.stringify({
    stream,
    ...Object.fromEntries(said.map(([name, value]) => [name, plain(name, value)])),
  });
}

const plain = (name: string, value: Value): unknown =>
  (name === 'data' || name === 'occurrences') && typeof value === 'string' ? jsonOrText(value) : value;

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** `2026-11-27 07:30:04Z  EVENTS 1234  HabitCheckedIn  4kz7n6dctdwqo  {"on":"2026-11-27","value":1}` */
export function shownLine({ stream, atMs, row }: ShownMessage): string {
  const at = new Date(atMs)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, 'Z');
  const { aggregate_id, data, occurrences, problem, reason, lateness_ms } = row.values;
  const place = `${stream === 'EVENTS' ? 'event' : 'delivery'} ${row.sequence}`;
  const about = stream === 'EVENTS' ? (aggregate_id ?? '') : lateness(lateness_ms);
  const what = [reason, data ?? occurrences].filter((each) => each !== null && each !== undefined).join('  ');
  const type = row.type ?? `unreadable: ${problem}`;
  return `${at}  ${place.padEnd(18)}  ${type.padEnd(22)}  ${String(about).padEnd(13)}  ${what}`;
}

const lateness = (ms: Value | undefined): string =>
  typeof ms === 'number' ? `${(ms / 1000).toFixed(1)} s late` : '';
