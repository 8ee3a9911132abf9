import { chmod } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { resolveNatsServer } from '#deploy/local/nats-binary.ts';
import { startPostgres } from '#deploy/local/postgres.ts';
import { makeRunFolder } from './run-folder.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The one temporary folder of this run. */
    runFolder: string;
    /** URL of the maintenance database of the run's one Postgres, beside which test files create their own. */
    postgresUrl: string;
    natsServerBinary: string;
  }
}

/** Kept between runs, so that nats-server is fetched once. */
const CACHE = fileURLToPath(new URL('../../node_modules/.cache/habitstream', import.meta.url));
const ENDING_SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/**
 * Starts what all test files share. All of it ends with the run: by teardown, by signal or, after a kill, by a deadman.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await makeRunFolder();
  try {
    const log = (line: string) => console.error(line);
    project.provide('runFolder', folder.path);
    const binary = await resolveNatsServer({ dataDir: CACHE, log });
    if (binary.startsWith(CACHE)) await letOthersRun(binary);
    project.provide('natsServerBinary', binary);
    const dataDir = `${folder.path}/postgres`;
    const postgres = await startPostgres({ dataDir, port: 0, database: 'postgres', ephemeral: true });
    project.provide('postgresUrl', postgres.url);
    return onEnd(async () => {
      await postgres.stop();
      await folder.remove();
    });
  } catch (error) {
    await folder.remove();
    throw error;
  }
}

/** A data folder is for its owner alone; tests also start what is in this one as another user. */
async function letOthersRun(binary: string): Promise<void> {
  for (const path of [CACHE, dirname(binary), binary]) await chmod(path, 0o755);
}

/** Vitest skips teardown at Ctrl-C, so the signals do it too. */
function onEnd(teardown: () => Promise<void>): () => Promise<void> {
  let ending: Promise<void> | undefined;
  const once = () => {
    ending ??= teardown();
    return ending;
  };
  for (const [signal, code] of Object.entries(ENDING_SIGNALS)) {
    process.once(signal, () => once().finally(() => process.exit(code)));
  }
  return once;
}
