import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Account, canEnter } from './postgres-account.ts';

/** Paths by which a child can open files, and the descriptors it must inherit for that. */
export type ReachablePaths = AsyncDisposable & { paths: string[]; descriptors: number[] };

const FIRST_DESCRIPTOR = 3;

/**
 * Lets a child under `account` open its files in a folder that the account cannot enter (a project under /root), so that
 * all data stays in the one data folder. The child inherits them open, as /proc/self/fd/<n>, which the kernel resolves
 * without walking the path. Dispose of the result once the child is spawned.
 */
export async function reachablePaths(
  paths: [string, ...string[]],
  account: Account | undefined,
): Promise<ReachablePaths> {
  const direct = { paths, descriptors: [], [Symbol.asyncDispose]: async () => {} };
  if (account === undefined || (await canEnter(dirname(paths[0]), account))) return direct;
  const files: FileHandle[] = [];
  for (const path of paths) files.push(await open(path, 'r'));
  return {
    paths: paths.map((_, index) => `/proc/self/fd/${FIRST_DESCRIPTOR + index}`),
    descriptors: files.map((file) => file.fd),
    async [Symbol.asyncDispose]() {
      for (const file of files) await file.close();
    },
  };
}
