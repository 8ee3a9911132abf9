import { join } from 'node:path';
import { fingerprintOf } from '../events/file-writer.ts';
import { type Manifest, readManifest } from './manifest.ts';
import { BackupRefused } from './refused.ts';

/**
 * Reads every file of a backup, and compares it with the manifest.
 * @throws {BackupRefused} when something is missing or differs.
 */
export async function verifyBackup(folder: string): Promise<Manifest> {
  const manifest = await readManifest(folder);
  const files = manifest.streams.flatMap((stream) => stream.files);
  for (const { path, bytes, sha256 } of files) {
    const found = await fingerprintOf(join(folder, path)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (found?.bytes === bytes && found.sha256 === sha256) continue;
    const what = found ? 'is not as it was written' : 'is missing';
    throw new BackupRefused(`${folder} is not whole any more: ${path} ${what}. Take an older backup.`);
  }
  return manifest;
}
