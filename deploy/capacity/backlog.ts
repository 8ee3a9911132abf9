import type { EpochMinute } from '#contracts/time.ts';
import { REMINDER_TIERS } from './population.ts';

/** How many reminders of one tier and minute wait. They are alike, so they are only counted. */
export type Waiting = { minute: EpochMinute; left: number };

export type Backlog = ReturnType<typeof openBacklog>;

/** The stream REMINDERS, as far as it matters here: the reminders of each tier that wait, oldest first. */
export function openBacklog() {
  const queues: Waiting[][] = REMINDER_TIERS.map(() => []);
  const lengths = REMINDER_TIERS.map(() => 0);

  function shorten(tier: number, queue: Waiting[], at: number, count: number): void {
    const waiting = queue[at];
    if (waiting === undefined) return;
    waiting.left -= count;
    lengths[tier] = (lengths[tier] ?? 0) - count;
    if (waiting.left === 0) queue.splice(at, 1);
  }

  return {
    add(tier: number, minute: EpochMinute, count: number): void {
      if (count === 0) return;
      queues[tier]?.push({ minute, left: count });
      lengths[tier] = (lengths[tier] ?? 0) + count;
    },
    length: (tier: number): number => lengths[tier] ?? 0,
    total: (): number => lengths.reduce((sum, length) => sum + length, 0),
    /** Takes the oldest reminder of a tier. @returns its minute; undefined when none waits. */
    take(tier: number): EpochMinute | undefined {
      const queue = queues[tier] ?? [];
      const minute = queue[0]?.minute;
      shorten(tier, queue, 0, 1);
      return minute;
    },
    /** Takes the reminders due in `minute` or before, except the oldest `kept` ones. */
    takeUpTo(tier: number, minute: EpochMinute, kept: number): Waiting[] {
      const queue = queues[tier] ?? [];
      const taken: Waiting[] = [];
      let keep = kept;
      for (let at = 0; ; ) {
        const waiting = queue[at];
        if (waiting === undefined || waiting.minute > minute) return taken;
        const left = Math.max(0, waiting.left - keep);
        keep = Math.max(0, keep - waiting.left);
        if (left < waiting.left) at++;
        if (left > 0) taken.push({ minute: waiting.minute, left });
        shorten(tier, queue, left < waiting.left ? at - 1 : at, left);
      }
    },
  };
}
