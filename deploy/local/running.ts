import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** The settings by which commands reach a running local environment. */
const Running = z.object({
  NATS_URL: z.string(),
  DATABASE_URL: z.string(),
  /** Without it a command would read an older copy of the analytics in the other database. */
  ANALYTICS_DATABASE_URL: z.string().optional(),
  PROJECTIONS: z.string().optional(),
  /** Without it a command would take the limits of the streams for an operator's. */
  NATS_STORE_BYTES: z.string().optional(),
});
export type Running = z.infer<typeof Running>;

const fileIn = (dataDir: string) => join(dataDir, 'running.json');

/** For commands in other terminals. The addresses of the databases have their passwords, hence the mode. */
export async function recordRunning(dataDir: string, running: Running): Promise<void> {
  await writeFile(fileIn(dataDir), `${JSON.stringify(running, undefined, 2)}\n`, { mode: 0o600 });
}

export async function forgetRunning(dataDir: string): Promise<void> {
  await rm(fileIn(dataDir), { force: true });
}

/**
 * What a command reads its settings from: where `environment` names no server, the running local environment's, if any, beneath
 * what `environment` names.
 */
export async function operatorEnvironment(environment: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
  if (environment.NATS_URL || environment.DATABASE_URL) return environment;
  const text = await readFile(fileIn(environment.DATA_DIR || '.habitstream'), 'utf8').catch(() => '');
  if (text === '') return environment;
  const named = Object.entries(environment).filter(([, value]) => value);
  return { ...Running.parse(JSON.parse(text)), ...Object.fromEntries(named) };
}
