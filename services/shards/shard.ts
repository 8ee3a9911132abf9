import type { ConsumerDefinition } from '#contracts/consumers.ts';
import type { Tick } from '#contracts/messages.ts';
import type { Semaphore } from '#services/platform/process/semaphore.ts';
import type { Queued, ReminderQueue } from './queue.ts';
import { remindersOf } from './reminders.ts';
import type { Schedules } from './schedules.ts';
import type { TickPlanner } from './tick-plan.ts';

/** A part of the people, and the durable consumer of TICKS that stands for it. */
export type Shard = { consumer: ConsumerDefinition; partitions: number[] };

export type ShardParts = {
  schedules: Schedules;
  planTick: TickPlanner;
  queue: ReminderQueue;
  /** Bounds the database connections that shards hold at once. */
  semaphore: Semaphore;
  deadlineMs: number;
};

/**
 * Queues what is due at a tick for the people of some partitions. When it resolves, all of it is durable; when it
 * rejects, some may be, and doing it again queues the rest and nothing twice. Old ticks are queued like new ones: the
 * sender records what has expired, so that nothing is lost silently (G9).
 */
export async function queueDue(
  parts: ShardParts,
  partitions: readonly number[],
  tick: Tick,
  signal: AbortSignal,
): Promise<Queued> {
  const minutes = await parts.planTick(tick, signal);
  const total: Queued = { queued: 0, already: 0, tooBig: [] };
  // One chunk is published while the next is read: neither waits for the other, and memory holds two.
  let publishing: Promise<Queued> | undefined;
  await parts.semaphore(async () => {
    for await (const rows of parts.schedules.due(partitions, minutes, tick.minute)) {
      if (publishing) add(total, await publishing);
      signal.throwIfAborted();
      publishing = parts.queue.putAll(remindersOf(rows, tick.minute, parts.deadlineMs));
      // Reading may fail first, and then nobody awaits it.
      publishing.catch(() => {});
    }
  });
  // The turn has ended with the reading: another shard reads while the last chunk is published.
  if (publishing) add(total, await publishing);
  return total;
}

function add(total: Queued, more: Queued): void {
  total.queued += more.queued;
  total.already += more.already;
  total.tooBig.push(...more.tooBig);
}
