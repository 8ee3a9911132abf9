import type { StoredMsg } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { parseEvent, type RecordedEvent } from '#contracts/events.ts';
import type { UserId } from '#contracts/ids.ts';
import { deliverySubject, eventsOfUser } from '#contracts/subjects.ts';
import { parseDelivery, type RecordedDelivery } from '#projections/engine/delivery.ts';
import { directPages } from '#services/platform/jetstream/direct-get.ts';

const DAY_MS = 86_400_000;
const EVENT_DAYS = 14;
const DELIVERY_DAYS = 3;
const PAGE = 200;
/** Nobody makes so many by hand in these days; of what an import made, the first ones are left out. */
const MOST_PAGES = 20;

export type Recent = { events: RecordedEvent[]; deliveries: RecordedDelivery[]; unreadable: number };

/** The last events and deliveries of a person, newest first. What cannot be read is counted. */
export async function recentOf(
  nats: NatsConnection,
  userId: UserId,
  { nowMs, most }: { nowMs: number; most: number },
): Promise<Recent> {
  const [events, deliveries] = await Promise.all([
    lastMessages(nats, 'EVENTS', eventsOfUser(userId), { sinceMs: nowMs - EVENT_DAYS * DAY_MS, most }),
    lastMessages(nats, 'DELIVERIES', deliverySubject('*', userId), {
      sinceMs: nowMs - DELIVERY_DAYS * DAY_MS,
      most,
    }),
  ]);
  const read = events.map((each) => readOr(() => parseEvent(each.subject, each.json(), each.seq)));
  const delivered = deliveries.map((each) =>
    readOr(() => parseDelivery(each.subject, each.json(), each.seq)),
  );
  return {
    events: read.filter((each) => each !== undefined),
    deliveries: delivered.filter((each) => each !== undefined),
    unreadable: [...read, ...delivered].filter((each) => each === undefined).length,
  };
}

async function lastMessages(
  nats: NatsConnection,
  stream: string,
  subject: string,
  { sinceMs, most }: { sinceMs: number; most: number },
): Promise<StoredMsg[]> {
  let last: StoredMsg[] = [];
  let pages = 0;
  const from = { start_time: new Date(sinceMs) };
  for await (const page of directPages(nats, stream, subject, { batch: PAGE, from })) {
    last = [...last, ...page].slice(-most);
    if (++pages === MOST_PAGES) break;
  }
  return last.toReversed();
}

function readOr<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
