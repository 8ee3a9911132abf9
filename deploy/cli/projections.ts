import { relative } from 'node:path';
import { parseArgs } from 'node:util';
import { jetstreamManager } from '@nats-io/jetstream';
import { z } from 'zod';
import { dropProjection, dropUnusedVersions, NotDropped } from '#projections/engine/leftovers.ts';
import { newProjection } from '#projections/engine/new-projection.ts';
import { projectionConsumer } from '#projections/engine/projection.ts';
import { loadProjectionNamed, loadProjections } from '#projections/engine/registry.ts';
import type { Databases } from '#projections/engine/versions.ts';
import { connectNats } from '#services/platform/jetstream/connection.ts';
import { isConsumerMissing } from '#services/platform/jetstream/errors.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import { openDatabase } from '#services/platform/process/database.ts';
import { createLog } from '#services/platform/process/log.ts';
import type { Ports } from '#services/platform/process/run-service.ts';
import { databaseSettings, natsSettings, readSettings } from '#services/platform/process/settings.ts';
import { endsOf } from '#services/projector/level.ts';
import { withPatience } from '#services/projector/patience.ts';
import { rebuild } from '#services/projector/rebuild.ts';
import { statusOf } from '#services/projector/status.ts';
import { verificationLines, verify } from '#services/projector/verify.ts';
import { operatorEnvironment } from '../local/running.ts';
import { interruption } from './interruption.ts';
import { counted, progressLine } from './progress.ts';
import { statusLines } from './projections/print.ts';
import { WrongUsage } from './usage.ts';

const settings = z.object({
  ...natsSettings,
  ...databaseSettings,
});

/** The longer the log, the longer the statements of a rebuild or verification. */
const NO_TIMEOUT = 0;

type Tools = Ports & { databases: Databases; signal: AbortSignal };
type Options = { json: boolean; dryRun: boolean };
type Action = { named: boolean; run(tools: Tools, name: string, options: Options): Promise<void> };

const actions: Record<string, Action> = {
  status: { named: false, run: (tools, _, options) => status(tools, options) },
  list: { named: false, run: (tools, _, options) => status(tools, options) },
  cleanup: { named: false, run: (tools, _, options) => cleanup(tools, options) },
  drop: { named: true, run: drop },
  rebuild: { named: true, run: rebuildOne },
  verify: { named: true, run: verifyOne },
};

/**
 * `habitstream projections new <name> | status [--json] | rebuild <name...> | verify <name...> | cleanup [--dry-run] |
 * drop <name...>`. Exit code 1 when verify finds a difference, or status what does not move by itself; 130 after Ctrl-C.
 */
export async function projectionsCommand([action = '', ...args]: string[]): Promise<void> {
  const { names, ...options } = readOptions(args);
  if (action === 'new') return makeNew(names);
  const act = Object.hasOwn(actions, action) ? actions[action] : undefined;
  if (!act || act.named !== names.length > 0) throw new WrongUsage('Say what to do with which projection.');
  await using stack = new AsyncDisposableStack();
  const { signal } = stack.use(interruption());
  const tools = { ...(await openTools(stack)), signal };
  for (const name of act.named ? names : ['']) {
    await act.run(tools, name, options).catch((error: unknown) => {
      if (!signal.aborted) throw error;
      console.error(`Stopped: ${name} stays as it is. The same command goes on from here.`);
      process.exitCode = 130;
    });
    if (signal.aborted) return;
  }
}

function readOptions(args: string[]): Options & { names: string[] } {
  const options = { json: { type: 'boolean' }, 'dry-run': { type: 'boolean' } } as const;
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  return { names: positionals, json: values.json === true, dryRun: values['dry-run'] === true };
}

async function makeNew([name = '']: string[]): Promise<void> {
  const folder = await newProjection(name);
  console.log(
    `${relative(process.cwd(), folder)}: a projection that counts entries. Make it yours, then provision.`,
  );
}

