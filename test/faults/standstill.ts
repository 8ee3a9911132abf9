/**
 * When this process stood still: an arrival is stamped when the event loop comes to it, which is late after a
 * standstill. All instants are milliseconds of `performance.now()`.
 */
export type Standstills = {
  /** The earliest instant at which an arrival stamped `stampMs` can have come. */
  earliestMs(stampMs: number): number;
  stop(): void;
};

const BEAT_MS = 5;
const STANDSTILL_MS = 4 * BEAT_MS;

type Standstill = { fromMs: number; toMs: number };

export function watchStandstills(): Standstills {
  const found: Standstill[] = [];
  let lastMs = performance.now();
  const timer = setInterval(() => {
    const nowMs = performance.now();
    // What arrived during the standstill may be read just before this beat or just after it.
    if (nowMs - lastMs > STANDSTILL_MS) found.push({ fromMs: lastMs, toMs: nowMs + BEAT_MS });
    lastMs = nowMs;
  }, BEAT_MS);
  return {
    earliestMs: (stampMs) => earliest(found, stampMs),
    stop: () => clearInterval(timer),
  };
}

function earliest(standstills: readonly Standstill[], stampMs: number): number {
  const during = standstills.find(({ fromMs, toMs }) => fromMs <= stampMs && stampMs <= toMs);
  return during?.fromMs ?? stampMs;
}

/**
 * The most arrivals that certainly came within one second: those stamped up to the end of the second that cannot have
 * come before it.
 * @param stampsMs in ascending order
 */
export function mostWithinASecond(
  stampsMs: readonly number[],
  earliestMs: (stampMs: number) => number,
): number {
  const earliests = stampsMs.map(earliestMs);
  let first = 0;
  let most = 0;
  for (const [last, stampMs] of stampsMs.entries()) {
    while ((earliests[first] ?? 0) <= stampMs - 1000) first++;
    most = Math.max(most, last - first + 1);
  }
  return most;
}
