import type { Clock } from '#services/platform/process/clock.ts';
import { type Running, startLoop } from '#services/platform/process/lifecycle.ts';
import type { Log } from '#services/platform/process/log.ts';
import type { Metrics } from '#services/platform/process/metrics.ts';
import type { Readiness } from '#services/platform/process/readiness.ts';
import type { EventsHead } from './events-head.ts';
import type { LastTick, WrongTick } from './last-tick.ts';
import type { TickLog } from './tick-log.ts';
import { measureTickLag } from './tick-metrics.ts';
import { tickReadiness } from './tick-readiness.ts';
import { aheadMs, missingMinutes, untilNextMs } from './ticks.ts';

/** `head` is where time comes from, and `clock` only decides when to ask. */
export type TickingPorts = {
  clock: Clock;
  log: Log;
  readiness?: Pick<Readiness, 'add'> | undefined;
  metrics?: Metrics;
  head(): Promise<EventsHead>;
  ticks: TickLog;
};

/** The server's clock may be stepped while we sleep, so it is asked at least this often. */
const LOOK_EVERY_MS = 5_000;
const RETRY_MS = 500;
/** A quicker replica's tick may be on its way still, and the log's end is then what it was. */
const LOST_RACE_MS = 50;

/** Publishes what is missing, for ever. Any number may do so at once. */
export function keepTicking({ clock, log, readiness, metrics, head, ticks }: TickingPorts): Running {
  const warn = warnings(log);
  const check = tickReadiness(clock);
  measureTickLag(metrics, check);
  readiness?.add(check);
  return startLoop(clock, {
    /** Remembers nothing between rounds: a crash of the server may have taken ticks that were acked. */
    async round(signal) {
      const end = await ticks.end();
      const now = await head();
      const last = await ticks.last(end, now);
      warn(last, now.nowMs);
      const newEnd = await publishMissing(ticks, last, now, signal);
      if (newEnd) check.published(newEnd.minute, now.nowMs);
      return newEnd ? Math.min(LOOK_EVERY_MS, untilNextMs(now.nowMs)) : LOST_RACE_MS;
    },
    afterFailure(error) {
      log.warn({ err: error }, 'ticking interrupted');
      check.failed(error);
      return RETRY_MS;
    },
  });
}

/** @returns the new end, or undefined when another replica was first. */
async function publishMissing(
  ticks: TickLog,
  last: LastTick,
  { nowMs, eventsSequence }: EventsHead,
  signal: AbortSignal,
): Promise<LastTick | undefined> {
  let end: LastTick | undefined = last;
  for (const minute of missingMinutes(last.minute, nowMs).minutes) {
    if (signal.aborted || end === undefined) break;
    end = await ticks.append({ minute, eventsSequence }, end);
  }
  return end;
}

/** Says what an operator should know: a backward step and a wrong tick once, and not at every look. */
function warnings(log: Log): (last: LastTick & { wrong: WrongTick[] }, nowMs: number) => void {
  let waiting = false;
  let reported = 0;
  return ({ sequence: end, minute, wrong }, nowMs) => {
    for (const { sequence, reason } of wrong)
      if (sequence > reported) log.error({ sequence, reason }, 'a wrong tick in TICKS is passed over');
    reported = end;
    const { minutes, skipped } = missingMinutes(minute, nowMs);
    const leadMs = aheadMs(minute, nowMs);
    if (skipped > 0) log.error({ skipped }, 'minutes missed more than seven days ago get no tick');
    if (minutes.length > 1) log.warn({ minutes: minutes.length }, 'making up for missed minutes');
    if (leadMs > 0 && !waiting)
      log.error({ aheadMs: leadMs }, 'the last tick lies in the future: no ticks until then');
    waiting = leadMs > 0;
  };
}
