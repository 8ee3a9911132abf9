import { openDatabase } from '#services/platform/process/database.ts';
import { measurePools } from '#services/platform/process/pool-metrics.ts';
import type { Service } from '#services/platform/process/run-service.ts';
import { projectorSettings } from './config.ts';
import { start } from './start.ts';

export const projectorService: Service<typeof projectorSettings> = {
  name: 'projector',
  settings: projectorSettings,
  async start(config, ports) {
    const { databaseUrl, analyticsDatabaseUrl = databaseUrl } = config;
    const open = (url: string) => openDatabase({ url, name: 'projector', max: 4, log: ports.log });
    const schedules = open(databaseUrl);
    const analytics = open(analyticsDatabaseUrl);
    measurePools(ports.metrics, { schedules, analytics });
    const running = await start(config, { ...ports, schedules, analytics });
    return {
      async stop() {
        await running.stop();
        await Promise.all([schedules.end(), analytics.end()]);
      },
    };
  },
};
