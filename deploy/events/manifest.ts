import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Instant } from '#contracts/time.ts';
import { FORMATS } from './file-writer.ts';

/** Which messages are exported; undefined for all. */
export const Selection = z.object({
  /** Event types, or outcomes of deliveries. */
  types: z.array(z.string()).optional(),
  users: z.array(z.string()).optional(),
  /** When they were stored: from an instant on, and before another. */
  since: Instant.optional(),
  until: Instant.optional(),
});
export type Selection = z.infer<typeof Selection>;

const Count = z.int().nonnegative();

/** A whole file. It holds what was selected of `from` to `to`, both included, of the sequences of its stream. */
const ExportedFile = z.object({
  path: z.string(),
  from: Count,
  to: Count,
  rows: Count,
  /** Rows of messages that could not be read: their text is kept. */
  unreadable: Count,
  /** Sequences of the range that the log had no message at any more: what is erased later shows by it. */
  missing: Count,
  firstStoredAt: Instant,
  lastStoredAt: Instant,
  bytes: Count,
  sha256: z.string(),
});
export type ExportedFile = z.infer<typeof ExportedFile>;

/** What the folder of an export holds, and of which log. Nothing in it is of a person, except where one was selected. */
export const Manifest = z.object({
  habitstreamExport: z.literal(1),
  stream: z.enum(['EVENTS', 'DELIVERIES']),
  format: z.enum(FORMATS),
  selection: Selection,
  /** Up to where the log is exported, and by what it is known again. */
  position: z.object({
    sequence: Count,
    logId: z.string().nullable(),
    seen: z.object({ sequence: Count, storedAtMs: z.number() }).nullable(),
  }),
  rows: Count,
  files: z.array(ExportedFile),
});
export type Manifest = z.infer<typeof Manifest>;

/** Readers of a folder pass over names with an underscore. */
export const MANIFEST = '_manifest.json';

/** @returns undefined where nothing was exported yet. @throws {ZodError} for a file that is no manifest of ours. */
export async function readManifest(folder: string): Promise<Manifest | undefined> {
  const text = await readFile(join(folder, MANIFEST), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? undefined : Manifest.parse(JSON.parse(text));
}

/** The new one takes the place of the old one at once: whenever it is read, it is whole. */
export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  const path = join(folder, MANIFEST);
  await writeFile(`${path}.new`, `${JSON.stringify(manifest, undefined, 2)}\n`, { flush: true });
  await rename(`${path}.new`, path);
}
