import { jetstream, type StoredMsg } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { z } from 'zod';
import type { AggregateId, UserId } from '#contracts/ids.ts';
import { streamOfBucket } from '#contracts/streams.ts';
import { aggregateOfSnapshotSubject, snapshotSubject, snapshotsOfUser } from '#contracts/subjects.ts';
import { directGet, lastMessage, nearestLastMessage } from '../jetstream/direct-get.ts';
import { isLostRace } from '../jetstream/errors.ts';
import { readAfterLostRace } from '../jetstream/lost-race.ts';
import type { Clock } from '../process/clock.ts';
import type { Log } from '../process/log.ts';
import type { AggregateRef } from './stream-name.ts';

const STREAM = streamOfBucket('snapshots');

/** State at `sequence` of the aggregate's subject, as the code of version `shape` folded it. */
const Snapshot = z.object({
  shape: z.int(),
  sequence: z.int().positive(),
  decisions: z.array(z.string()),
  state: z.unknown(),
});
export type Snapshot = z.infer<typeof Snapshot>;

/** `revision` is that of the bucket's key: what the next write replaces. Without a usable snapshot it stands alone. */
export type FoundSnapshot = { snapshot?: Snapshot; revision: number };

export type Snapshots = {
  read(ref: AggregateRef): Promise<FoundSnapshot>;
  /** All of one person's, in one request. */
  readAll(userId: UserId): Promise<Map<AggregateId, FoundSnapshot>>;
  /** Writes a moment later, in order for each aggregate. What is still to be written is already read back. */
  save(ref: AggregateRef, snapshot: Snapshot, revision: number): void;
  /** Writes at once what is still to be written, and resolves when that is done. */
  settled(): Promise<void>;
};

type Ports = {
  nats: NatsConnection;
  clock: Clock;
  log?: Log | undefined;
  /** Whether a snapshot that was read holds a state of its aggregate. One that does not counts as absent. */
  isUsable(snapshot: Snapshot, aggregateId: AggregateId): boolean;
};

/** Leaves the way to the publishes that people wait for, and makes one write of several quick commands. */
const LINGER_MS = 50;
/** Of those in hand and those just answered. A snapshot is seldom above a few kilobytes. */
const REMEMBERED = 512;

/**
 * Snapshots in the `snapshots` bucket: only a shortcut to what the log says. Losing one costs a replay, so a failed
 * write is logged and forgotten; an older one never replaces a newer. The latest ones seen are remembered here: a
 * person's commands follow one another, and one that another process has overtaken meets a conflict like any old one.
 */
export function openSnapshots({ nats, clock, log, isUsable }: Ports): Snapshots {
  const waiting = new Map<string, { snapshot: Snapshot; revision: number }>();
  const running = new Map<string, Promise<void>>();
  const recent = recentOnes();
  let hurry = new AbortController();

  const parse = (message: StoredMsg) => usableIn(message, isUsable);
  const store = { nats, clock, parse };
  const drain = async (subject: string) => {
    let known = 0;
    while (waiting.has(subject)) {
      await clock.sleep(LINGER_MS, hurry.signal);
      const next = waiting.get(subject);
      if (!next) break;
      const expected = Math.max(known, next.revision);
      known = await write(store, subject, next.snapshot, expected).catch((error: unknown) => {
        log?.warn({ err: error, subject }, 'snapshot not written');
        return 0;
      });
      if (known > 0) recent.put(subject, { snapshot: next.snapshot, revision: known });
      if (waiting.get(subject) === next) waiting.delete(subject);
    }
    running.delete(subject);
  };

  return {
    async read({ userId, aggregateId }) {
      const subject = snapshotSubject(userId, aggregateId);
      const known = waiting.get(subject) ?? recent.get(subject);
      if (known) return known;
      const message = await nearestLastMessage(nats, STREAM, subject);
      return message ? parse(message) : { revision: 0 };
    },
    async readAll(userId) {
      const found = new Map<AggregateId, FoundSnapshot>();
      for (const message of await directGet(nats, STREAM, { multi_last: [snapshotsOfUser(userId)] })) {
        const aggregateId = aggregateOfSnapshotSubject(message.subject);
        if (!aggregateId) continue;
        const known = recent.get(message.subject);
        const isKnown = known?.revision === message.seq;
        const read = waiting.get(message.subject) ?? (isKnown ? known : parse(message));
        found.set(aggregateId, read);
        recent.put(message.subject, read);
      }
      return found;
    },
    save({ userId, aggregateId }, snapshot, revision) {
      const subject = snapshotSubject(userId, aggregateId);
      if ((waiting.get(subject)?.snapshot.sequence ?? 0) >= snapshot.sequence) return;
      waiting.set(subject, { snapshot, revision });
      if (!running.has(subject)) running.set(subject, drain(subject));
    },
    async settled() {
      hurry.abort();
      await Promise.all(running.values());
      hurry = new AbortController();
    },
  };
}

/** The last ones put, by subject. */
function recentOnes() {
  const ones = new Map<string, FoundSnapshot>();
  return {
    get: (subject: string) => ones.get(subject),
    put(subject: string, found: FoundSnapshot) {
      ones.delete(subject);
      ones.set(subject, found);
      for (const oldest of ones.keys()) {
        if (ones.size <= REMEMBERED) return;
        ones.delete(oldest);
      }
    },
  };
}

/** @returns the revision that the key stands at. */
async function write(
  stored: { nats: NatsConnection; clock: Clock; parse(message: StoredMsg): FoundSnapshot },
  subject: string,
  snapshot: Snapshot,
  revision: number,
): Promise<number> {
  const { nats, clock, parse } = stored;
  try {
    const expect = { streamName: STREAM, lastSubjectSequence: revision };
    return (await jetstream(nats).publish(subject, JSON.stringify(snapshot), { expect })).seq;
  } catch (error) {
    if (!isLostRace(error)) throw error;
  }
  const present = await readAfterLostRace<FoundSnapshot>(
    clock,
    async () => {
      const message = await lastMessage(nats, STREAM, subject);
      return message ? parse(message) : { revision: 0 };
    },
    (found) => found.revision !== revision,
  );
  return isOlder(present.snapshot, snapshot)
    ? write(stored, subject, snapshot, present.revision)
    : present.revision;
}

function isOlder(present: Snapshot | undefined, snapshot: Snapshot): boolean {
  if (!present || present.sequence < snapshot.sequence) return true;
  return present.shape !== snapshot.shape && present.sequence === snapshot.sequence;
}

/** What cannot be used (written by other code, spoilt, or deleted) is only a revision: the log has all of it. */
function usableIn(message: StoredMsg, isUsable: Ports['isUsable']): FoundSnapshot {
  const revision = message.seq;
  const aggregateId = aggregateOfSnapshotSubject(message.subject);
  try {
    const snapshot = Snapshot.parse(message.json());
    return aggregateId && isUsable(snapshot, aggregateId) ? { snapshot, revision } : { revision };
  } catch {
    return { revision };
  }
}
