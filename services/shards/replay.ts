import {
  JetStreamApiCodes,
  JetStreamApiError,
  type JetStreamManager,
  jetstreamManager,
} from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { Tick } from '#contracts/messages.ts';
import type { Running } from '#services/runtime/consume.ts';
import { NotProvisioned } from '#services/runtime/nats.ts';
import type { Ports } from '#services/runtime/process.ts';
import type { Shard } from './shard.ts';

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
  { nats, clock, log }: Ports,
  shards: readonly Shard[],
  doTick: DoTick,
): Promise<Replay> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const manager = await jetstreamManager(nats, { checkAPI: false });
  const working = new Set<Promise<void>>();
  let latest = 0;

  async function again(shard: Shard, last: number): Promise<void> {
    while (!signal.aborted) {
      try {
        for (const { sequence, tick } of await ticksUpTo(manager, last))
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

  const floors = await Promise.all(shards.map((shard) => doneBy(manager, shard)));
  allAgain((shard) => floors[shards.indexOf(shard)] ?? 0);
  void watchServer(nats, signal, {
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

/** Sequence in TICKS of the last tick that the shard is done with, 0 for none. */
async function doneBy(manager: JetStreamManager, { consumer, description }: Shard): Promise<number> {
  try {
    const { ack_floor, config } = await manager.consumers.info('TICKS', consumer);
    if (config.description === description) return ack_floor.stream_seq;
  } catch (error) {
    const missing = error instanceof JetStreamApiError && error.code === JetStreamApiCodes.ConsumerNotFound;
    if (!missing) throw error;
  }
  throw new NotProvisioned(
    `${consumer} is missing or was made for another SHARD_COUNT. Run "npm run habitstream -- provision" first.`,
  );
}

/** The ticks that end with `last`, oldest first, without unreadable ones. */
async function ticksUpTo(
  manager: JetStreamManager,
  last: number,
): Promise<{ sequence: number; tick: Tick }[]> {
  const first = Math.max(1, last - DONE_AGAIN + 1);
  const ticks: { sequence: number; tick: Tick }[] = [];
  for (let sequence = first; sequence <= last; sequence++) {
    const message = await manager.streams.getMessage('TICKS', { seq: sequence });
    const tick = message === null ? undefined : readTick(message.string());
    if (tick) ticks.push({ sequence, tick });
  }
  return ticks;
}

function readTick(text: string): Tick | undefined {
  try {
    return Tick.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

type ServerWatch = { latest(): number; onOther(latestWhenItBroke: number): void };

/** `latest` is asked when the connection breaks: afterwards the consumers go on to newer ticks. */
async function watchServer(nats: NatsConnection, signal: AbortSignal, watch: ServerWatch): Promise<void> {
  let server = nats.info?.server_id;
  let latest = 0;
  for await (const { type } of nats.status()) {
    if (signal.aborted) return;
    if (type === 'disconnect') latest = watch.latest();
    if (type !== 'reconnect' || nats.info?.server_id === server) continue;
    server = nats.info?.server_id;
    watch.onOther(latest);
  }
}
