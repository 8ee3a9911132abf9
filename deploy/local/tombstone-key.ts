import { randomBytes } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from './startup-problem.ts';

/**
 * The key by which people who were forgotten are known again in a log that is put back. Made once; without it, that log would keep
 * them.
 */
export async function tombstoneKeyIn(dataDir: string): Promise<string> {
  const file = join(dataDir, 'tombstone-key');
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
  }
  const key = randomBytes(32).toString('base64url');
  // Never half written: another key later would be none of the tombstones made until then.
  await writeFile(`${file}.new`, `${key}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
  return key;
}
