import { openDatabase } from '#services/platform/process/database.ts';
import { measurePools } from '#services/platform/process/pool-metrics.ts';
import type { Service } from '#services/platform/process/run-service.ts';
import { shardsSettings } from './config.ts';
import { start } from './start.ts';

/** Connections: those that read what is due, and some for what all shards of the process share. */
const CONNECTIONS = 6;

export const shardsService: Service<typeof shardsSettings> = {
  name: 'shards',
  settings: shardsSettings,
  async start(config, ports) {
    const database = openDatabase({
      url: config.databaseUrl,
      name: 'shards',
      max: CONNECTIONS,
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
