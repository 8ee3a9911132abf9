import type { Pool } from 'pg';
import type { EpochMinute } from '#contracts/time.ts';
import { projectedSequence } from '#projections/engine/projection.ts';
import { type DueRow, dueReminders, type ZoneMinutes, zonesInUse } from '#projections/schedules/due.ts';

/** What shards read of the schedules. */
export type Schedules = {
  /** Sequence in EVENTS up to which they stand. */
  projected(): Promise<number>;
  /** Every zone that people live in. */
  zones(): Promise<string[]>;
  /** In chunks, all rows of one person next to each other and in the same chunk. */
  due(
    partitions: readonly number[],
    minutes: readonly ZoneMinutes[],
    minute: EpochMinute,
  ): AsyncIterable<DueRow[]>;
};

/** @param chunkSize rows read at once. */
export function schedulesIn(database: Pool, chunkSize: number): Schedules {
  return {
    projected: () => projectedSequence(database, 'schedules', 'EVENTS'),
    zones: () => zonesInUse(database),
    due: (partitions, minutes, minute) => dueReminders(database, { partitions, minutes, minute }, chunkSize),
  };
}
