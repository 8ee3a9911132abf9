import { Tick } from './messages.ts';
import { beginOfMinuteMs } from './time.ts';

/** TICKS remembers seven days, and no tick is made up for later. */
export const CATCH_UP_MINUTES = 7 * 24 * 60;

/**
 * How much earlier than its minute a tick may have been stored, by the server's clock. The tick service publishes no
 * minute before it began; the rest is for a cluster, where the clock of one server says that the minute has begun, and
 * that of another stamps the message. It is one minute and no more, because then the only tick that may come too early
 * is the next one, and no minute before it goes without.
 */
const AHEAD_MS = 60_000;

/** A minute is made up for within seven days, and publishing all of them takes a while. */
const OLDEST_MS = CATCH_UP_MINUTES * 60_000 + 3_600_000;

/** What the server says of a tick: when it was stored (epoch ms), and a sequence that EVENTS has reached. */
export type TickEvidence = { storedAtMs: number; eventsEnd: number };

/** @param text the body of a message in TICKS. @returns undefined when it is no tick. */
export function readTick(text: string): Tick | undefined {
  try {
    return Tick.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/**
 * What is wrong with a tick, or undefined. A wrong one is never done: a minute far ahead would keep all later ones away,
 * one long past would remind of another year, and no projection ever passes a sequence that EVENTS does not have.
 */
export function wrongTick(
  { minute, eventsSequence }: Tick,
  { storedAtMs, eventsEnd }: TickEvidence,
): string | undefined {
  const ageMs = storedAtMs - beginOfMinuteMs(minute);
  if (ageMs < -AHEAD_MS) return `minute ${minute} had not begun when its tick was stored`;
  if (ageMs > OLDEST_MS) return `minute ${minute} was over for more than seven days when its tick was stored`;
  if (eventsSequence > eventsEnd) return `EVENTS ends at ${eventsEnd}, before ${eventsSequence} of the tick`;
  return undefined;
}
