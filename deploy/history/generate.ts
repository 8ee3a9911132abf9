import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NatsConnection } from '@nats-io/transport-node';
import type { HistoryMessage } from './person/diary.ts';
import { historyOf } from './person/person.ts';
import type { HistorySettings } from './person/traits.ts';
import { openPipelinedPublisher } from './pipelined-publisher.ts';
import { openSortedRuns } from './sorted-runs.ts';

/** `first` is the number of the first person: another part of the same people. */
export type HistoryRequest = HistorySettings & { people: number; first: number };

/** Told of every so many of them. */
export type Watching = {
  signal: AbortSignal;
  onGenerated(people: number): void;
  /** @param total of all that is generated. */
  onStored(messages: number, total: number): void;
};

/** How many were stored, by what they are: an event's type, a delivery's outcome. */
export type StoredCounts = { events: Record<string, number>; deliveries: Record<string, number> };

/**
 * Generates people and stores what they did and were sent in EVENTS and DELIVERIES, all in the order of time. Memory does
 * not grow with the number of people: what is generated waits in a temporary folder.
 * @throws {NotStored} when a message was refused: the log then has a part of the history.
 */
export async function storeHistory(
  nats: NatsConnection,
  request: HistoryRequest,
  watching: Watching,
): Promise<StoredCounts> {
  const folder = await mkdtemp(join(tmpdir(), 'habitstream-history-'));
  const publisher = openPipelinedPublisher(nats);
  const counts: StoredCounts = { events: {}, deliveries: {} };
  let stored = 0;
  try {
    for await (const { message, total } of historyInOrder(folder, request, watching)) {
      const kind = kindOf(message);
      await publisher.publish(message.subject, message.body, kind === 'AccountRegistered');
      const of = message.stream === 'EVENTS' ? counts.events : counts.deliveries;
      of[kind] = (of[kind] ?? 0) + 1;
      if (++stored % 1000 === 0) watching.onStored(stored, total);
      if (watching.signal.aborted) break;
    }
    await publisher.settled();
    return counts;
  } finally {
    publisher.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function* historyInOrder(
  folder: string,
  { people, first, ...settings }: HistoryRequest,
  { signal, onGenerated }: Watching,
): AsyncGenerator<{ message: HistoryMessage; total: number }> {
  const runs = openSortedRuns(folder);
  let total = 0;
  for (let n = 0; n < people; n++) {
    if (signal.aborted) return;
    const messages = historyOf(first + n, settings);
    total += messages.length;
    await runs.add(messages);
    onGenerated(n + 1);
  }
  for await (const message of runs.merged()) yield { message, total };
}

/** An event's type stands in its body after its id, a delivery's outcome in its subject. */
function kindOf({ stream, subject, body }: HistoryMessage): string {
  if (stream === 'DELIVERIES') return subject.split('.')[1] ?? '';
  return /"type":"(\w+)"/.exec(body)?.[1] ?? '';
}
