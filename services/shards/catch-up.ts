import type { Tick } from '#contracts/messages.ts';
import type { Clock } from '#services/platform/process/clock.ts';
import type { Running } from '#services/platform/process/lifecycle.ts';
import type { Log } from '#services/platform/process/log.ts';
import type { Shard } from './shard.ts';
import type { StoredTick, TickHistory } from './tick-history.ts';

/** Does one tick for one shard; doing it again changes nothing. */
export type DoTick = (shard: Shard, sequence: number, tick: Tick, signal: AbortSignal) => Promise<void>;

export type CatchUp = Running & {
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
export async function startCatchUp(
  { clock, log }: { clock: Clock; log: Log },
  history: TickHistory,
  shards: readonly Shard[],
  doTick: DoTick,
): Promise<CatchUp> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const working = new Set<Promise<void>>();
  /** When each tick was done last, the latest at the end. */
  const doneAtMs = new Map<number, number>();

  function done(sequence: number): void {
    doneAtMs.delete(sequence);
    doneAtMs.set(sequence, clock.now());
    forget();
  }

  /** Other processes may have done all the ticks since, and what is on disk is not to be done again. */
  function forget(): void {
    for (const [oldest, atMs] of doneAtMs) {
      if (atMs >= clock.now() - MAY_BE_LOST_MS) return;
      doneAtMs.delete(oldest);
    }
  }

  function doneLately(): number[] {
    forget();
    return [...doneAtMs.keys()].sort((a, b) => a - b);
  }

  async function again(shard: Shard, find: () => Promise<StoredTick[]>): Promise<void> {
    while (!signal.aborted) {
      try {
        for (const { sequence, tick } of await find()) {
          if (tick === undefined) continue;
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
  allAgain((shard) => () => storedBefore(history, floors[shards.indexOf(shard)] ?? 0));
  history.watchServer(signal, {
    doneLately,
    onOther(sequences) {
      const ticks = sequences.length;
      log.warn({ ticks }, 'this is another NATS server process: the last ticks are done again');
      allAgain(() => () => those(history, sequences));
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

/**
 * The tick with a sequence, and those that were stored at most {@link MAY_BE_LOST_MS} before it, oldest first. What is
 * behind a hole is not looked for.
 */
async function storedBefore(history: TickHistory, last: number): Promise<StoredTick[]> {
  const ticks: StoredTick[] = [];
  for (let sequence = last; sequence >= 1; sequence--) {
    const found = await history.tick(sequence);
    if (!found || found.storedAtMs < (ticks[0] ?? found).storedAtMs - MAY_BE_LOST_MS) break;
    ticks.push(found);
  }
  return ticks.reverse();
}

async function those(history: TickHistory, sequences: readonly number[]): Promise<StoredTick[]> {
  const ticks: StoredTick[] = [];
  for (const sequence of sequences) {
    const found = await history.tick(sequence);
    if (found) ticks.push(found);
  }
  return ticks;
}
