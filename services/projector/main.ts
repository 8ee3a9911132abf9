import { openDatabase } from '#services/platform/process/database.ts';
import { runService } from '#services/platform/process/run-service.ts';
import { projectorSettings } from './config.ts';
import { start } from './start.ts';

await runService('projector', projectorSettings, async (config, ports) => {
  const { databaseUrl, analyticsDatabaseUrl = databaseUrl } = config;
  const open = (url: string) => openDatabase({ url, name: 'projector', max: 4, log: ports.log });
  const schedules = open(databaseUrl);
  const analytics = open(analyticsDatabaseUrl);
  const running = await start(config, { ...ports, schedules, analytics });
  return {
    async stop() {
      await running.stop();
      await Promise.all([schedules.end(), analytics.end()]);
    },
  };
});
