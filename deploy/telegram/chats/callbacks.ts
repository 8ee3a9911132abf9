import type { Clock } from '../clock.ts';

/** The taps that still wait for their answer. */
export type Callbacks = {
  /** Remembers a tap and returns its callback query id. */
  open(personId: number): string;
  /** The person who tapped, once; undefined when unknown, already answered or too old. */
  take(id: string): number | undefined;
};

/** Telegram does not publish how long a query may be answered; clients stop waiting after about this long. */
export const CALLBACK_LIFETIME_MS = 30_000;

export function createCallbacks(clock: Clock, lifetimeMs: number): Callbacks {
  const waiting = new Map<string, { personId: number; atMs: number }>();
  // Telegram's ids are decimal numbers too large for a double; starting at the time keeps restarts apart.
  let next = BigInt(Math.floor(clock.wallMs())) * 1_000_000n;

  function forgetOld(): void {
    for (const [id, { atMs }] of waiting) {
      if (clock.wallMs() - atMs <= lifetimeMs) return;
      waiting.delete(id);
    }
  }

  return {
    open(personId) {
      forgetOld();
      next += 1n;
      waiting.set(String(next), { personId, atMs: clock.wallMs() });
      return String(next);
    },
    take(id) {
      forgetOld();
      const found = waiting.get(id);
      waiting.delete(id);
      return found?.personId;
    },
  };
}
