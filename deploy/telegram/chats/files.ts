import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { UploadedFile } from '../checks/parameters.ts';

export type StoredFile = { file_id: string; file_unique_id: string; file_size: number };

/** The bytes of photos and documents, addressed by content. */
export type Files = {
  save(file: UploadedFile): StoredFile;
  /** Undefined when the id is unknown or the bytes are gone. */
  read(fileId: string): Uint8Array | undefined;
};

const KEPT_IN_MEMORY = 200;

/** Files live under `dataDir`/files; without a folder the newest ones are kept in memory. */
export function createFiles(dataDir: string | undefined): Files {
  const inMemory = new Map<string, Uint8Array>();
  const folder = dataDir === undefined ? undefined : join(dataDir, 'files');

  function keepInMemory(fileId: string, bytes: Uint8Array): void {
    inMemory.set(fileId, bytes);
    const [oldest] = inMemory.keys();
    if (inMemory.size > KEPT_IN_MEMORY && oldest !== undefined) inMemory.delete(oldest);
  }

  function store(fileId: string, bytes: Uint8Array): void {
    if (!folder) {
      keepInMemory(fileId, bytes);
      return;
    }
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, fileId), bytes);
  }

  return {
    save({ bytes }) {
      const digest = createHash('sha256').update(bytes).digest('base64url');
      const fileId = `SIM${digest}`;
      store(fileId, bytes);
      return { file_id: fileId, file_unique_id: digest.slice(0, 16), file_size: bytes.length };
    },
    read(fileId) {
      // The id becomes a path, so nothing but the alphabet we made it from may pass.
      if (!/^SIM[\w-]{43}$/.test(fileId)) return undefined;
      if (!folder) return inMemory.get(fileId);
      const path = join(folder, fileId);
      return existsSync(path) ? readFileSync(path) : undefined;
    },
  };
}
