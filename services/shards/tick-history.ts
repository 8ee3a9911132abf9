import {
  JetStreamApiCodes,
  JetStreamApiError,
  type JetStreamManager,
  jetstreamManager,
} from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { Tick } from '#contracts/messages.ts';
import { NotProvisioned } from '#services/runtime/nats.ts';
import type { Shard } from './shard.ts';

export type StoredTick = { sequence: number; tick: Tick };

/** What TICKS and its server tell of the past. */
export type TickHistory = {
  /**
   * Sequence of the last tick that the shard is done with, 0 for none.
   * @throws {NotProvisioned} when it has no consumer.
   */
  doneBy(shard: Shard): Promise<number>;
  /** Those between two sequences, both included, that are there and readable, oldest first. */
  ticks(first: number, last: number): Promise<StoredTick[]>;
  /** The one with a sequence, and those that were stored at most `withinMs` before it, oldest first. */
  storedBefore(last: number, withinMs: number): Promise<StoredTick[]>;
  /** Tells when the connection, after it broke, leads to another server process than before. */
  watchServer(signal: AbortSignal, watch: ServerWatch): void;
};

/** Sequences of the first and the last one. */
export type Stretch = { first: number; last: number };
/** `doneLately` is asked when the connection breaks: afterwards the consumers go on to newer ticks. */
export type ServerWatch = { doneLately(): Stretch; onOther(doneWhenItBroke: Stretch): void };

export async function openTickHistory(nats: NatsConnection): Promise<TickHistory> {
  const manager = await jetstreamManager(nats, { checkAPI: false });
  return {
    doneBy: (shard) => doneBy(manager, shard),
    ticks: (first, last) => readTicks(manager, first, last),
    storedBefore: (last, withinMs) => readBackwards(manager, last, withinMs),
    watchServer: (signal, watch) => void watchServer(nats, signal, watch),
  };
}

async function doneBy(manager: JetStreamManager, { consumer }: Shard): Promise<number> {
  try {
    const { ack_floor } = await manager.consumers.info('TICKS', consumer);
    return ack_floor.stream_seq;
  } catch (error) {
    const missing = error instanceof JetStreamApiError && error.code === JetStreamApiCodes.ConsumerNotFound;
    if (!missing) throw error;
  }
  throw new NotProvisioned(
    `${consumer} is missing: it was not provisioned for this SHARD_COUNT. Run "npm run habitstream -- provision" first.`,
  );
}

async function readTicks(manager: JetStreamManager, first: number, last: number): Promise<StoredTick[]> {
  const ticks: StoredTick[] = [];
  for (let sequence = Math.max(1, first); sequence <= last; sequence++) {
    const message = await manager.streams.getMessage('TICKS', { seq: sequence });
    const tick = message === null ? undefined : readTick(message.string());
    if (tick) ticks.push({ sequence, tick });
  }
  return ticks;
}

/** What is older than the oldest that is there, or behind a hole, is not looked for. */
async function readBackwards(
  manager: JetStreamManager,
  last: number,
  withinMs: number,
): Promise<StoredTick[]> {
  const ticks: StoredTick[] = [];
  let sinceMs = Number.NEGATIVE_INFINITY;
  for (let sequence = last; sequence >= 1; sequence--) {
    const message = await manager.streams.getMessage('TICKS', { seq: sequence });
    if (message === null || message.time.getTime() < sinceMs) break;
    if (sequence === last) sinceMs = message.time.getTime() - withinMs;
    const tick = readTick(message.string());
    if (tick) ticks.unshift({ sequence, tick });
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

async function watchServer(nats: NatsConnection, signal: AbortSignal, watch: ServerWatch): Promise<void> {
  let server = nats.info?.server_id;
  let done: Stretch = { first: 1, last: 0 };
  for await (const { type } of nats.status()) {
    if (signal.aborted) return;
    if (type === 'disconnect') done = watch.doneLately();
    if (type !== 'reconnect' || nats.info?.server_id === server) continue;
    server = nats.info?.server_id;
    watch.onOther(done);
  }
}
