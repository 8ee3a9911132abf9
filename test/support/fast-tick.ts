import { z } from 'zod';
import { type Clock, systemClock } from '#services/platform/process/clock.ts';
import { runService, type Service } from '#services/platform/process/run-service.ts';
import { processSettings } from '#services/platform/process/settings.ts';
import { eventsHead } from '#services/tick/events-head.ts';
import { start } from '#services/tick/start.ts';

/*
 * The tick service as a process of its own, on a virtual clock: it showed `virtualStartMs` when the real one showed
 * `realStartMs`, and runs `speed` times as fast.
 */

const SHORTEST_SLEEP_MS = 60;

const settings = z.object({
  ...processSettings,
  virtualStartMs: z.coerce.number(),
  realStartMs: z.coerce.number(),
  speed: z.coerce.number().positive(),
});

const fastTick: Service<typeof settings> = {
  name: 'tick',
  settings,
  async start({ virtualStartMs, realStartMs, speed }, { nats, log }) {
    const virtual = (realMs: number) => virtualStartMs + (realMs - realStartMs) * speed;
    const clock: Clock = {
      now: () => virtual(systemClock.now()),
      // The tick service looks every five seconds of its clock: at 50 requests a second it would only load the machine.
      sleep: (ms, signal) => systemClock.sleep(Math.max(SHORTEST_SLEEP_MS, ms / speed), signal),
    };
    const real = eventsHead(nats);
    const head = async () => {
      const { eventsSequence, nowMs } = await real();
      return { eventsSequence, nowMs: virtual(nowMs) };
    };
    return start({}, { nats, log, clock, head });
  },
};

await runService(fastTick);
