import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Instant } from '#contracts/time.ts';
import { BACKED_UP } from './contents.ts';
import { BackupRefused } from './refused.ts';

const Count = z.int().nonnegative();
const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** One stream: the files of its folder are those of `nats stream backup`. */
const BackedUp = z.object({
  name: z.enum(BACKED_UP),
  /** Which log it is: see `contracts/logs.ts`. */
  logId: z.string().nullable(),
  /** When its snapshot began; what was stored while it was taken may be in it, too. */
  messages: Count,
  firstSequence: Count,
  lastSequence: Count,
  lastStoredAt: z.string(),
  files: z.array(z.object({ path: z.string(), bytes: Count, sha256: Sha256 })),
});
export type BackedUp = z.infer<typeof BackedUp>;

/** What a backup holds. Written last: a folder with it is whole. */
export const Manifest = z.object({
  habitstreamBackup: z.literal(1),
  /** By which a restore that was cut short knows what it has restored. */
  id: z.uuid(),
  startedAt: Instant,
  endedAt: Instant,
  versions: z.object({ habitstream: z.string(), natsServer: z.string() }),
  streams: z.array(BackedUp).length(BACKED_UP.length),
});
export type Manifest = z.infer<typeof Manifest>;

export const MANIFEST = 'habitstream-backup.json';

/** What describes a stream to the server, as the `nats` CLI names it. */
export const META_FILE = 'backup.json';

/** As the `nats` CLI names the archive, whose format is the server's. */
export function archiveName(serverVersion: string): string {
  const [major = 0, minor = 0] = serverVersion.split('.').map(Number);
  return major > 2 || minor >= 15 ? 'stream.arc.s2' : 'stream.tar.s2';
}

/** @throws {BackupRefused} for a folder that is no whole backup. */
export async function readManifest(folder: string): Promise<Manifest> {
  try {
    return Manifest.parse(JSON.parse(await readFile(join(folder, MANIFEST), 'utf8')));
  } catch (cause) {
    throw new BackupRefused(`${folder} is no whole backup: it has no ${MANIFEST} that can be read.`, {
      cause,
    });
  }
}

/** Writes a file that is on the disk when this resolves, for its owner alone. */
export const writeDurably = (path: string, text: string): Promise<void> =>
  writeFile(path, text, { mode: 0o600, flush: true });
