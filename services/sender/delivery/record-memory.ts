import { randomUUID } from 'node:crypto';
import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Delivery } from '#contracts/messages.ts';
import { streamOfBucket } from '#contracts/streams.ts';
import { occurrenceKey, sendRecordSubject } from '#contracts/subjects.ts';
import { lastMessage } from '#services/platform/jetstream/direct-get.ts';
import { lastReminderDelivery } from '#services/platform/jetstream/last-delivery.ts';
import type { Ports } from '#services/platform/process/run-service.ts';
import type { Settlement } from './settlement.ts';
import type { Work } from './work.ts';

const BUCKET = streamOfBucket('sending');
const HOUR_MS = 3_600_000;
/** The bucket forgets after three days. */
const REMEMBERED_MS = 48 * HOUR_MS;

/**
 * Since when the send records are whole, epoch ms. What was handed out to a sender before, and has no record, may have
 * been sent: the bucket was lost and made again, or put back to an earlier state, in which the last outcome that
 * DELIVERIES tells of is missing.
 */
export async function recordsWholeSince({ nats, clock, log }: Ports): Promise<number> {
  const manager = await jetstreamManager(nats, { checkAPI: false });
  const { created, state } = await manager.streams.info(BUCKET);
  const createdAtMs = Date.parse(created);
  const last = await lastReminderDelivery(nats, clock.now() - REMEMBERED_MS);
  if (!last || last.storedAtMs < createdAtMs || (await hasRecord(nats, last.delivery))) return createdAtMs;
  log.error(
    { sendingEnds: state.last_ts, deliveredAt: last.delivery.at },
    'the bucket "sending" is older than DELIVERIES: what was being sent then is recorded as uncertain and not sent again; nothing has to be run',
  );
  return clock.now();
}

/** Ends what may have been sent, by a record that is lost, as uncertain. */
export async function endUnknown(settlement: Settlement, work: Work): Promise<void> {
  const by = randomUUID();
  for (const item of work.messages.flat())
    await settlement.endUnsent(work, item, by, { outcome: 'uncertain', reason: 'interrupted' });
}

async function hasRecord(nats: NatsConnection, { userId, minute, occurrences }: Delivery): Promise<boolean> {
  const [first] = occurrences;
  if (!first) return true;
  const key = occurrenceKey(userId, first, first.snoozed ? minute : undefined);
  return (await lastMessage(nats, BUCKET, sendRecordSubject(key))) !== undefined;
}
