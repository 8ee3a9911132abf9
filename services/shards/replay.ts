import type { Tick } from '#contracts/messages.ts';
import type { Clock } from '#services/runtime/clock.ts';
import type { Running } from '#services/runtime/consume.ts';
import type { Log } from '#services/runtime/log.ts';
import type { Shard } from './shard.ts';
import type { TickHistory } from './tick-history.ts';

/** Does one tick for one shard; doing it again changes nothing. */
export type DoTick = (shard: Shard, sequence: number, tick: Tick, signal: AbortSignal) => Promise<void>;

export type Replay = Running & {
  /** To be told of every tick in TICKS that was done. */
  done(sequence: number): void;
};

/**
 * REMINDERS is acked before it is on disk. A power cut takes what the server had not synced yet, two minutes by
 * default, so this many ticks are done again after one.
 */
const DONE_AGAIN = 5;
const RETRY_MS = 1_000;

/**
 * Does the last ticks again when this process starts, and when the connection, after it broke, leads to another server
 * process than before. It runs beside the consumers, which need not wait for it.
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
  let latest = 0;

  async function again(shard: Shard, last: number): Promise<void> {
    while (!signal.aborted) {
      try {
        for (const { sequence, tick } of await history.ticks(last - DONE_AGAIN + 1, last))
          await doTick(shard, sequence, tick, signal);
        return;
      } catch (error) {
        if (signal.aborted) return;
        log.warn({ err: error, shard: shard.consumer }, 'doing the last ticks again will be tried again');
        await clock.sleep(RETRY_MS, signal);
      }
    }
  }

  function allAgain(last: (shard: Shard) => number): void {
    for (const shard of shards) {
      const work = again(shard, last(shard)).finally(() => working.delete(work));
      working.add(work);
    }
  }

  const floors = await Promise.all(shards.map((shard) => history.doneBy(shard)));
  allAgain((shard) => floors[shards.indexOf(shard)] ?? 0);
  history.watchServer(signal, {
    latest: () => latest,
    onOther(last) {
      log.warn({ last }, 'this is another NATS server process: the last ticks are done again');
      allAgain(() => last);
    },
  });

  return {
    done(sequence) {
      latest = Math.max(latest, sequence);
    },
    async stop() {
      stopping.abort();
      await Promise.all(working);
    },
  };
}
