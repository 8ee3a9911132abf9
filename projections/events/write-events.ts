import type { RecordedEvent } from '#contracts/events.ts';
import { insertRows, type Shape } from '../engine/bulk-write.ts';
import { json } from '../engine/columns.ts';
import type { Queryable, Stored } from '../engine/projection.ts';

const SHAPE: Shape<Stored<RecordedEvent>> = {
  sequence: ['bigint', (event) => event.sequence],
  partition: ['smallint', (event) => event.partition],
  user_id: ['bigint', (event) => event.userId],
  aggregate_id: ['text', (event) => event.aggregateId],
  type: ['text', (event) => event.type],
  version: ['integer', (event) => event.version],
  stored_at: ['timestamptz', (event) => new Date(event.storedAtMs).toISOString()],
  id: ['text', (event) => event.id],
  correlation_id: ['text', (event) => event.correlationId],
  causation_id: ['text', (event) => event.causationId],
  at: ['timestamptz', (event) => event.at],
  data: ['jsonb', (event) => json(event.data)],
};

export async function writeEvents(batch: readonly Stored<RecordedEvent>[], db: Queryable): Promise<void> {
  await insertRows(db, 'events', batch, SHAPE);
}
