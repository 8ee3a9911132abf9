import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { NatsConnection } from '@nats-io/transport-node';
import { z } from 'zod';
import { eventCatalogue } from '#contracts/events.ts';
import { UserId } from '#contracts/ids.ts';
import { DeliveryOutcome } from '#contracts/messages.ts';
import { Instant } from '#contracts/time.ts';
import { connectNats, verifyProvisioned } from '#services/platform/jetstream/connection.ts';
import { natsSettings, readSettings } from '#services/platform/process/settings.ts';
import {
  type ExportPorts,
  type ExportRequest,
  type ExportResult,
  exportLog,
  OtherExport,
} from '../events/export.ts';
import { FORMATS } from '../events/file-writer.ts';
import { messagesOf, shownJson, shownLine } from '../events/show.ts';
import { claimData, releaseData } from '../local/data-claim.ts';
import { operatorEnvironment } from '../local/running.ts';
import { StartupProblem } from '../local/startup-problem.ts';
import { interruption } from './interruption.ts';
import { counted, duration, progressLine } from './progress.ts';
import { WrongUsage, wrongOptions } from './usage.ts';

const settings = z.object(natsSettings);
type Action = (nats: NatsConnection) => Promise<void>;

/** `habitstream events export | show`: the log for other tools, and one person's part of it for people. */
export async function eventsCommand([action, ...args]: string[]): Promise<void> {
  const act = action === 'export' ? exportAction(args) : action === 'show' ? showAction(args) : undefined;
  if (!act) throw new WrongUsage('Say what to do with the events: export or show them.');
  const login = readSettings(settings, await operatorEnvironment(process.env));
  const nats = await connectNats(login, 'events');
  try {
    await verifyProvisioned(nats);
    await act(nats);
  } finally {
    await nats.close();
  }
}

function showAction(args: string[]): Action {
  const options = { json: { type: 'boolean' } } as const;
  const { positionals, values } = parseArgs({ args, options, allowPositionals: true });
  const userId = UserId.safeParse(positionals[0]);
  if (!userId.success || positionals.length > 1)
    throw new WrongUsage('Say whose events, by their Telegram id.');
  return async (nats) => {
    // `| head` closes the pipe when it has seen enough.
    process.stdout.once('error', () => process.exit(1));
    const messages = await messagesOf(nats, userId.data);
    for (const message of messages) console.log(values.json ? shownJson(message) : shownLine(message));
    if (!values.json) console.log(`${counted(messages.length)} messages of ${userId.data}`);
  };
}

const list = z.string().transform((text) => text.split(','));
const DateOrInstant = z.union([z.iso.date().transform((on) => `${on}T00:00:00Z`), Instant]);
const TYPES = { events: Object.keys(eventCatalogue), deliveries: DeliveryOutcome.options } as const;

const Options = z.object({
  to: z.string().min(1),
  format: z.enum(FORMATS).default('parquet'),
  stream: z.enum(['events', 'deliveries']).optional(),
  type: list.optional(),
  user: list.pipe(z.array(UserId)).optional(),
  since: DateOrInstant.optional(),
  until: DateOrInstant.optional(),
  /** Enough for a good compression, and little to do again after a crash. */
  'rows-per-file': z.coerce.number().int().min(1).max(10_000_000).default(250_000),
});

function exportAction(args: string[]): Action {
  const requests = readRequests(args);
  return async (nats) => {
    using interrupted = interruption();
    const { signal } = interrupted;
    for (const request of requests) await exportOne({ nats, signal }, request);
    if (signal.aborted) process.exitCode = 130;
  };
}

/** At most one run writes into a folder. Prints what it brought. */
async function exportOne(ports: Pick<ExportPorts, 'nats' | 'signal'>, request: ExportRequest): Promise<void> {
  const { stream, folder } = request;
  const startedMs = performance.now();
  const progress = progressLine(`of the sequences of ${stream} read`);
  await mkdir(folder, { recursive: true });
  const claim = join(folder, '_export.lock');
  await claimData(claim, 'The export into this folder');
  try {
    const result = await exportLog({ ...ports, onRead: (done, total) => progress.at(done, total) }, request);
    progress.end();
    console.log(summary(request, result, (performance.now() - startedMs) / 1000));
  } catch (error) {
    if (error instanceof OtherExport) throw new StartupProblem(error.message, { cause: error });
    throw error;
  } finally {
    await releaseData(claim);
  }
}

function summary({ stream, folder }: ExportRequest, result: ExportResult, seconds: number): string {
  const { manifest, newRows, newFiles, renewed } = result;
  const unreadable = manifest.files.reduce((sum, file) => sum + file.unreadable, 0);
  return [
    `${folder}: ${stream} up to ${manifest.position.sequence}, ${counted(manifest.rows)} rows in ${counted(manifest.files.length)} files`,
    `${counted(newRows)} new ones in ${counted(newFiles)} files, ${duration(seconds)}`,
    ...(renewed > 0 ? [`${counted(renewed)} files written again without what was erased`] : []),
    ...(unreadable > 0
      ? [`${counted(unreadable)} messages could not be read: column "problem" says why`]
      : []),
  ].join('; ');
}

/** One for each stream: a folder of its own in `--to`. */
function readRequests(args: string[]): ExportRequest[] {
  const text = { type: 'string' } as const;
  const options = {
    to: text,
    format: text,
    stream: text,
    type: text,
    user: text,
    since: text,
    until: text,
    'rows-per-file': text,
  };
  const { values } = parseArgs({ args, options });
  const read = Options.safeParse(values);
  if (!read.success) throw wrongOptions(read.error);
  const {
    to,
    format,
    stream,
    type: types,
    user: users,
    since,
    until,
    'rows-per-file': rowsPerFile,
  } = read.data;
  if (types && !stream) throw new WrongUsage('--type needs a --stream: events or deliveries.');
  const unknown =
    types?.filter((type) => stream && !(TYPES[stream] as readonly string[]).includes(type)) ?? [];
  if (unknown.length > 0) throw new WrongUsage(`--type: there is no ${unknown.join(', ')} among ${stream}.`);
  const selection = {
    ...(types && { types }),
    ...(users && { users }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
  };
  return (stream ? [stream] : (['events', 'deliveries'] as const)).map((name) => ({
    ...{ format, selection, rowsPerFile, folder: join(to, name) },
    stream: name === 'events' ? 'EVENTS' : 'DELIVERIES',
  }));
}
