import type { Clock } from '../process/clock.ts';
import type { FleetPause } from './fleet-pause.ts';
import type { News } from './read-arrived.ts';
import type { ServerTime } from './server-time.ts';

/**
 * A slot used later than this is thrown away: after a SIGSTOP or a long pause of the event loop, what piled up would
 * leave as a burst. What this process may be wrong by about the server's time is taken off. So at most
 * `rate * (1 + 0.03) + 1` messages leave in any sliding second: 29 at 28 a second, 979 at 950. The rest of Telegram's 30
 * and 1000 is for what the way there adds. Without such hiccups it is `rate` and one fencepost.
 */
export const LATENESS_ALLOWED_MS = 30;
/** A slot that has come to lie further ahead by this was booked before the server's clock was set back. */
const SET_BACK_MS = 100;

/** Waits for the instants of booked slots, and decides whether a slot may still be used. */
export type SlotTiming = {
  /** @returns false when the clock was set back meanwhile: then the instant is further ahead than it was. */
  reach(instantMs: number, signal?: AbortSignal): Promise<boolean>;
  /** Waits for a slot's instant. @returns whether a message may leave now, to `chatId` if it is for one. */
  begin(slotMs: number, earlyMs: number, chatId?: string): Promise<boolean>;
  /** Whether a slot that was begun may be used in this instant. */
  holds(slotMs: number, chatId?: string): boolean;
};

type Parts = {
  time: ServerTime;
  clock: Clock;
  pause: FleetPause;
  news: News;
  onMissed(): void;
};

export function slotTiming(parts: Parts, stopping: AbortSignal): SlotTiming {
  const { time, clock, pause, news, onMissed } = parts;

  async function reach(instantMs: number, signal?: AbortSignal): Promise<boolean> {
    for (let left = instantMs - time.now(); left > 0 && !signal?.aborted; left = instantMs - time.now()) {
      await clock.sleep(Math.ceil(left), signal);
      if (instantMs - time.now() > SET_BACK_MS) return false;
    }
    return true;
  }

  function isInTime(slotMs: number): boolean {
    // Half of it stays even where the server is far away: otherwise nothing would ever be sent.
    const allowedMs = LATENESS_ALLOWED_MS - Math.min(time.errorMs(), LATENESS_ALLOWED_MS / 2);
    return time.trusted() && time.now() - slotMs <= allowedMs;
  }

  function isUsable(isTimely: boolean, chatId?: string): boolean {
    if (stopping.aborted || pause.isOn(chatId)) return false;
    if (!isTimely) onMissed();
    return isTimely;
  }

  return {
    reach,
    async begin(slotMs, earlyMs, chatId) {
      const isNear = slotMs - time.now() <= earlyMs + SET_BACK_MS;
      news.prepare();
      const isReached = isNear && (await reach(slotMs, stopping));
      if (isReached && isInTime(slotMs)) await news.read();
      return isUsable(isReached && isInTime(slotMs), chatId);
    },
    holds: (slotMs, chatId) => isUsable(isInTime(slotMs), chatId),
  };
}
