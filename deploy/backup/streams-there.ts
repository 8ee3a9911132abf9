import type { JetStreamManager, StreamInfo } from '@nats-io/jetstream';
import { LOG_ID } from '#contracts/logs.ts';
import { isStreamMissing } from '#services/platform/jetstream/errors.ts';
import { isMissed, OURS, OUTLIVING } from './contents.ts';
import type { Manifest } from './manifest.ts';
import { BackupRefused } from './refused.ts';

/** The stream's metadata that says from which backup it is. */
export const RESTORED_FROM = 'habitstream_restored_from';

/** Streams of ours that the server has: `done` are of the backup already, `kept` stay beside it, `others` go for it. */
export type StreamsThere = { done: Set<string>; kept: Set<string>; others: StreamInfo[] };

export async function streamsThere(
  manager: JetStreamManager,
  manifest: Manifest,
  { replace }: { replace: boolean },
): Promise<StreamsThere> {
  const found: StreamsThere = { done: new Set(), kept: new Set(), others: [] };
  for (const name of OURS) {
    const info = await infoOf(manager, name);
    if (!info) continue;
    if (info.config.metadata?.[RESTORED_FROM] === manifest.id) found.done.add(name);
    else if (replace && outlives(info, manifest)) found.kept.add(name);
    else found.others.push(info);
  }
  return found;
}

/** Another log's tombstones say nothing of the people in this one. */
function outlives({ config, state }: StreamInfo, { streams }: Manifest): boolean {
  if (!OUTLIVING.includes(config.name) || state.last_seq === 0) return false;
  const backedUp = streams.find(({ name }) => name === config.name);
  return config.metadata?.[LOG_ID] === backedUp?.logId;
}

/** @throws {BackupRefused} when one of them has, or had, messages that would be missed. */
export function refuseUnlessEmpty(streams: readonly StreamInfo[]): void {
  const filled = streams.filter(({ config, state }) => isMissed(config.name) && state.last_seq > 0);
  if (filled.length === 0) return;
  const ends = filled.map(({ config, state }) => `${config.name} (up to ${state.last_seq})`);
  throw new BackupRefused(
    `This NATS is not empty: ${ends.join(', ')}. Restore into an empty one, or give all of that up with --replace.`,
  );
}

/** @throws {BackupRefused} when a process asks one of them for messages. */
export async function refuseWhileInUse(manager: JetStreamManager, streams: readonly string[]): Promise<void> {
  for (const stream of streams) {
    for await (const { name, num_waiting } of manager.consumers.list(stream)) {
      if (num_waiting === 0) continue;
      throw new BackupRefused(
        `A process takes messages of ${stream} (${name}): stop all services first. Nothing was changed.`,
      );
    }
  }
}

async function infoOf(manager: JetStreamManager, name: string): Promise<StreamInfo | undefined> {
  try {
    return await manager.streams.info(name);
  } catch (error) {
    if (isStreamMissing(error)) return undefined;
    throw error;
  }
}
