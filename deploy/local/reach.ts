import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Account, canEnter } from './postgres-account.ts';

/** Names under which a child finds files, and the open descriptors to give it for that. */
export type Way = AsyncDisposable & { paths: string[]; descriptors: number[] };

const FIRST_DESCRIPTOR = 3;

/**
 * Lets a child under `account` open files of its own that lie in a folder it cannot enter (a project under
 * /root): it inherits them open and finds them as /proc/self/fd/<n>, which the kernel resolves without
 * walking the path. So the data stays in the one data folder. Dispose of it once the child has been spawned.
 */
export async function wayTo(paths: [string, ...string[]], account: Account | undefined): Promise<Way> {
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
