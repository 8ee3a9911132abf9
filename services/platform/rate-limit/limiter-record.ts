import { type KV, type KvEntry, Kvm } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import { isLostRace } from '../jetstream/errors.ts';
import { readAfterLostRace } from '../jetstream/lost-race.ts';
import type { Clock } from '../process/clock.ts';
import type { Log } from '../process/log.ts';
import type { WitnessedTime } from './server-time.ts';
import { initialState, type LimiterState, type Rates } from './slots.ts';
import { fromStored, isPlausible, toStored } from './stored-state.ts';

export const LIMITER_BUCKET = 'pacer';
const KEY = 'budget';
const TIMEOUT_MS = 2_000;
/** Whatever a state that cannot be read had booked is over by then. */
const UNREADABLE_STATE_MS = 2_000;

export type Kept = { state: LimiterState; revision: number };

/** The one key of the rate limiter. What is known of it here may be behind: only {@link LimiterRecord.replace} decides. */
export type LimiterRecord = {
  latest(): Kept;
  /** Reads it from the bucket's leader. */
  read(): Promise<Kept>;
  /** @returns false when another process changed the key since `expected`. */
  replace(expected: Kept, state: LimiterState): Promise<boolean>;
  stop(): void;
};

type Time = Pick<WitnessedTime, 'now' | 'witness'>;

/**
 * Follows the key, so that a pause is known in every process at once and a booking seldom meets a newer state.
 * @param time for the first state of all; learns from when the key was stored.
 */
export async function openLimiterRecord(
  { nats, clock, log }: { nats: NatsConnection; clock: Clock; log: Log },
  time: Time,
  rates: Rates,
): Promise<LimiterRecord> {
  const bucket = await new Kvm(nats).open(LIMITER_BUCKET);
  const read = async (): Promise<Kept> => {
    const entry = await bucket.get(KEY);
    if (entry) time.witness(entry.created.getTime(), Number.NEGATIVE_INFINITY);
    return keptIn(entry, time, rates);
  };

  let latest = await read();
  /** What the last write expected that another process beat; below any revision when there was none since the last read. */
  let refused = -1;
  const stamps = stampComparison(time);
  const following = await follow(bucket, log, (entry) => stamps.seen(entry));
  return {
    latest() {
      const unread = following.takeUnread();
      if (unread && unread.revision > latest.revision) latest = keptIn(unread, time, rates);
      return latest;
    },
    async read() {
      latest = await readAfterLostRace(clock, read, ({ revision }) => revision > refused);
      refused = -1;
      return latest;
    },
    async replace(expected, state) {
      const askedMs = time.now();
      try {
        const options = { previousSeq: expected.revision, timeout: TIMEOUT_MS };
        const revision = await bucket.put(KEY, toStored(state), options);
        if (revision >= latest.revision) latest = { state, revision };
        stamps.stored(revision, askedMs);
        return true;
      } catch (error) {
        if (!isLostRace(error)) throw error;
        refused = expected.revision;
        return false;
      }
    },
    stop: following.stop,
  };
}

function keptIn(entry: KvEntry | null, time: Time, rates: Rates): Kept {
  if (entry === null) return { state: initialState(time.now(), rates), revision: 0 };
  const { revision } = entry;
  const stored = entry.operation === 'PUT' ? fromStored(entry.string()) : undefined;
  const state = stored && isPlausible(stored, entry.created.getTime()) ? stored : undefined;
  return { state: state ?? initialState(time.now() + UNREADABLE_STATE_MS, rates), revision };
}

/** The newest entry is parsed when it is asked for, which our own never is: at a thousand a second it names a thousand chats. */
async function follow(bucket: KV, log: Log, seen: (entry: KvEntry) => void) {
  const watch = await bucket.watch({ key: KEY });
  let unread: KvEntry | undefined;
  const following = async () => {
    for await (const entry of watch) {
      seen(entry);
      unread = entry;
    }
  };
  following().catch((error: unknown) => log.warn({ err: error }, 'the rate limiter is no longer followed'));
  return {
    takeUnread() {
      const entry = unread;
      unread = undefined;
      return entry;
    },
    stop: () => watch.stop(),
  };
}

/** What this process stored was stamped after it asked for it; the stamp may be seen before the answer. */
function stampComparison(time: Time) {
  let stamped = { revision: 0, atMs: 0 };
  let mine = { revision: 0, askedMs: 0 };
  const compare = () => {
    if (stamped.revision === mine.revision) time.witness(stamped.atMs, mine.askedMs);
  };
  return {
    seen(entry: KvEntry) {
      stamped = { revision: entry.revision, atMs: entry.created.getTime() };
      time.witness(stamped.atMs, Number.NEGATIVE_INFINITY);
      compare();
    },
    stored(revision: number, askedMs: number) {
      mine = { revision, askedMs };
      compare();
    },
  };
}
