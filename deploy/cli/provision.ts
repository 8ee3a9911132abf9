import { parseArgs } from 'node:util';
import { z } from 'zod';
import { createLog } from '#services/platform/process/log.ts';
import {
  databaseSettings,
  natsSettings,
  readSettings,
  setting,
} from '#services/platform/process/settings.ts';
import { operatorEnvironment } from '../local/running.ts';
import { checkEverything, provisionEverything } from '../provision/everything.ts';

const settings = z.object({
  ...natsSettings,
  ...databaseSettings,
  projections: setting.projections,
  shardCount: setting.shardCount,
  natsStoreBytes: setting.natsStoreBytes,
  natsReplicas: setting.natsReplicas,
});

const flags = { force: { type: 'boolean' }, check: { type: 'boolean' } } as const;
/** For pipelines: what a check found. */
const EXIT_CODES = { equal: 0, drift: 1, refused: 2 } as const;

/**
 * `habitstream provision [--force | --check]`: prints what it changed, or would change. Exit code 1 when a database was away, or a
 * check found something to change; 2 when that would be refused.
 */
export async function provisionCommand(args: string[]): Promise<void> {
  const { force, check } = parseArgs({ args, options: flags }).values;
  const config = readSettings(settings, await operatorEnvironment(process.env));
  const log = createLog('provision', 'warn', process.stderr);
  const { natsReplicas: replicas } = config;
  const options = { ...config, login: config, replicas, log, print: (line: string) => console.log(line) };
  if (check) process.exitCode = EXIT_CODES[await checkEverything(options)];
  else if (!(await provisionEverything({ ...options, force }))) process.exitCode = 1;
}
