import type { Tick } from '#contracts/messages.ts';
import type { Clock } from '#services/platform/process/clock.ts';
import { type Backoff, type Running, retry } from '#services/platform/process/lifecycle.ts';
import type { Log } from '#services/platform/process/log.ts';
import { MAY_BE_LOST_MS, recentTicks } from './recent-ticks.ts';
import type { Shard } from './shard.ts';
import type { StoredTick, TickHistory } from './tick-history.ts';

/** Does one tick for one shard; doing it again changes nothing. */
export type DoTick = (shard: Shard, sequence: number, tick: Tick, signal: AbortSignal) => Promise<void>;

export type CatchUp = Running & {
  /** To be told of every tick in TICKS that was done. */
  done(sequence: number): void;
};

type Ports = { clock: Clock; log: Log; history: TickHistory };

const BACKOFF: Backoff = { firstMs: 1_000, longestMs: 1_000 };

/**
 * Does the last ticks again: when this process starts, those that were stored within {@link MAY_BE_LOST_MS} before the
 * last one that is done, which are all when shards keep up with ticks; and when the connection, after it broke, leads to
 * another server process than before, those that this process did last, however old they were. When REMINDERS was put
 * back to an earlier state, all since then. It runs beside the consumers, which need not wait for it.
 * @throws {NotProvisioned} when a shard has no consumer, or one that was made for another number of shards.
 */
export async function startCatchUp(ports: Ports, shards: readonly Shard[], doTick: DoTick): Promise<CatchUp> {
  const { clock, log, history } = ports;
  const stopping = new AbortController();
  const { signal } = stopping;
  const recent = recentTicks(clock);
  const working = new Set<Promise<void>>();

  async function doAgain(shard: Shard, find: () => Promise<StoredTick[]>): Promise<void> {
    const onFailure = (error: unknown) =>
      log.warn({ err: error, shard: shard.consumer.name }, 'doing the last ticks again will be tried again');
    await retry({ clock, backoff: BACKOFF, signal, onFailure }, async () => {
      for (const { sequence, tick } of await find()) {
        if (tick === undefined) continue;
        await doTick(shard, sequence, tick, signal);
        recent.add(sequence);
      }
    }).catch(() => {}); // stopped
  }

  function again(shard: Shard, find: () => Promise<StoredTick[]>): void {
    const work = doAgain(shard, find).finally(() => working.delete(work));
    working.add(work);
  }

  const floors = await Promise.all(
    shards.map(async (shard) => [shard, await history.doneBy(shard)] as const),
  );
  const lostBefore = remindersLost(ports);
  for (const [shard, floor] of floors)
    again(shard, async () => storedBefore(history, floor, await lostBefore()));
  history.watchServer(signal, {
    doneLately: () => recent.sequences(),
    onOther(sequences) {
      log.warn(
        { ticks: sequences.length },
        'this is another NATS server process: the last ticks are done again',
      );
      const lost = remindersLost(ports);
      for (const shard of shards) again(shard, async () => lostBy(history, shard, sequences, await lost()));
    },
  });

  return {
    done: (sequence) => recent.add(sequence),
    async stop() {
      stopping.abort();
      await Promise.all(working);
    },
  };
}

/** {@link TickHistory.remindersLostSince}, asked once for all shards and said in one line. */
function remindersLost({ history, log }: Ports): () => Promise<number | undefined> {
  const ask = async () => {
    const sinceMs = await history.remindersLostSince();
    if (sinceMs !== undefined)
      log.error(
        { since: new Date(sinceMs).toISOString() },
        'REMINDERS is older than DELIVERIES: the ticks since its end are done again, nothing has to be run',
      );
    return sinceMs;
  };
  let asked: ReturnType<typeof ask> | undefined;
  return () => {
    asked ??= ask();
    asked.catch(() => {
      asked = undefined;
    });
    return asked;
  };
}

/** What another server process may lack: the ticks with these sequences, and all since the end of a REMINDERS put back. */
async function lostBy(
  history: TickHistory,
  shard: Shard,
  sequences: readonly number[],
  lostSinceMs: number | undefined,
): Promise<StoredTick[]> {
  const lately = await those(history, sequences);
  if (lostSinceMs === undefined) return lately;
  return [...(await storedBefore(history, await history.doneBy(shard), lostSinceMs)), ...lately];
}

/**
 * The tick with a sequence, and those that were stored at most {@link MAY_BE_LOST_MS} before it or before `sinceMs`,
 * oldest first. What is behind a hole is not looked for.
 */
async function storedBefore(
  history: TickHistory,
  last: number,
  sinceMs = Number.POSITIVE_INFINITY,
): Promise<StoredTick[]> {
  const ticks: StoredTick[] = [];
  for (let sequence = last; sequence >= 1; sequence--) {
    const found = await history.tick(sequence);
    if (!found) break;
    const newestMs = (ticks[0] ?? found).storedAtMs;
    if (found.storedAtMs < Math.min(newestMs, sinceMs) - MAY_BE_LOST_MS) break;
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
