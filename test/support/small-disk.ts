import { execFileSync, spawn } from 'node:child_process';
import { appendFile, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A file system of its own, in memory. */
export type SmallDisk = {
  path: string;
  /** Takes all that is free. */
  fill(): Promise<void>;
  /** Gives it back. */
  free(): Promise<void>;
  remove(): Promise<void>;
};

/** Why this process can have no small disk, if so. */
export function noSmallDisk(): string | undefined {
  const isRoot = process.platform === 'linux' && process.getuid?.() === 0;
  return isRoot ? undefined : 'only root may mount a disk';
}

/** Mounts a disk of so many bytes at an empty folder. */
export async function smallDisk(path: string, bytes: number): Promise<SmallDisk> {
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'habitstream-test', path]);
  const unmount = unmountOnEnd(path);
  const filler = join(path, 'filler');
  return {
    path,
    async fill() {
      await writeFile(filler, '');
      for (;;) {
        const { bavail, bsize } = await statfs(path);
        if (bavail === 0) return;
        // What others write meanwhile makes it too much: then it is full, or the next round takes the rest.
        await appendFile(filler, Buffer.alloc(bavail * bsize)).catch(() => {});
      }
    },
    free: () => rm(filler),
    remove: unmount,
  };
}

/** Unmounts when it is called, or when this process ends, however it ends: then the pipe to the shell closes. */
function unmountOnEnd(path: string): () => Promise<void> {
  const script = 'read -r word; exec umount -l "$1"';
  const shell = spawn('/bin/sh', ['-c', script, 'sh', path], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  shell.unref();
  if ('unref' in shell.stdin && typeof shell.stdin.unref === 'function') shell.stdin.unref();
  const ended = new Promise<void>((resolve) => {
    shell.once('exit', () => resolve());
  });
  return () => {
    shell.ref();
    shell.stdin.end();
    return ended;
  };
}
