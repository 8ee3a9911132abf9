import { openDatabase } from '#services/platform/process/database.ts';
import { runService } from '#services/platform/process/run-service.ts';
import { shardsSettings } from './config.ts';
import { start } from './start.ts';

await runService('shards', shardsSettings, async (config, ports) => {
  const database = openDatabase({ url: config.databaseUrl, name: 'shards', max: 6, log: ports.log });
  const running = await start(config, { ...ports, database });
  return {
    async stop() {
      await running.stop();
      await database.end();
    },
  };
});
