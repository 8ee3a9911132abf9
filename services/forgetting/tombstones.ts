import { createHmac } from 'node:crypto';
import { jetstream, type StoredMsg } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Pool } from 'pg';
import { Tombstone } from '#contracts/forgetting.ts';
import type { UserId } from '#contracts/ids.ts';
import { hashInTombstoneSubject, STREAM_SUBJECTS, tombstoneSubject } from '#contracts/subjects.ts';
import { directPages } from '#services/platform/jetstream/direct-get.ts';

const PAGE = 500;

export type Tombstones = {
  /** The person was forgotten now: kept in NATS and in Postgres, so that the loss of one of them loses none. */
  put(userId: UserId, atMs: number): Promise<void>;
};

/** The name of a person in tombstones: nobody without the key can tell whose it is, or try ids. */
export function tombstoneHash(key: string, userId: UserId): string {
  return createHmac('sha256', key).update(userId).digest('base64url');
}

/**
 * Every tombstone by its hash (epoch ms), of NATS and of Postgres, where there is one: each may have been put back to an
 * earlier state.
 */
export async function allTombstones(
  nats: NatsConnection,
  database: Pool | undefined,
): Promise<Map<string, number>> {
  const all = new Map<string, number>();
  const keep = (hash: string, at: Date) => all.set(hash, Math.max(all.get(hash) ?? 0, at.getTime()));
  for (const { hash, at } of await tombstonesIn(database)) keep(hash, at);
  for await (const page of directPages(nats, 'TOMBSTONES', STREAM_SUBJECTS.TOMBSTONES, { batch: PAGE })) {
    for (const message of page) {
      const hash = hashInTombstoneSubject(message.subject);
      if (hash !== undefined) keep(hash, instantOf(message));
    }
  }
  return all;
}

async function tombstonesIn(database: Pool | undefined): Promise<{ hash: string; at: Date }[]> {
  const found = await database?.query<{ hash: string; at: Date }>(
    'SELECT hash, at FROM projections.tombstones',
  );
  return found?.rows ?? [];
}

/** What cannot be read counts from when it was stored: rather once more than never. */
function instantOf(message: StoredMsg): Date {
  try {
    return new Date(Tombstone.parse(message.json()).at);
  } catch {
    return message.time;
  }
}

export function openTombstones(nats: NatsConnection, database: Pool, key: string): Tombstones {
  const js = jetstream(nats);
  return {
    async put(userId, atMs) {
      const hash = tombstoneHash(key, userId);
      const at = new Date(atMs).toISOString();
      await keepTombstone(database, hash, at);
      await js.publish(tombstoneSubject(hash), JSON.stringify(Tombstone.parse({ at })));
    },
  };
}

/** The later instant counts: a person who came back may have been forgotten again. */
async function keepTombstone(database: Pool, hash: string, at: string): Promise<void> {
  await database.query(
    `INSERT INTO projections.tombstones (hash, at) VALUES ($1, $2)
     ON CONFLICT (hash) DO UPDATE SET at = greatest(tombstones.at, excluded.at)`,
    [hash, at],
  );
}
