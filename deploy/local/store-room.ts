import { readdir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';

/** What a nats-server may hold. `maxFileStoreBytes` is where it refuses everything, as a last resort. */
export type StoreRoom = { streamBytes: number; maxFileStoreBytes: number };

/** The other half is for Postgres, and for files of streams that are longer than their messages until they are rewritten. */
const OF_THE_DISK = 1 / 2;
/** For streams of others, and because the server refuses any new stream when the limits of all make up its store. */
const ABOVE_LIMITS = 1.25;
const LEAST_BYTES = 64 * 1024 ** 2;

/**
 * The room for a store on its disk as it is now: half of what is free and what the store holds, but at least what it
 * holds, with a quarter more. Rounded, so that limits do not change at every start.
 */
export async function storeRoom(storeDir: string): Promise<StoreRoom> {
  const [disk, heldBytes] = await Promise.all([statfs(storeDir), sizeOf(join(storeDir, 'jetstream'))]);
  const freeBytes = disk.bavail * disk.bsize;
  const streamBytes = Math.max(
    roundDown((freeBytes + heldBytes) * OF_THE_DISK),
    Math.ceil(heldBytes * ABOVE_LIMITS),
    LEAST_BYTES,
  );
  return withLimits(streamBytes);
}

/** The room for limits of so many bytes together. */
export function withLimits(streamBytes: number): StoreRoom {
  return { streamBytes, maxFileStoreBytes: Math.ceil(streamBytes * ABOVE_LIMITS) };
}

/** To 1, 1.5, 2, 3, 4, 6, 8 … bytes. */
function roundDown(bytes: number): number {
  const power = 2 ** Math.floor(Math.log2(Math.max(1, bytes)));
  return bytes >= power * 1.5 ? power * 1.5 : power;
}

/** Of all files below a folder; 0 without it. A file that goes meanwhile does not count. */
async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(
    files.map(({ parentPath, name }) =>
      stat(join(parentPath, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
