import type { Running } from './lifecycle.ts';
import type { Log } from './log.ts';
import { countBy, type Metrics } from './metrics.ts';
import { oncePerMinute } from './once-per-minute.ts';

/** Answers, acks and heartbeats of everybody wait as long; a garbage collection or a batch takes far less. */
export const STALL_MS = 500;
const LOOK_EVERY_MS = 100;

/** `work`: the process computed for so long. `wait`: the machine gave it no time, or a call waited. */
type Cause = 'work' | 'wait';
type Stall = { cause: Cause; forMs: number };

const STALLS = {
  name: 'habitstream_event_loop_stalls_total',
  help: `Times the event loop stood still for ${STALL_MS} ms or longer: alert on any with cause="work"`,
  label: 'cause',
  values: ['work', 'wait'] satisfies Cause[],
};

/**
 * Counts how often the event loop stood still for {@link STALL_MS} or longer, by cause, and logs it: the first time at
 * once, then at most once a minute with the longest. To be started when the service is: what it loads at its start is no
 * stall that anybody waits for.
 */
export function watchEventLoop({ log, metrics }: { log: Log; metrics?: Metrics }): Running {
  const count = countBy(metrics, STALLS);
  let longest: Stall | undefined;
  const tell = oncePerMinute((_latest: Stall, times) => {
    log.warn({ ...longest, times }, 'event loop stood still');
    longest = undefined;
  });
  return onStall((stall) => {
    count(stall.cause);
    if (longest === undefined || stall.forMs > longest.forMs) longest = stall;
    tell(stall);
  });
}

function onStall(seen: (stall: Stall) => void): Running {
  let looked = { atMs: performance.now(), cpuMs: cpuMs() };
  const timer = setInterval(() => {
    const now = { atMs: performance.now(), cpuMs: cpuMs() };
    const forMs = Math.round(now.atMs - looked.atMs - LOOK_EVERY_MS);
    // However busy the machine is, what computes for so long would hold the loop on a quiet one too.
    const worked = now.cpuMs - looked.cpuMs >= STALL_MS;
    looked = now;
    if (forMs >= STALL_MS) seen({ cause: worked ? 'work' : 'wait', forMs });
  }, LOOK_EVERY_MS).unref();
  return { stop: async () => clearInterval(timer) };
}

/** What this thread has computed, in ms. */
function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
