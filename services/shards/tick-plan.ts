import type { Tick } from '#contracts/messages.ts';
import type { ZoneMinutes } from '#projections/schedules/due.ts';
import type { Clock } from '#services/platform/process/clock.ts';
import type { Log } from '#services/platform/process/log.ts';
import type { Metrics } from '#services/platform/process/metrics.ts';
import type { Readiness } from '#services/platform/process/readiness.ts';
import { untilProjected } from './barrier.ts';
import { barrierCheck } from './barrier-check.ts';
import { localMinutesOf } from './local-minutes.ts';
import type { Schedules } from './schedules.ts';
import { barrierWaits } from './shard-metrics.ts';

/** What all shards of a process need of a tick, worked out once: shards of one process are at about the same tick. */
export type TickPlanner = (tick: Tick, signal: AbortSignal) => Promise<ZoneMinutes[]>;

const REMEMBERED = 8;

type Ports = {
  schedules: Schedules;
  clock: Clock;
  log: Log;
  metrics?: Metrics;
  readiness?: Pick<Readiness, 'add'>;
};

/**
 * Waits until the projection has passed the tick (G5), then reads the zones in use and says which of their local
 * minutes begin. A failure is remembered by nobody: the next to ask tries again.
 */
export function openTickPlanner(
  { schedules, clock, log, metrics, readiness }: Ports,
  barrierWaitMs: number,
): TickPlanner {
  const waits = barrierWaits(metrics);
  const barrier = barrierCheck(schedules, clock);
  readiness?.add(barrier);
  const known = new Map<string, Promise<ZoneMinutes[]>>();

  async function workOut(tick: Tick, signal: AbortSignal): Promise<ZoneMinutes[]> {
    const { minute, eventsSequence } = tick;
    barrier.waits(tick);
    const barrierMs = await untilProjected({ schedules, clock }, eventsSequence, barrierWaitMs, signal);
    barrier.passed();
    waits.observe(barrierMs / 1000);
    const { minutes, unknown } = localMinutesOf(await schedules.zones(), minute);
    log.info({ minute, barrierMs, zones: minutes.length }, 'tick passed the barrier');
    if (unknown.length > 0)
      log.error({ zones: unknown }, 'this Node does not know these zones: their people are not reminded');
    return minutes;
  }

  return (tick, signal) => {
    const key = `${tick.minute}/${tick.eventsSequence}`;
    const remembered = known.get(key);
    if (remembered) return remembered;
    const worked = workOut(tick, signal);
    known.set(key, worked);
    worked.catch(() => known.delete(key));
    for (const oldest of known.keys()) {
      if (known.size <= REMEMBERED) break;
      known.delete(oldest);
    }
    return worked;
  };
}
