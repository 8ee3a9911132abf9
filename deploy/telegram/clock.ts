/** Where the simulator reads time: `wallMs` is Unix milliseconds, `monotonicMs` never jumps and may be fractional. */
export type Clock = { wallMs(): number; monotonicMs(): number };

/** The machine's clock, or one given by a test that then stands for both readings. */
export function createClock(now?: () => number): Clock {
  if (now) return { wallMs: now, monotonicMs: now };
  return { wallMs: () => Date.now(), monotonicMs: () => performance.now() };
}

/** Telegram's dates are whole Unix seconds. */
export function telegramDate(clock: Clock): number {
  return Math.floor(clock.wallMs() / 1000);
}
