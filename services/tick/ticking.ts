import type { Clock } from '#services/platform/process/clock.ts';
import type { Running } from '#services/platform/process/lifecycle.ts';
import type { Log } from '#services/platform/process/log.ts';
import type { EventsHead } from './events-head.ts';
import type { LastTick, TickLog } from './tick-log.ts';
import { aheadMs, missingMinutes, untilNextMs } from './ticks.ts';

/** `head` is where time comes from, and `clock` only decides when to ask. */
export type TickingPorts = { clock: Clock; log: Log; head(): Promise<EventsHead>; ticks: TickLog };

/** The server's clock may be stepped while we sleep, so it is asked at least this often. */
const LOOK_EVERY_MS = 5_000;
const RETRY_MS = 500;

/** Publishes what is missing, for ever. Any number may do so at once. */
export function keepTicking({ clock, log, head, ticks }: TickingPorts): Running {
  const stopping = new AbortController();
  const warn = timeWarnings(log);

  /** Remembers nothing between rounds: a crash of the server may have taken ticks that were acked. */
  const round = async (): Promise<number> => {
    const [now, last] = await Promise.all([head(), ticks.last()]);
    warn(last, now.nowMs);
    const first = await publishMissing(ticks, last, now, stopping.signal);
    return first ? Math.min(LOOK_EVERY_MS, untilNextMs(now.nowMs)) : 0;
  };

  const loop = async () => {
    while (!stopping.signal.aborted) {
      const waitMs = await round().catch((error: unknown) => {
        log.warn({ err: error }, 'ticking interrupted');
        return RETRY_MS;
      });
      await clock.sleep(waitMs, stopping.signal);
    }
  };

  const running = loop();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

/** @returns false when another replica was first. */
async function publishMissing(
  ticks: TickLog,
  last: LastTick,
  { nowMs, eventsSequence }: EventsHead,
  signal: AbortSignal,
): Promise<boolean> {
  let end: LastTick | undefined = last;
  for (const minute of missingMinutes(last.minute, nowMs).minutes) {
    if (signal.aborted || end === undefined) break;
    end = await ticks.append({ minute, eventsSequence }, end);
  }
  return end !== undefined;
}

/** Says what an operator should know of the time, a backward step once and not at every look. */
function timeWarnings(log: Log): (last: LastTick, nowMs: number) => void {
  let waiting = false;
  return ({ minute }, nowMs) => {
    const { minutes, skipped } = missingMinutes(minute, nowMs);
    const ahead = aheadMs(minute, nowMs);
    if (skipped > 0) log.error({ skipped }, 'minutes missed more than seven days ago get no tick');
    if (minutes.length > 1) log.warn({ minutes: minutes.length }, 'making up for missed minutes');
    if (ahead > 0 && !waiting)
      log.error({ aheadMs: ahead }, 'the last tick lies in the future: no ticks until then');
    waiting = ahead > 0;
  };
}
