import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { ForgettingRequested } from '#contracts/forgetting.ts';
import type { UserId } from '#contracts/ids.ts';
import {
  eventsOfPartition,
  eventsOfUser,
  forgettingSubject,
  PARTITIONS,
  parseEventSubject,
} from '#contracts/subjects.ts';
import { directGet } from '#services/platform/jetstream/direct-get.ts';
import { publishOnce } from '#services/platform/jetstream/publish.ts';
import { tombstoneHash } from './tombstones.ts';

/** What is known of those who were forgotten: the instant (epoch ms) by the hash of the id, and the key of the hashes. */
export type Forgotten = { tombstones: ReadonlyMap<string, number>; key: string };

/**
 * Asks for everybody to be forgotten again whom a log that was put back has brought back: who has a tombstone, and an event from before
 * it. A person who came back by themselves afterwards has none. Their request holds the bot until all is erased.
 * @returns how many.
 */
export async function forgetRestored(
  nats: NatsConnection,
  forgotten: Forgotten,
  at: string,
): Promise<number> {
  let count = 0;
  for (const userId of await restoredPeople(nats, forgotten)) {
    const request = ForgettingRequested.parse({ at, by: 'tombstone' });
    await publishOnce(jetstream(nats), forgettingSubject(userId), request);
    count++;
  }
  return count;
}

async function restoredPeople(nats: NatsConnection, { tombstones, key }: Forgotten): Promise<UserId[]> {
  const found: UserId[] = [];
  if (tombstones.size === 0) return found;
  for (const partition of PARTITIONS) {
    for (const userId of await peopleOf(nats, partition)) {
      const atMs = tombstones.get(tombstoneHash(key, userId));
      if (atMs === undefined) continue;
      const query = { seq: 1, next_by_subj: eventsOfUser(userId), batch: 1 };
      const [first] = await directGet(nats, 'EVENTS', query);
      if (first && first.time.getTime() <= atMs) found.push(userId);
    }
  }
  return found;
}

/** Everybody of a partition in the log: the client holds the subjects of all at once that it asks the server for. */
async function peopleOf(nats: NatsConnection, partition: number): Promise<Set<UserId>> {
  const { streams } = await jetstreamManager(nats, { checkAPI: false });
  const { state } = await streams.info('EVENTS', { subjects_filter: eventsOfPartition(partition) });
  const people = Object.keys(state.subjects ?? {}).flatMap(
    (subject) => parseEventSubject(subject)?.userId ?? [],
  );
  return new Set(people);
}
