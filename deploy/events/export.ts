import { mkdir, readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { NatsConnection } from '@nats-io/transport-node';
import type { SequenceRange } from '#projections/engine/checkpoints.ts';
import type { SourceName } from '#projections/engine/projection.ts';
import type { LogMessage } from '#projections/engine/source.ts';
import { directGet } from '#services/platform/jetstream/direct-get.ts';
import { StoresDisagree } from '#services/platform/jetstream/errors.ts';
import { openLogGuard, positionIn } from '#services/platform/jetstream/log-guard.ts';
import { lastSequence, readLog } from '#services/projector/read-log.ts';
import { erasedSince } from './erased.ts';
import type { Format } from './file-writer.ts';
import { type ExportedFile, type Manifest, readManifest, type Selection, writeManifest } from './manifest.ts';
import { OUR_FILE, openParts, PARTITION, type Parts } from './parts.ts';
import { type Row, rowOf, userIn } from './rows.ts';

export type ExportRequest = {
  stream: SourceName;
  format: Format;
  selection: Selection;
  folder: string;
  /** At most so many in a file. */
  rowsPerFile: number;
};

export type ExportPorts = {
  nats: NatsConnection;
  signal: AbortSignal;
  /** Told of each part of the log that was read. */
  onRead(sequence: number, lastSequence: number): void;
};

/** `renewed` files lost what the log has no more. */
export type ExportResult = { manifest: Manifest; newRows: number; newFiles: number; renewed: number };

/** Raised when the folder holds something else than what is asked for. The message says what to do. */
export class OtherExport extends Error {
  override name = 'OtherExport';
}

/** Messages of one request to the server. */
const BATCH = 5_000;

/**
 * Brings a folder up to the end of the log: only what is new is read. A file appears when it is whole, and then it stands in
 * the manifest: after a crash at any point the next run goes on behind the last whole one. What was erased from the log
 * since leaves the files too: they are written again.
 */
export async function exportLog(ports: ExportPorts, request: ExportRequest): Promise<ExportResult> {
  await mkdir(request.folder, { recursive: true });
  const before = await continued(ports, request);
  await removeUnfinished(request.folder, before);
  const { manifest, renewed } = await renew(ports, request, before);
  const upTo = await lastSequence(ports.nats, request.stream);
  const after = Math.max(manifest.position.sequence, await sequenceBefore(ports.nats, request));
  const found = { manifest, newRows: 0, newFiles: 0, renewed };
  for await (const file of filesOf(ports, request, { after, upTo })) {
    found.manifest = await record(ports, request, found.manifest, file);
    if (!('path' in file)) continue;
    found.newFiles++;
    found.newRows += file.rows;
  }
  return found;
}

/** What the folder holds already; an empty manifest for a new one. @throws {OtherExport} when it is of something else. */
async function continued(
  { nats }: ExportPorts,
  { stream, format, selection, folder }: ExportRequest,
): Promise<Manifest> {
  const wanted = { habitstreamExport: 1 as const, stream, format, selection };
  const manifest = await readManifest(folder);
  if (!manifest) return { ...wanted, position: await positionIn(nats, stream, 0), rows: 0, files: [] };
  const { position, rows: _rows, files: _files, ...held } = manifest;
  if (JSON.stringify(held) !== JSON.stringify(wanted))
    throw new OtherExport(
      `${folder} holds an export of other messages or in another format: its manifest says of which. Name another folder.`,
    );
  try {
    await openLogGuard(nats, { stream, projection: 'export' }).check(position, 'fresh');
  } catch (cause) {
    if (!(cause instanceof StoresDisagree)) throw cause;
    throw new OtherExport(
      `${folder} was exported from another ${stream}, or from one that was put back to an earlier state since: what it holds is not what the log has. Name another folder.`,
      { cause },
    );
  }
  return manifest;
}

/** What a run left that did not come to its end: files without a line in the manifest. */
async function removeUnfinished(folder: string, { files }: Manifest): Promise<void> {
  const whole = new Set(files.map(({ path }) => join(folder, path)));
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const isOurs = OUR_FILE.test(entry.name) && basename(entry.parentPath).startsWith(PARTITION);
    if (entry.isFile() && isOurs && !whole.has(path)) await rm(path);
  }
}

