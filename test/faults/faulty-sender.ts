import { z } from 'zod';
import { type Clock, systemClock } from '#services/platform/process/clock.ts';
import { openDatabase } from '#services/platform/process/database.ts';
import { runService, type Service } from '#services/platform/process/run-service.ts';
import { senderSettings } from '#services/sender/config.ts';
import { start } from '#services/sender/start.ts';

/*
 * The sender as a process of its own that dies at a step of its first reminder to get there, or whose waits for Telegram are
 * `speed` times as short. It shares no event loop with what watches it: a slot would be missed there for others' work.
 */

/** Shorter waits are for slots, by the server's clock, which cannot be hurried; longer ones are for Telegram. */
const LONG_MS = 1_000;

const settings = senderSettings.safeExtend({
  diesAt: z.string().optional(),
  speed: z.coerce.number().positive().default(1),
});

const faultySender: Service<typeof settings> = {
  name: 'sender',
  settings,
  async start({ diesAt, speed, ...config }, ports) {
    const database = openDatabase({ url: config.databaseUrl, name: 'sender', max: 2, log: ports.log });
    const clock: Clock = {
      now: systemClock.now,
      sleep: (ms, signal) => systemClock.sleep(ms < LONG_MS ? ms : ms / speed, signal),
    };
    const running = await start(config, {
      ...{ ...ports, clock, database },
      async probe(reached) {
        if (reached === diesAt) process.kill(process.pid, 'SIGKILL');
      },
    });
    return {
      async stop() {
        await running.stop();
        await database.end();
      },
    };
  },
};

await runService(faultySender);
