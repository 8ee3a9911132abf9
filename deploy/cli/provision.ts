import { parseArgs } from 'node:util';
import { z } from 'zod';
import { createLog } from '#services/platform/process/log.ts';
import { natsSettings, readSettings, setting } from '#services/platform/process/settings.ts';
import { operatorEnvironment } from '../local/running.ts';
import { provisionEverything } from '../provision/everything.ts';

const settings = z.object({
  ...natsSettings,
  databaseUrl: setting.databaseUrl,
  analyticsDatabaseUrl: setting.databaseUrl.optional(),
  projections: setting.projections,
  shardCount: setting.shardCount,
  natsStoreBytes: setting.natsStoreBytes,
});

/** `habitstream provision [--force]`: prints what it changed. Exit code 1 when a database was away. */
export async function provisionCommand(args: string[]): Promise<void> {
  const { force } = parseArgs({ args, options: { force: { type: 'boolean' } } }).values;
  const config = readSettings(settings, await operatorEnvironment(process.env));
  const log = createLog('provision', 'warn', process.stderr);
  const print = (line: string) => console.log(line);
  const isComplete = await provisionEverything({ ...config, login: config, force, log, print });
  if (!isComplete) process.exitCode = 1;
}
