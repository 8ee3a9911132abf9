import { Pool } from 'pg';
import { type Ports, runService } from '#services/runtime/process.ts';
import { type ProjectorConfig, projectorSettings } from './config.ts';
import { start } from './start.ts';

await runService('projector', projectorSettings, async (config, ports) => {
  const schedules = openPool(config.databaseUrl, ports);
  const analytics = openPool(config.analyticsDatabaseUrl ?? config.databaseUrl, ports);
  const running = await start(config, { ...ports, schedules, analytics });
  return {
    async stop() {
      await running.stop();
      await Promise.all([schedules.end(), analytics.end()]);
    },
  };
});

function openPool(connectionString: ProjectorConfig['databaseUrl'], { log }: Ports): Pool {
  const pool = new Pool({ connectionString, max: 4, keepAlive: true, application_name: 'projector' });
  pool.on('error', (error) => log.warn({ err: error }, 'idle database connection lost'));
  return pool;
}
