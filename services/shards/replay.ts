import type { Tick } from '#contracts/messages.ts';
import type { Clock } from '#services/runtime/clock.ts';
import type { Running } from '#services/runtime/consume.ts';
import type { Log } from '#services/runtime/log.ts';
import type { Shard } from './shard.ts';
import type { StoredTick, TickHistory } from './tick-history.ts';

/** Does one tick for one shard; doing it again changes nothing. */
export type DoTick = (shard: Shard, sequence: number, tick: Tick, signal: AbortSignal) => Promise<void>;

export type Replay = Running & {
  /** To be told of every tick in TICKS that was done. */
  done(sequence: number): void;
};

/**
 * REMINDERS is acked before it is on disk. A power cut takes what the server had not synced yet, two minutes by
 * default, so what was done within this time is done again after one.
 */
const MAY_BE_LOST_MS = 180_000;
const RETRY_MS = 1_000;

/**
 * Does the last ticks again: when this process starts, those that were stored within {@link MAY_BE_LOST_MS} before the
 * last one that is done, which are all when shards keep up with ticks; and when the connection, after it broke, leads to
 * another server process than before, those that this process did within that time, however old they were. It runs
 * beside the consumers, which need not wait for it.
 * @throws {NotProvisioned} when a shard has no consumer, or one that was made for another number of shards.
 */
export async function startReplay(
  { clock, log }: { clock: Clock; log: Log },
  history: TickHistory,
  shards: readonly Shard[],
  doTick: DoTick,
): Promise<Replay> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const working = new Set<Promise<void>>();
  const doneLately: { sequence: number; atMs: number }[] = [];

  function done(sequence: number): void {
    const nowMs = clock.now();
    doneLately.push({ sequence, atMs: nowMs });
    while ((doneLately[0]?.atMs ?? nowMs) < nowMs - MAY_BE_LOST_MS) doneLately.shift();
  }

  async function again(shard: Shard, find: () => Promise<StoredTick[]>): Promise<void> {
    while (!signal.aborted) {
      try {
        for (const { sequence, tick } of await find()) {
          await doTick(shard, sequence, tick, signal);
          done(sequence);
        }
        return;
      } catch (error) {
        if (signal.aborted) return;
        log.warn({ err: error, shard: shard.consumer }, 'doing the last ticks again will be tried again');
        await clock.sleep(RETRY_MS, signal);
      }
    }
  }

  function allAgain(find: (shard: Shard) => () => Promise<StoredTick[]>): void {
    for (const shard of shards) {
      const work = again(shard, find(shard)).finally(() => working.delete(work));
      working.add(work);
    }
  }

  const floors = await Promise.all(shards.map((shard) => history.doneBy(shard)));
  allAgain((shard) => () => history.storedBefore(floors[shards.indexOf(shard)] ?? 0, MAY_BE_LOST_MS));
  history.watchServer(signal, {
    doneLately() {
      const sequences = doneLately.map(({ sequence }) => sequence);
      return { first: Math.min(...sequences), last: Math.max(...sequences) };
    },
    onOther({ first, last }) {
      log.warn({ first, last }, 'this is another NATS server process: the last ticks are done again');
      if (first <= last) allAgain(() => () => history.ticks(first, last));
    },
  });

  return {
    done,
    async stop() {
      stopping.abort();
      await Promise.all(working);
    },
  };
}
