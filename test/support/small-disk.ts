import { execFileSync } from 'node:child_process';
import { appendFile, rm, statfs, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { testFolder } from './run-folder.ts';

/** A file system of its own in memory. */
export type SmallDisk = {
  path: string;
  /** Takes all that is free. */
  fill(): Promise<void>;
  /** Gives it back. */
  free(): Promise<void>;
  remove(): Promise<void>;
};

const BLOCK = Buffer.alloc(4_096);

/** Mounts a disk of so many bytes; undefined where this process may not mount. */
export async function smallDisk(bytes: number): Promise<SmallDisk | undefined> {
  const path = await testFolder('small-disk');
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'habitstream-test', path], {
      stdio: 'ignore',
    });
  } catch {
    return undefined;
  }
  const filler = join(path, 'filler');
  return {
    path,
    async fill() {
      await writeFile(filler, '');
      for (;;) {
        const { bavail, bsize } = await statfs(path);
        if (bavail === 0) return;
        const chunk = Buffer.alloc(Math.max(BLOCK.length, bavail * bsize));
        await appendFile(filler, chunk).catch(() => appendFile(filler, BLOCK).catch(() => {}));
      }
    },
    async free() {
      await truncate(filler, 0);
      await rm(filler);
    },
    async remove() {
      execFileSync('umount', ['-l', path]);
    },
  };
}
