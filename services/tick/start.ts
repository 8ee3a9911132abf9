import type { Running } from '#services/runtime/consume.ts';
import type { Ports } from '#services/runtime/process.ts';
import { type EventsHead, eventsHead } from './events-head.ts';
import { type LastTick, openTickLog, type TickLog } from './tick-log.ts';
import { aheadMs, missingMinutes, untilNextMs } from './ticks.ts';

/** `head` is where time comes from: the NATS server, unless a test or a simulation says otherwise. */
export type TickPorts = Ports & { head?: () => Promise<EventsHead> };

/** The server's clock may be stepped while we sleep, so it is asked at least this often. */
const LOOK_EVERY_MS = 5_000;
const RETRY_MS = 500;

/**
 * Every minute has exactly one tick, in order, however many replicas run and however long they were down (G4):
 * - each tick expects the sequence of the one before as the last of TICKS, so only one replica's is stored;
 * - the minutes since the last tick in TICKS are made up for, at most seven days;
 * - while the last tick lies in the future (the clock was stepped back), nothing is published;
 * - `eventsSequence` is read after the minute began, so it covers what was confirmed before (G5);
 * - ticks lost by a crash of the server are published again, because the last one is read from TICKS.
 */
export async function start(_config: object, ports: TickPorts): Promise<Running> {
  const { clock, log, nats } = ports;
  const head = ports.head ?? eventsHead(nats);
  const ticks = await openTickLog(nats);
  const stopping = new AbortController();
  const warn = timeWarnings(ports);

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
function timeWarnings({ log }: Ports): (last: LastTick, nowMs: number) => void {
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
