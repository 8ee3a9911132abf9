/**
 * Since when an arrival may have waited to be noticed: it is stamped when the event loop comes to it, which is late when the
 * process has much to do or does not get the processor. All instants are milliseconds of `performance.now()`.
 */
export type Standstills = {
  /** The earliest instant at which an arrival that is stamped `stampMs`, now, can have come. */
  earliestMs(stampMs: number): number;
  stop(): void;
};

const BEAT_MS = 5;
/**
 * The loop beats before it looks into its sockets, so what it finds there came after the look before, and that was after the
 * beat before the last one. A new connection takes one look, and its first request another.
 */
const BEATS_KEPT = 3;
/** As long as beats come in time an arrival is stamped in time. */
const IN_TIME_MS = 2 * BEATS_KEPT * BEAT_MS;

export function watchStandstills(): Standstills {
  const beatsMs = Array.from({ length: BEATS_KEPT }, () => performance.now());
  const timer = setInterval(() => {
    beatsMs.push(performance.now());
    beatsMs.shift();
  }, BEAT_MS);
  timer.unref();
  return {
    earliestMs(stampMs) {
      const [lookedMs = stampMs] = beatsMs;
      return stampMs - lookedMs > IN_TIME_MS ? lookedMs : stampMs;
    },
    stop: () => clearInterval(timer),
  };
}
