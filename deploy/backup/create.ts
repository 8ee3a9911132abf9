import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { NatsConnection } from '@nats-io/transport-node';
import { LOG_ID } from '#contracts/logs.ts';
import { isUnavailable } from '#services/platform/jetstream/errors.ts';
import { fingerprintOf, sync } from '../events/file-writer.ts';
import { BACKED_UP, type BackedUpStream } from './contents.ts';
import { archiveName, type BackedUp, MANIFEST, Manifest, META_FILE, writeDurably } from './manifest.ts';
import { BackupRefused } from './refused.ts';
import { takeSnapshot } from './snapshot.ts';

export type CreatePorts = {
  nats: NatsConnection;
  /** Ours, for the manifest. */
  version: string;
  signal: AbortSignal;
  /** Told of the bytes of a stream's archive so far. */
  onBytes(stream: string, bytes: number): void;
};

/** A snapshot that breaks off is taken again: the server gives up after some seconds without an answer. */
const TRIES = 3;

/**
 * Backs up what cannot be made again, one stream after the other, while everything runs. The folder appears under its name when all of
 * it is on the disk; before that it is `<folder>.unfinished`, which the next run removes.
 * @throws {BackupRefused} when there is such a folder; what {@link takeSnapshot} throws.
 */
export async function createBackup(ports: CreatePorts, folder: string): Promise<Manifest> {
  if (await isThere(folder))
    throw new BackupRefused(`${folder} is there already: each backup is a folder of its own.`);
  const unfinished = unfinishedOf(folder);
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(dirname(folder), { recursive: true });
  await mkdir(unfinished, { mode: 0o700 });
  const startedAt = new Date().toISOString();
  const streams: BackedUp[] = [];
  for (const stream of BACKED_UP) streams.push(await backUp(ports, unfinished, stream));
  const manifest = Manifest.parse({
    habitstreamBackup: 1,
    id: randomUUID(),
    startedAt,
    endedAt: new Date().toISOString(),
    versions: { habitstream: ports.version, natsServer: serverVersion(ports.nats) },
    streams,
  });
  await writeDurably(join(unfinished, MANIFEST), `${JSON.stringify(manifest, undefined, 2)}\n`);
  await rename(unfinished, folder);
  await sync(dirname(folder));
  return manifest;
}

/** What a run left that did not come to its end. */
const unfinishedOf = (folder: string): string => `${folder}.unfinished`;

async function backUp(ports: CreatePorts, folder: string, stream: BackedUpStream): Promise<BackedUp> {
  for (let tries = 1; ; tries++) {
    const place = join(folder, stream);
    await mkdir(place, { mode: 0o700 });
    try {
      return await backUpOnce(ports, folder, stream);
    } catch (error) {
      if (!isUnavailable(error) || tries === TRIES || ports.signal.aborted) throw error;
      await rm(place, { recursive: true });
    }
  }
}

async function backUpOnce(ports: CreatePorts, folder: string, stream: BackedUpStream): Promise<BackedUp> {
  const { nats, signal, onBytes } = ports;
  const archive = join(stream, archiveName(serverVersion(nats)));
  const file = await open(join(folder, archive), 'w', 0o600);
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    const { config, state } = await takeSnapshot(nats, stream, async (part) => {
      signal.throwIfAborted();
      await file.write(part);
      hash.update(part);
      bytes += part.length;
      onBytes(stream, bytes);
    });
    await file.sync();
    const meta = join(stream, META_FILE);
    await writeDurably(join(folder, meta), JSON.stringify({ config, state }, undefined, 2));
    // So that the names in it outlive a power cut, too.
    await sync(join(folder, stream));
    return {
      name: stream,
      logId: config.metadata?.[LOG_ID] ?? null,
      messages: state.messages,
      firstSequence: state.first_seq,
      lastSequence: state.last_seq,
      lastStoredAt: state.last_ts,
      files: [
        { path: meta, ...(await fingerprintOf(join(folder, meta))) },
        { path: archive, bytes, sha256: hash.digest('hex') },
      ],
    };
  } finally {
    await file.close();
  }
}

const serverVersion = (nats: NatsConnection): string => nats.info?.version ?? 'unknown';

const isThere = (path: string): Promise<boolean> => stat(path).then(Boolean, () => false);
