import { TAP_AFTER } from './default-mix.ts';
import { picker, seeded } from './random.ts';

const SHORTEST_MS = 2_000;
/** A later tap is moved to this: it bounds the ring. */
const LONGEST_MS = 8_000_000;
const RING = 8_192;

export type Taps = ReturnType<typeof openTaps>;

/**
 * Taps on delivered reminders that the bot has still to answer. Future taps are counted by the second, and get their
 * instants when it begins, so 32 KB hold any number of them.
 */
export function openTaps(share: number, seed: number) {
  const random = seeded(seed, 2);
  const pickDelay = picker(TAP_AFTER.map(({ weight }) => weight));
  const seconds = new Uint32Array(RING);
  let coming = 0;
  /** No future tap is in a second before this one. */
  let second = 0;
  const begun: number[] = [];

  function begin(nowMs: number): void {
    for (; coming > 0 && second * 1000 <= nowMs; second++) {
      const count = seconds[second % RING] ?? 0;
      seconds[second % RING] = 0;
      coming -= count;
      const instants = Array.from({ length: count }, () => (second + random()) * 1000);
      begun.push(...instants.sort((a, b) => a - b));
    }
  }

  return {
    /** A reminder was delivered: its button may be tapped later. */
    follow(deliveredMs: number): void {
      if (random() >= share) return;
      const meanMs = TAP_AFTER[pickDelay(random)]?.meanMs ?? 0;
      const delayMs = Math.min(LONGEST_MS, SHORTEST_MS - meanMs * Math.log(1 - random()));
      const at = Math.floor((deliveredMs + delayMs) / 1000);
      seconds[at % RING] = (seconds[at % RING] ?? 0) + 1;
      second = coming === 0 ? at : Math.min(second, at);
      coming++;
    },
    /** How many taps until now wait for their answer. */
    waiting(nowMs: number): number {
      begin(nowMs);
      let count = 0;
      while ((begun[count] ?? Number.POSITIVE_INFINITY) <= nowMs) count++;
      return count;
    },
    /** Takes the oldest tap that waits. @returns its instant. */
    take: (): number => begun.shift() ?? Number.NaN,
    /** Not later than the next tap after those that wait. */
    nextMs(nowMs: number): number {
      const next = begun.find((atMs) => atMs > nowMs);
      if (next !== undefined || coming === 0) return next ?? Number.POSITIVE_INFINITY;
      while ((seconds[second % RING] ?? 0) === 0) second++;
      return second * 1000;
    },
  };
}
