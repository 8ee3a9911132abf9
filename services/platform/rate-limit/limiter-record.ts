import { type KvEntry, Kvm } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import { isLostRace } from '../jetstream/errors.ts';
import type { Log } from '../process/log.ts';
import type { WitnessedTime } from './server-time.ts';
import { initialState, type LimiterState, type Rates } from './slots.ts';
import { fromStored, toStored } from './stored-state.ts';

export const LIMITER_BUCKET = 'pacer';
const KEY = 'budget';
const TIMEOUT_MS = 2_000;
/** Whatever a state we cannot read had booked is over by then. */
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

/**
 * Follows the key, so that a pause is known in every process at once and a reservation seldom meets a newer state.
 * @param time for the first state of all; learns from when the key was stored.
 */
export async function openLimiterRecord(
  nats: NatsConnection,
  log: Log,
  time: Pick<WitnessedTime, 'now' | 'witness'>,
  rates: Rates,
): Promise<LimiterRecord> {
  const bucket = await new Kvm(nats).open(LIMITER_BUCKET);

  const keptIn = (entry: KvEntry | null): Kept => {
    if (entry === null) return { state: initialState(time.now(), rates), revision: 0 };
    const { revision } = entry;
    const state = entry.operation === 'PUT' ? fromStored(entry.string()) : undefined;
    if (state) return { state, revision };
    return { state: initialState(time.now() + UNREADABLE_STATE_MS, rates), revision };
  };
  const fetch = async (): Promise<Kept> => {
    const entry = await bucket.get(KEY);
    if (entry) time.witness(entry.created.getTime(), Number.NEGATIVE_INFINITY);
    return keptIn(entry);
  };

  let latest = await fetch();
  /** Parsed when it is asked for, which for our own is never: at a thousand a second it names a thousand chats. */
  let unread: KvEntry | undefined;
  // What we stored ourselves was stamped after we asked for it; its stamp may be seen before the answer.
  let seen = { revision: 0, atMs: 0 };
  let mine = { revision: 0, askedMs: 0 };
  const compare = () => {
    if (seen.revision === mine.revision) time.witness(seen.atMs, mine.askedMs);
  };
  const watch = await bucket.watch({ key: KEY });
  const following = async () => {
    for await (const entry of watch) {
      seen = { revision: entry.revision, atMs: entry.created.getTime() };
      time.witness(seen.atMs, Number.NEGATIVE_INFINITY);
      compare();
      unread = entry;
    }
  };
  following().catch((error: unknown) => log.warn({ err: error }, 'the budget is no longer followed'));

  return {
    latest() {
      if (unread && unread.revision > latest.revision) latest = keptIn(unread);
      unread = undefined;
      return latest;
    },
    async read() {
      latest = await fetch();
      return latest;
    },
    async replace(expected, state) {
      const askedMs = time.now();
      try {
        const options = { previousSeq: expected.revision, timeout: TIMEOUT_MS };
        const revision = await bucket.put(KEY, toStored(state), options);
        latest = newer(latest, { state, revision });
        mine = { revision, askedMs };
        compare();
        return true;
      } catch (error) {
        if (isLostRace(error)) return false;
        throw error;
      }
    },
    stop: () => watch.stop(),
  };
}

const newer = (known: Kept, found: Kept): Kept => (found.revision >= known.revision ? found : known);