async function openTools(stack: AsyncDisposableStack): Promise<Omit<Tools, 'signal'>> {
  const {
    databaseUrl,
    analyticsDatabaseUrl = databaseUrl,
    ...login
  } = readSettings(settings, await operatorEnvironment(process.env));
  const log = createLog('projections', 'warn', process.stderr);
  const nats = await connectNats(login, 'projections');
  // Nothing is under way then, and draining would wait for a server that is away.
  stack.defer(() => nats.close());
  const database = (url: string) => {
    const pool = openDatabase({ url, name: 'projections', max: 4, log, timeoutMs: NO_TIMEOUT });
    stack.defer(() => pool.end());
    return pool;
  };
  const databases = { schedules: database(databaseUrl), analytics: database(analyticsDatabaseUrl) };
  return { nats, log, clock: systemClock, databases };
}

async function status(tools: Tools, { json }: Options): Promise<void> {
  const found = await statusOf(tools, await loadProjections());
  for (const line of json ? [JSON.stringify(found)] : statusLines(found)) console.log(line);
  if (found.projections.some(({ state }) => state !== 'in use' && state !== 'off')) process.exitCode = 1;
}

async function cleanup(tools: Tools, { dryRun }: Options): Promise<void> {
  const { leftovers } = await statusOf(tools, await loadProjections());
  const { consumers } = await jetstreamManager(tools.nats, { checkAPI: false });
  const said = dryRun ? 'would be removed' : 'removed';
  for (const { name, database, schemas } of leftovers.schemas) {
    if (!dryRun) await dropUnusedVersions(tools.databases[database], name);
    for (const schema of schemas) console.log(`schema ${schema}: ${said}`);
  }
  for (const consumer of leftovers.consumers) {
    const [stream = '', name = ''] = consumer.split('/');
    if (!dryRun) await consumers.delete(stream, name);
    console.log(`consumer ${consumer}: ${said}`);
  }
  if (leftovers.schemas.length + leftovers.consumers.length === 0) console.log('Nothing is left over.');
}

async function drop(tools: Tools, name: string): Promise<void> {
  const { projections } = await statusOf(tools, await loadProjections());
  const found = projections.find((each) => each.name === name);
  if (found?.state !== 'removed')
    throw new NotDropped(
      found ? `${name} has a folder: remove that first` : `there are no tables of a projection "${name}"`,
    );
  await dropProjection(tools.databases[found.database], name);
  const { consumers } = await jetstreamManager(tools.nats, { checkAPI: false });
  for (const { stream } of found.sources)
    await consumers.delete(stream, projectionConsumer(name, stream)).catch((error: unknown) => {
      if (!isConsumerMissing(error)) throw error;
    });
  console.log(`${name}: dropped`);
}

const saysAway = (name: string) => (why: string) =>
  console.error(`${name}: NATS or Postgres is away (${why}), waiting for it`);

async function rebuildOne(tools: Tools, name: string): Promise<void> {
  const projection = await loadProjectionNamed(name);
  const progress = progressLine(`messages of ${name}`);
  let kept = 0;
  const { version, positions } = await rebuild(projection, {
    ...tools,
    onBegin(building, messages) {
      kept = messages;
      if (kept > 0)
        console.error(`${name}: goes on with version ${building}, which has ${counted(kept)} messages`);
    },
    onProgress: (done, total) => progress.at(done - kept, total - kept),
    onAway: saysAway(name),
  });
  progress.end();
  const reached = Object.entries(positions).map(([stream, sequence]) => `${stream} up to ${sequence}`);
  console.log(`${name}: version ${version} is in use, ${reached.join(', ')}`);
  for (const [stream, end] of await endsOf(tools, projection))
    if ((positions[stream] ?? 0) < end)
      console.log(`${name}: ${stream} goes on to ${end}, which is left to the projector`);
}

async function verifyOne(tools: Tools, name: string): Promise<void> {
  const projection = await loadProjectionNamed(name);
  const patience = { ...tools, onAway: saysAway(name) };
  const result = await withPatience(patience, () => verify(projection, tools));
  for (const line of verificationLines(result)) console.log(line);
  if (!result.equal) process.exitCode = 1;
}
