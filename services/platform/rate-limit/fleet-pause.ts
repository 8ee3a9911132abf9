import type { Clock } from '../process/clock.ts';
import type { LimiterRecord } from './limiter-record.ts';
import type { ServerTime } from './server-time.ts';
import { pause } from './slots.ts';

/** The pause of the whole fleet after a 429, as this process obeys it. */
export type FleetPause = {
  isOn(): boolean;
  /** Pauses every process for `retryAfterMs`; resolves when the others can know. */
  begin(retryAfterMs: number): Promise<void>;
};

type Parts = { time: ServerTime; record: LimiterRecord; clock: Clock };

export function fleetPause({ time, record, clock }: Parts, stopping: AbortSignal): FleetPause {
  let knownUntilMs = 0;
  let running = 0;

  /** A pause lasts as long as it was to last when this process heard of it, also when the server's clock is set meanwhile. */
  function obey(untilMs: number): void {
    const leftMs = untilMs - time.now();
    if (leftMs <= 0 || untilMs === knownUntilMs) return;
    knownUntilMs = untilMs;
    running++;
    void clock.sleep(Math.ceil(leftMs), stopping).then(() => running--);
  }

  return {
    isOn() {
      const { pausedUntilMs } = record.latest().state;
      obey(pausedUntilMs);
      return running > 0 || pausedUntilMs > time.now();
    },
    async begin(retryAfterMs) {
      const untilMs = time.now() + retryAfterMs;
      obey(untilMs);
      for (;;) {
        const kept = record.latest();
        if (await record.replace(kept, pause(kept.state, time.now(), untilMs - time.now()))) return;
        await record.read();
      }
    },
  };
}
