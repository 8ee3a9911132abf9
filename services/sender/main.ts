import { openDatabase } from '#services/platform/process/database.ts';
import { runService } from '#services/platform/process/run-service.ts';
import { SenderConfig } from './config.ts';
import { start } from './start.ts';

/** A late answer is worth less than a retry: what is due waits. */
const DATABASE_TIMEOUT_MS = 5_000;

await runService('sender', SenderConfig, async (config, ports) => {
  const database = openDatabase({
    url: config.databaseUrl,
    name: 'sender',
    max: 2,
    timeoutMs: DATABASE_TIMEOUT_MS,
    log: ports.log,
  });
  const running = await start(config, { ...ports, database });
  return {
    async stop() {
      await running.stop();
      await database.end();
    },
  };
});
