import type { Clock } from '#services/platform/process/clock.ts';
import { MAX_PREPARATION_MS } from '#services/platform/rate-limit/slots.ts';

/** Getting messages ready for their slots: when each begins, and how many at once. */
export type Readiness = {
  /** How long before its slot a message begins. @param missed slots that it missed in a row. */
  earlyMs(missed: number): number;
  /** A message begins to get ready; undefined when the servers are too slow for one more at once. */
  begin(): ReadyTimer | undefined;
};

/** Times one message that gets ready. `ready` says that it is; `end` that it no longer gets ready, for whatever cause. */
export type ReadyTimer = { ready(): void; end(): void };

const LEAST_MS = 40;
const DEVIATIONS = 4;
const GAIN = 1 / 16;
const MOST_AT_ONCE = 64;
/** Slower than this, there are too many at once for what the servers can do. */
const SLOW_MS = 200;
const SHRINK = 0.98;

/**
 * One estimate for all messages of a sender, made as TCP makes its round-trip time (RFC 6298: a smoothed mean and four
 * mean deviations). Without it, where getting ready takes longer than was allowed for, all messages in hand miss their
 * slots together, again and again, and nothing is ever sent: each attempt costs the servers more than a send.
 */
export function openReadiness(clock: Clock): Readiness {
  let usualMs = 0;
  let deviationMs = 0;
  let atOnce = MOST_AT_ONCE;
  let inside = 0;

  function learn(ms: number): void {
    deviationMs += GAIN * (Math.abs(ms - usualMs) - deviationMs);
    usualMs += GAIN * (ms - usualMs);
    atOnce = ms > SLOW_MS ? Math.max(1, atOnce * SHRINK) : Math.min(MOST_AT_ONCE, atOnce + 1 / atOnce);
  }

  return {
    earlyMs: (missed) =>
      Math.min(MAX_PREPARATION_MS, Math.max(LEAST_MS, usualMs + DEVIATIONS * deviationMs) * 2 ** missed),
    begin() {
      if (inside >= atOnce) return undefined;
      inside++;
      const beganMs = clock.now();
      let ended = false;
      const end = () => {
        if (!ended) inside--;
        ended = true;
      };
      return {
        ready() {
          end();
          learn(clock.now() - beganMs);
        },
        // How long it takes to find Telegram or a server away says nothing of how long getting ready takes.
        end,
      };
    },
  };
}
