import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { JetStreamApiError } from '@nats-io/jetstream';
import { type NatsConnection, PermissionViolationError } from '@nats-io/transport-node';
import { z } from 'zod';
import { connectNats, verifyProvisioned } from '#services/platform/jetstream/connection.ts';
import { isUnavailable } from '#services/platform/jetstream/errors.ts';
import { openDatabase } from '#services/platform/process/database.ts';
import { createLog } from '#services/platform/process/log.ts';
import { natsSettings, readSettings, setting } from '#services/platform/process/settings.ts';
import { createBackup } from '../backup/create.ts';
import { forgetAgain } from '../backup/forgotten.ts';
import type { Manifest } from '../backup/manifest.ts';
import { BackupRefused } from '../backup/refused.ts';
import { restoreBackup } from '../backup/restore.ts';
import { verifyBackup } from '../backup/verify.ts';
import { operatorEnvironment } from '../local/running.ts';
import { RESTORER } from '../nats/permissions.ts';
import { interruption } from './interruption.ts';
import { counted, duration, type ProgressLine, progressLine } from './progress.ts';
import { WrongUsage } from './usage.ts';

const createSettings = z.object(natsSettings);
const restoreSettings = z.object({
  ...natsSettings,
  natsReplicas: setting.natsReplicas,
  databaseUrl: setting.databaseUrl.optional(),
  tombstoneKey: setting.tombstoneKey.optional(),
});
type RestoreSettings = z.infer<typeof restoreSettings>;

type Options = { folder: string; replace: boolean };
const actions: Record<string, (options: Options) => Promise<void>> = { create, verify, restore };

/** `habitstream backup create | verify | restore <folder>`. */
export async function backupCommand([name = '', ...args]: string[]): Promise<void> {
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
  const { values, positionals } = parseArgs({
    args,
    options: { replace: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const [folder] = positionals;
  if (!action || folder === undefined || positionals.length > 1 || (values.replace && name !== 'restore'))
    throw new WrongUsage('Say what to do with which backup: create, verify or restore a folder.');
  await action({ folder: resolve(folder), replace: values.replace });
}

async function create({ folder }: Options): Promise<void> {
  const login = readSettings(createSettings, await operatorEnvironment(process.env));
  const progress = progressLines();
  const startedMs = performance.now();
  await withNats('backup', login, async (nats, signal) => {
    await verifyProvisioned(nats);
    const onBytes = (stream: string, bytes: number) => progress.of(stream).at(bytes);
    const version = process.env.npm_package_version ?? 'unknown';
    print(await createBackup({ nats, version, signal, onBytes }, folder));
  });
  console.log(`${folder}: whole, ${duration((performance.now() - startedMs) / 1000)}`);
}

async function verify({ folder }: Options): Promise<void> {
  print(await verifyBackup(folder));
  console.log(`${folder}: whole`);
}

async function restore({ folder, replace }: Options): Promise<void> {
  const settings = readSettings(restoreSettings, await operatorEnvironment(process.env));
  const { natsReplicas: replicas, databaseUrl: _, tombstoneKey: __, ...login } = settings;
  const progress = progressLines();
  await withNats(RESTORER, login, async (nats, signal) => {
    const onBytes = (stream: string, bytes: number, total: number) => progress.of(stream).at(bytes, total);
    const { streams } = await restoreBackup(
      {
        ...{ nats, signal, onBytes },
        onStream: ({ name, lastSequence }, what) =>
          console.log(`${name.padEnd(11)} ${what}, up to ${lastSequence}`),
      },
      { folder, replace, replicas },
    );
    await forgetAgainOrSay(nats, settings);
    const end = streams.find(({ name }) => name === 'EVENTS');
    console.log(`Restored: all events until ${end?.lastStoredAt}.\n${NEXT}`);
  });
}

const NEXT = `Next, before anything else is started:
  npm run habitstream -- provision                     # what is beside these streams
  npm run habitstream -- projections rebuild <name...> # each that Postgres has; of an empty one the projector makes them
  npm run start:projector, npm run start:forgetting    # forget again who was forgotten; then the others`;

async function forgetAgainOrSay(nats: NatsConnection, settings: RestoreSettings): Promise<void> {
  const { databaseUrl: url, tombstoneKey } = settings;
  if (url === undefined || tombstoneKey === undefined) {
    console.log(
      'Without TOMBSTONE_KEY and DATABASE_URL it is not known who was forgotten: start forgetting before the bot, which then is told.',
    );
    return;
  }
  const database = openDatabase({
    url,
    name: 'backup',
    max: 1,
    log: createLog('backup', 'warn', process.stderr),
  });
  try {
    const people = await forgetAgain(nats, database, tombstoneKey);
    console.log(`${counted(people)} people who were forgotten are to be forgotten again.`);
  } finally {
    await database.end();
  }
}

/**
 * Ctrl-C ends the work between two parts, and the exit code says so.
 * @param name under which answers come: each user hears its own.
 */
async function withNats(
  name: string,
  login: z.infer<typeof createSettings>,
  work: (nats: NatsConnection, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  using interrupted = interruption(new BackupRefused('Stopped before the end: run it again.'));
  const nats = await connectNats(login, name);
  try {
    await work(nats, interrupted.signal);
  } catch (error) {
    throw explained(error);
  } finally {
    await nats.close();
  }
}

function explained(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if (error instanceof PermissionViolationError || error.cause instanceof PermissionViolationError)
    return new BackupRefused(
      `This user of NATS may not do that (${error.message}): deploy/backup/README.md says who may.`,
      { cause: error },
    );
  if (error instanceof JetStreamApiError)
    return new BackupRefused(`nats-server refuses: ${error.message}. What is restored stays; run it again.`, {
      cause: error,
    });
  if (isUnavailable(error)) return new BackupRefused(error.message, { cause: error });
  return error;
}

function print({ streams, startedAt, endedAt, versions }: Manifest): void {
  for (const { name, messages, lastSequence, files } of streams) {
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    const mebibytes = (bytes / 1024 ** 2).toFixed(1).padStart(10);
    console.log(
      `${name.padEnd(11)} ${counted(messages).padStart(14)} messages up to ${lastSequence}, ${mebibytes} MiB`,
    );
  }
  console.log(`from ${startedAt} to ${endedAt}, nats-server ${versions.natsServer}`);
}

/** A line of progress for one stream after the other. */
function progressLines(): { of(stream: string): ProgressLine } {
  let current: { stream: string; line: ProgressLine } | undefined;
  return {
    of(stream) {
      if (current?.stream !== stream) {
        current?.line.end();
        current = { stream, line: progressLine(`bytes of ${stream}`) };
      }
      return current.line;
    },
  };
}
