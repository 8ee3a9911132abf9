import { beginOfMinuteMs } from '#contracts/time.ts';
import { insertRows, type Shape } from '../engine/bulk-write.ts';
import { json } from '../engine/columns.ts';
import type { RecordedDelivery } from '../engine/delivery.ts';
import type { Queryable, Stored } from '../engine/projection.ts';

const SHAPE: Shape<Stored<RecordedDelivery>> = {
  sequence: ['bigint', (delivery) => delivery.sequence],
  partition: ['smallint', (delivery) => delivery.partition],
  stored_at: ['timestamptz', (delivery) => new Date(delivery.storedAtMs).toISOString()],
  user_id: ['bigint', (delivery) => delivery.userId],
  outcome: ['text', (delivery) => delivery.outcome],
  reason: ['text', (delivery) => delivery.reason ?? null],
  tier: ['text', (delivery) => delivery.tier],
  due_at: ['timestamptz', (delivery) => new Date(beginOfMinuteMs(delivery.minute)).toISOString()],
  at: ['timestamptz', (delivery) => delivery.at],
  lateness_ms: ['bigint', (delivery) => delivery.latenessMs],
  telegram_message_id: ['bigint', (delivery) => delivery.telegramMessageId ?? null],
  broadcast_id: ['text', (delivery) => delivery.broadcastId ?? null],
  occurrences: ['jsonb', (delivery) => json(delivery.occurrences)],
};

export async function writeDeliveries(
  batch: readonly Stored<RecordedDelivery>[],
  db: Queryable,
): Promise<void> {
  await insertRows(db, 'deliveries', batch, SHAPE);
}
