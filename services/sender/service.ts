import { openDatabase } from '#services/platform/process/database.ts';
import { measurePools } from '#services/platform/process/pool-metrics.ts';
import type { Service } from '#services/platform/process/run-service.ts';
import { senderSettings } from './config.ts';
import { start } from './start.ts';

/** A late answer is worth less than a retry: what is due waits. */
const DATABASE_TIMEOUT_MS = 5_000;

export const senderService: Service<typeof senderSettings> = {
  name: 'sender',
  settings: senderSettings,
  async start(config, ports) {
    const database = openDatabase({
      url: config.databaseUrl,
      name: 'sender',
      max: 2,
      timeoutMs: DATABASE_TIMEOUT_MS,
      log: ports.log,
    });
    measurePools(ports.metrics, { schedules: database });
    const running = await start(config, { ...ports, database });
    return {
      async stop() {
        await running.stop();
        await database.end();
      },
    };
  },
};
