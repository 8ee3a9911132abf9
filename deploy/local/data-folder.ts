import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StartupProblem, systemCode } from './startup-problem.ts';

/**
 * Makes the folder if it is missing, and writes a file to see that this process may: permission bits do not bind root
 * and do not tell of a read-only file system.
 * @throws {StartupProblem} when it cannot be made or written.
 */
export async function ensureWritableFolder(folder: string, mode = 0o755): Promise<void> {
  const probe = join(folder, `.write-probe-${process.pid}`);
  try {
    await mkdir(folder, { recursive: true, mode });
    await writeFile(probe, '');
    await rm(probe);
  } catch (error) {
    const code = systemCode(error) ?? 'unknown error';
    const todo = 'choose another one with --data-dir, or give this account the right to write there.';
    throw new StartupProblem(`The data folder ${folder} cannot be written (${code}): ${todo}`, {
      cause: error,
    });
  }
}
