import { relative } from 'node:path';
import { z } from 'zod';
import { checkpointsOf } from '#projections/engine/checkpoints.ts';
import { newProjection } from '#projections/engine/new-projection.ts';
import { loadProjectionNamed, loadProjections } from '#projections/engine/registry.ts';
import type { Databases } from '#projections/engine/versions.ts';
import { connectNats } from '#services/platform/jetstream/connection.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import { openDatabase } from '#services/platform/process/database.ts';
import { createLog } from '#services/platform/process/log.ts';
import type { Ports } from '#services/platform/process/run-service.ts';
import { natsSettings, readSettings, setting } from '#services/platform/process/settings.ts';
import { rebuild } from '#services/projector/rebuild.ts';
import { verificationLines, verify } from '#services/projector/verify.ts';
import { operatorEnvironment } from '../local/running.ts';
import { WrongUsage } from './usage.ts';

const settings = z.object({
  ...natsSettings,
  databaseUrl: setting.databaseUrl,
  analyticsDatabaseUrl: setting.databaseUrl.optional(),
});

/** The longer the log, the longer the statements of a rebuild or verification. */
const NO_TIMEOUT = 0;

type Tools = Ports & { databases: Databases };

/** `habitstream projections new <name> | list | rebuild <name...> | verify <name...>`. Exit code 1 when verify finds a difference. */
export async function projectionsCommand([action = '', ...names]: string[]): Promise<void> {
  const actions: Record<string, (tools: Tools, name: string) => Promise<void>> = {
    list,
    rebuild: rebuildOne,
    verify: verifyOne,
  };
  if (action === 'new') return makeNew(names);
  const act = Object.hasOwn(actions, action) ? actions[action] : undefined;
  if (!act || (action !== 'list' && names.length === 0)) {
    throw new WrongUsage('Say what to do with which projection.');
  }
  await using stack = new AsyncDisposableStack();
  const tools = await openTools(stack);
  for (const name of action === 'list' ? [''] : names) await act(tools, name);
}

async function makeNew([name = '']: string[]): Promise<void> {
  const folder = await newProjection(name);
  console.log(
    `${relative(process.cwd(), folder)}: a projection that counts entries. Make it yours, then provision.`,
  );
}

async function openTools(stack: AsyncDisposableStack): Promise<Tools> {
  const {
    databaseUrl,
    analyticsDatabaseUrl = databaseUrl,
    ...login
  } = readSettings(settings, await operatorEnvironment(process.env));
  const log = createLog('projections', 'warn', process.stderr);
  const nats = await connectNats(login, 'projections');
  stack.defer(() => nats.drain());
  const database = (url: string) => {
    const pool = openDatabase({ url, name: 'projections', max: 4, log, timeoutMs: NO_TIMEOUT });
    stack.defer(() => pool.end());
    return pool;
  };
  const databases = { schedules: database(databaseUrl), analytics: database(analyticsDatabaseUrl) };
  return { nats, log, clock: systemClock, databases };
}

async function list({ databases }: Tools): Promise<void> {
  for (const { name, database } of await loadProjections()) {
    for (const { stream, version, sequence } of await checkpointsOf(databases[database], name)) {
      console.log(`${name}: version ${version}, ${stream} up to ${sequence}`);
    }
  }
}

async function rebuildOne(tools: Tools, name: string): Promise<void> {
  const { version, positions } = await rebuild(await loadProjectionNamed(name), tools);
  const reached = Object.entries(positions).map(([stream, sequence]) => `${stream} up to ${sequence}`);
  console.log(`${name}: version ${version} is in use, ${reached.join(', ')}`);
}

async function verifyOne(tools: Tools, name: string): Promise<void> {
  const result = await verify(await loadProjectionNamed(name), tools);
  for (const line of verificationLines(result)) console.log(line);
  if (!result.equal) process.exitCode = 1;
}
