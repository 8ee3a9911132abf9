import type { Pool } from 'pg';
import type { EpochMinute } from '#contracts/time.ts';
import { projectedUpTo } from '#projections/engine/checkpoints.ts';
import { type DueRow, dueReminders, type ZoneMinutes, zonesInUse } from '#projections/schedules/due.ts';
import type { LogGuard } from '#services/platform/jetstream/log-guard.ts';

/** What shards read of the schedules. */
export type Schedules = {
  /**
   * Sequence in EVENTS up to which they stand.
   * @throws {StoresDisagree} when they were made from another log.
   */
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
export function schedulesIn(database: Pool, events: LogGuard, chunkSize: number): Schedules {
  return {
    async projected() {
      const position = await projectedUpTo(database, 'schedules', 'EVENTS');
      await events.check(position);
      return position.sequence;
    },
    zones: () => zonesInUse(database),
    due: (partitions, minutes, minute) => dueReminders(database, { partitions, minutes, minute }, chunkSize),
  };
}
