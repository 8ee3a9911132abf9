import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Tick } from '#contracts/messages.ts';
import { reminderInAnyTier } from '#contracts/subjects.ts';
import { readTick } from '#contracts/ticks.ts';
import { consumerInfo } from '#services/platform/jetstream/consumer-info.ts';
import { lastMessage } from '#services/platform/jetstream/direct-get.ts';
import { NotProvisioned } from '#services/platform/jetstream/errors.ts';
import { lastReminderDelivery } from '#services/platform/jetstream/last-delivery.ts';
import type { Shard } from './shard.ts';
import type { TickCheck } from './tick-check.ts';

/** `tick` is absent when it cannot be read, or is wrong. */
export type StoredTick = { sequence: number; storedAtMs: number; tick: Tick | undefined };

/** What TICKS and its server tell of the past. */
export type TickHistory = {
  /**
   * Sequence of the last tick that the shard is done with, 0 for none.
   * @throws {NotProvisioned} when it has no consumer.
   */
  doneBy(shard: Shard): Promise<number>;
  /**
   * Since when REMINDERS may lack reminders, epoch ms: it ends there, and the reminder of the last outcome in DELIVERIES
   * is not in it. Undefined as a rule.
   */
  remindersLostSince(): Promise<number | undefined>;
  /** The one with that sequence, if it is there. */
  tick(sequence: number): Promise<StoredTick | undefined>;
  /** Tells when the connection, after it broke, leads to another server process than before. */
  watchServer(signal: AbortSignal, watch: ServerWatch): void;
};

/** `doneLately` is asked for sequences when the connection breaks: afterwards the consumers go on to newer ticks. */
export type ServerWatch = { doneLately(): number[]; onOther(doneWhenItBroke: number[]): void };

export async function openTickHistory(nats: NatsConnection, check: TickCheck): Promise<TickHistory> {
  const manager = await jetstreamManager(nats, { checkAPI: false });
  return {
    doneBy: (shard) => doneBy(nats, shard),
    remindersLostSince: () => remindersLostSince(nats, manager),
    tick: (sequence) => tickAt(manager, sequence, check),
    watchServer: (signal, watch) => void watchServer(nats, signal, watch),
  };
}

async function doneBy(nats: NatsConnection, { consumer }: Shard): Promise<number> {
  const info = await consumerInfo(nats, consumer);
  if (info) return info.ack_floor.stream_seq;
  throw new NotProvisioned(
    `${consumer.name} is missing: it was not provisioned for this SHARD_COUNT. Run "npm run habitstream -- provision" first.`,
  );
}

/** Shorter than REMINDERS remembers, so that a reminder which is not there was not simply forgotten. */
const REMEMBERED_MS = 40 * 3_600_000;

async function remindersLostSince(
  nats: NatsConnection,
  manager: JetStreamManager,
): Promise<number | undefined> {
  const { state, ts } = await manager.streams.info('REMINDERS');
  const oldestMs = (ts === undefined ? 0 : Date.parse(ts)) - REMEMBERED_MS;
  const last = await lastReminderDelivery(nats, oldestMs);
  if (!last) return undefined;
  const subject = reminderInAnyTier(last.delivery.userId, last.delivery.minute);
  if (await lastMessage(nats, 'REMINDERS', subject)) return undefined;
  return state.messages === 0 ? oldestMs : Math.max(oldestMs, Date.parse(state.last_ts));
}

async function tickAt(
  manager: JetStreamManager,
  sequence: number,
  check: TickCheck,
): Promise<StoredTick | undefined> {
  const message = await manager.streams.getMessage('TICKS', { seq: sequence });
  if (message === null) return undefined;
  const storedAtMs = message.time.getTime();
  const tick = readTick(message.string());
  const isRight = tick !== undefined && (await check(tick, storedAtMs)) === undefined;
  return { sequence, storedAtMs, tick: isRight ? tick : undefined };
}

async function watchServer(nats: NatsConnection, signal: AbortSignal, watch: ServerWatch): Promise<void> {
  let server = nats.info?.server_id;
  let done: number[] = [];
  for await (const { type } of nats.status()) {
    if (signal.aborted) return;
    if (type === 'disconnect') done = watch.doneLately();
    if (type !== 'reconnect' || nats.info?.server_id === server) continue;
    server = nats.info?.server_id;
    watch.onOther(done);
  }
}
