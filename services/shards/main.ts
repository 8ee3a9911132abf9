import { Pool } from 'pg';
import { runService } from '#services/runtime/process.ts';
import { shardsSettings } from './config.ts';
import { start } from './start.ts';

await runService('shards', shardsSettings, async (config, ports) => {
  const database = new Pool({
    connectionString: config.databaseUrl,
    max: 6,
    keepAlive: true,
    application_name: 'shards',
  });
  database.on('error', (error) => ports.log.warn({ err: error }, 'idle database connection lost'));
  const running = await start(config, { ...ports, database });
  return {
    async stop() {
      await running.stop();
      await database.end();
    },
  };
});