/** Everything up to it was stored before the time that is asked for. */
async function sequenceBefore(nats: NatsConnection, { stream, selection }: ExportRequest): Promise<number> {
  if (selection.since === undefined) return 0;
  const [first] = await directGet(nats, stream, { start_time: new Date(selection.since), batch: 1 });
  return (first?.seq ?? (await lastSequence(nats, stream)) + 1) - 1;
}

/** A whole file, or the end of the log: up to there nothing more is to be exported. */
type Exported = ExportedFile | { to: number };

async function record(
  { nats }: ExportPorts,
  { stream, folder }: ExportRequest,
  { files, ...manifest }: Manifest,
  exported: Exported,
): Promise<Manifest> {
  const all = 'path' in exported ? [...files, exported] : files;
  const after: Manifest = {
    ...manifest,
    position: await positionIn(nats, stream, exported.to),
    rows: sumOfRows(all),
    files: all,
  };
  await writeManifest(folder, after);
  return after;
}

/** Reads on and cuts what is selected into files. Stopped, it ends the file that it is at. */
async function* filesOf(
  ports: ExportPorts,
  request: ExportRequest,
  { after, upTo }: SequenceRange,
): AsyncGenerator<Exported> {
  const parts = openParts(request, after);
  try {
    for await (const range of readLog(ports.nats, request.stream, { after, upTo }, BATCH)) {
      for (const message of range.messages) {
        const whole = await take(request, parts, message);
        if (whole) yield whole;
      }
      ports.onRead(range.upTo, upTo);
      if (!ports.signal.aborted) continue;
      yield (await parts.end(range.upTo)) ?? { to: range.upTo };
      return;
    }
    yield (await parts.end(upTo)) ?? { to: upTo };
  } finally {
    await parts.abandon();
  }
}

/** @returns the file that is whole before the message. */
async function take(
  { stream, selection }: ExportRequest,
  parts: Parts,
  message: LogMessage,
): Promise<ExportedFile | undefined> {
  const whole = await parts.pass(message.sequence, message.storedAtMs);
  if (selection.users && !selection.users.includes(userIn(stream, message.subject) ?? '')) return whole;
  const row = rowOf(stream, message);
  if (isSelected(selection, row)) await parts.add(row);
  return whole;
}

/** Writes files again whose messages are no longer all in the log, as after a person was forgotten. */
async function renew(
  ports: ExportPorts,
  request: ExportRequest,
  before: Manifest,
): Promise<{ manifest: Manifest; renewed: number }> {
  let manifest = before;
  const stale = await erasedSince(ports.nats, request.stream, before.files);
  for (const file of stale) {
    const range = { after: file.from - 1, upTo: file.to };
    let again: Exported | undefined;
    for await (const whole of filesOf({ ...ports, signal: NEVER, onRead() {} }, request, range))
      again = whole;
    const files = manifest.files.flatMap((each) => {
      if (each.path !== file.path) return [each];
      return again && 'path' in again ? [again] : [];
    });
    manifest = { ...manifest, files, rows: sumOfRows(files) };
    await writeManifest(request.folder, manifest);
    if (again && 'path' in again) continue;
    await rm(join(request.folder, file.path));
  }
  return { manifest, renewed: stale.length };
}

/** What was erased is to be gone, also when the rest is stopped. */
const NEVER = new AbortController().signal;

const sumOfRows = (files: readonly ExportedFile[]): number => files.reduce((sum, { rows }) => sum + rows, 0);

function isSelected({ types, since, until }: Selection, { type, storedAtMs }: Row): boolean {
  if (types && !types.includes(type ?? '')) return false;
  if (since !== undefined && storedAtMs < Date.parse(since)) return false;
  return until === undefined || storedAtMs < Date.parse(until);
}
