import { parseEvent, type RecordedEvent } from '#contracts/events.ts';
import { historyOf } from '#deploy/history/person/person.ts';
import { parseDelivery, type RecordedDelivery } from '#projections/engine/delivery.ts';
import type { Stored } from '#projections/engine/projection.ts';

export type Lived = { events: Stored<RecordedEvent>[]; deliveries: Stored<RecordedDelivery>[] };

const UNTIL_MS = Date.parse('2026-11-28T00:00:00Z');

/** What some generated people did and were sent, in the order of time. */
export function lived(seed: number, people: number, days: number): Lived {
  const settings = { seed, days, untilMs: UNTIL_MS };
  const messages = Array.from({ length: people }, (_, index) => historyOf(index, settings))
    .flat()
    .toSorted((a, b) => a.atMs - b.atMs);
  const of = (wanted: string) => messages.filter(({ stream }) => stream === wanted);
  const events = of('EVENTS').map(({ subject, body, atMs }, i) =>
    Object.assign(parseEvent(subject, JSON.parse(body), i + 1), { storedAtMs: atMs }),
  );
  const deliveries = of('DELIVERIES').map(({ subject, body, atMs }, i) => ({
    ...parseDelivery(subject, JSON.parse(body), i + 1),
    storedAtMs: atMs,
  }));
  return { events, deliveries };
}
