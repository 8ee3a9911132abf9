import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { RESTORE_ORDER } from './contents.ts';
import { type BackedUp, type Manifest, META_FILE } from './manifest.ts';
import { BackupRefused } from './refused.ts';
import { restoreSnapshot, SnapshotMeta, tryRestoring } from './snapshot.ts';
import { RESTORED_FROM, refuseUnlessEmpty, refuseWhileInUse, streamsThere } from './streams-there.ts';
import { verifyBackup } from './verify.ts';

export type RestoreRequest = {
  folder: string;
  /** Whether what the server has goes for it. */
  replace: boolean;
  /** Copies of each stream; as they were unless given. */
  replicas?: number | undefined;
};

export type RestorePorts = {
  nats: NatsConnection;
  signal: AbortSignal;
  /** Told of the bytes of a stream's archive so far. */
  onBytes(stream: string, bytes: number, total: number): void;
  /** Told of each stream when it is done. */
  onStream(stream: BackedUp, what: 'restored' | 'restored before' | 'kept'): void;
};

/** A large stream takes its time to go. */
const ANSWER_MS = 60_000;
/** One of them is a message, whose size the server limits. */
const PART_BYTES = 32 * 1024;

/**
 * Makes the streams of a backup again on a server that has none of ours, or none with anything in it. Each appears whole; cut
 * short, it is run again and goes on with the next one. What is beside them is for provisioning to make.
 * @throws {BackupRefused} before anything is changed, when the backup is not whole, the server has messages and `replace` is not set,
 * or processes still take messages; {PermissionViolationError} as its cause, before anything is changed, where this user may not;
 * {JetStreamApiError} when the server refuses.
 */
export async function restoreBackup(ports: RestorePorts, request: RestoreRequest): Promise<Manifest> {
  const { nats, signal, onStream } = ports;
  const manifest = await verifyBackup(request.folder);
  const manager = await jetstreamManager(nats, { checkAPI: false, timeout: ANSWER_MS });
  const { done, kept, others } = await streamsThere(manager, manifest, request);
  if (!request.replace) refuseUnlessEmpty(others);
  await refuseWhileInUse(manager, [...kept, ...others.map(({ config }) => config.name)]);
  for (const stream of RESTORE_ORDER) await tryRestoring(nats, stream);
  for (const { config } of others) await manager.streams.delete(config.name);
  for (const stream of inOrder(manifest)) {
    signal.throwIfAborted();
    if (done.has(stream.name)) onStream(stream, 'restored before');
    else if (kept.has(stream.name)) onStream(stream, 'kept');
    else {
      await restoreStream(ports, request, { id: manifest.id, stream });
      onStream(stream, 'restored');
    }
  }
  return manifest;
}

function inOrder({ streams }: Manifest): BackedUp[] {
  return streams.toSorted((a, b) => RESTORE_ORDER.indexOf(a.name) - RESTORE_ORDER.indexOf(b.name));
}

async function restoreStream(
  { nats, signal, onBytes }: RestorePorts,
  { folder, replicas }: RestoreRequest,
  { id, stream }: { id: string; stream: BackedUp },
): Promise<void> {
  const [meta, archive] = stream.files;
  if (!meta || !archive || !meta.path.endsWith(META_FILE))
    throw new BackupRefused(`${folder}: the manifest names no archive of ${stream.name}.`);
  const { config, state } = SnapshotMeta.parse(JSON.parse(await readFile(join(folder, meta.path), 'utf8')));
  const wanted = {
    ...config,
    num_replicas: replicas ?? config.num_replicas,
    metadata: { ...config.metadata, [RESTORED_FROM]: id },
  };
  let sent = 0;
  async function* parts(): AsyncGenerator<Uint8Array> {
    for await (const part of createReadStream(join(folder, archive?.path ?? ''), {
      highWaterMark: PART_BYTES,
    })) {
      signal.throwIfAborted();
      yield part;
      sent += part.length;
      onBytes(stream.name, sent, archive?.bytes ?? sent);
    }
  }
  const restored = await restoreSnapshot(nats, { config: wanted, state }, parts());
  if (restored.state.last_seq >= stream.lastSequence) return;
  throw new Error(
    `${stream.name} was restored up to ${restored.state.last_seq} of ${stream.lastSequence} alone`,
  );
}
