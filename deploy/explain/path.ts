import { type ConsumerInfo, jetstreamManager } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import { senderConsumer, shardOf } from '#contracts/consumers.ts';
import { partitionOf, type UserId } from '#contracts/ids.ts';
import { type Delivery, ReminderDue } from '#contracts/messages.ts';
import { deliverySubject, occurrenceKey, reminderInAnyTier, TICK_SUBJECT } from '#contracts/subjects.ts';
import { readTick } from '#contracts/ticks.ts';
import { beginOfMinuteMs, type EpochMinute } from '#contracts/time.ts';
import { consumerInfo } from '#services/platform/jetstream/consumer-info.ts';
import { directPages, storedJson } from '#services/platform/jetstream/direct-get.ts';
import { readDelivery } from '#services/platform/jetstream/last-delivery.ts';
import { SendRecord } from '#services/sender/delivery/send-record.ts';
import type { Due } from './schedule.ts';

/** How far a minute's reminder of one person has come. What it has not reached is undefined. */
export type Path = {
  /** The newest minute that has a tick. */
  lastTick: EpochMinute | undefined;
  /** The consumer whose partitions have the person, and whether it has done the minute's tick. */
  shard: { info: ConsumerInfo; isDone: boolean } | undefined;
  queued:
    | { reminder: ReminderDue; sequence: number; storedAtMs: number; consumer: ConsumerInfo | undefined }
    | undefined;
  records: { key: string; record: SendRecord }[];
  delivery: Delivery | undefined;
};

const PAGE = 500;

export async function pathOf(
  nats: NatsConnection,
  userId: UserId,
  { minute, all }: { minute: EpochMinute; all: readonly Due[] },
): Promise<Path> {
  const tick = await lastTick(nats);
  // Every minute has one tick, so that of an earlier minute is as much before.
  const sequence = tick && tick.sequence - (tick.minute - minute);
  return {
    lastTick: tick?.minute,
    shard: await shardFor(nats, userId, sequence),
    queued: await queuedReminder(nats, userId, minute),
    records: await recordsOf(nats, userId, all),
    delivery: await deliveryOf(nats, userId, minute),
  };
}

async function lastTick(
  nats: NatsConnection,
): Promise<{ sequence: number; minute: EpochMinute } | undefined> {
  const { streams } = await jetstreamManager(nats, { checkAPI: false });
  const message = await streams.getMessage('TICKS', { last_by_subj: TICK_SUBJECT });
  const tick = message && readTick(message.string());
  return message && tick ? { sequence: message.seq, minute: tick.minute } : undefined;
}

async function shardFor(
  nats: NatsConnection,
  userId: UserId,
  sequence: number | undefined,
): Promise<Path['shard']> {
  const { consumers } = await jetstreamManager(nats, { checkAPI: false });
  const partition = partitionOf(userId);
  for await (const info of consumers.list('TICKS')) {
    const shard = shardOf(info.name);
    if (!shard || partition % shard.shardCount !== shard.index) continue;
    return { info, isDone: sequence !== undefined && info.ack_floor.stream_seq >= sequence };
  }
  return undefined;
}

async function queuedReminder(
  nats: NatsConnection,
  userId: UserId,
  minute: EpochMinute,
): Promise<Path['queued']> {
  const { streams } = await jetstreamManager(nats, { checkAPI: false });
  const query = { seq: 1, next_by_subj: reminderInAnyTier(userId, minute) };
  const message = await streams.getMessage('REMINDERS', query);
  const reminder = message && ReminderDue.safeParse(storedJson(message)).data;
  if (!message || !reminder) return undefined;
  const consumer = await consumerInfo(nats, senderConsumer(reminder.tier));
  return { reminder, sequence: message.seq, storedAtMs: message.time.getTime(), consumer };
}

async function recordsOf(
  nats: NatsConnection,
  userId: UserId,
  all: readonly Due[],
): Promise<Path['records']> {
  const bucket = await new Kvm(nats).open('sending');
  const found: Path['records'] = [];
  for (const { occurrence, minute } of all) {
    const key = occurrenceKey(userId, occurrence, occurrence.snoozed && minute);
    const entry = await bucket.get(key);
    const record = entry?.operation === 'PUT' ? SendRecord.safeParse(storedJson(entry)).data : undefined;
    if (record) found.push({ key, record });
  }
  return found;
}

async function deliveryOf(
  nats: NatsConnection,
  userId: UserId,
  minute: EpochMinute,
): Promise<Delivery | undefined> {
  const from = { start_time: new Date(beginOfMinuteMs(minute)) };
  const subject = deliverySubject('*', userId);
  let found: Delivery | undefined;
  for await (const page of directPages(nats, 'DELIVERIES', subject, { batch: PAGE, from }))
    for (const message of page) {
      const delivery = readDelivery(message);
      if (delivery?.minute === minute && delivery.broadcastId === undefined) found = delivery;
    }
  return found;
}
