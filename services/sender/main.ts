import { Pool } from 'pg';
import { runService } from '../runtime/process.ts';
import { SenderConfig } from './config.ts';
import { start } from './start.ts';

const DATABASE_TIMEOUT_MS = 5_000;

await runService('sender', SenderConfig, async (config, ports) => {
  const database = new Pool({
    connectionString: config.databaseUrl,
    max: 2,
    connectionTimeoutMillis: DATABASE_TIMEOUT_MS,
    query_timeout: DATABASE_TIMEOUT_MS,
  });
  database.on('error', (error) => ports.log.warn({ err: error }, 'a database connection was lost'));
  const running = await start(config, { ...ports, database });
  return {
    async stop() {
      await running.stop();
      await database.end();
    },
  };
});
