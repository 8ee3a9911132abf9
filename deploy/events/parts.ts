import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { SourceName } from '#projections/engine/projection.ts';
import { EXTENSION, type Format, fingerprintOf, openRowFile, type RowFile } from './file-writer.ts';
import type { ExportedFile } from './manifest.ts';
import type { Row } from './rows.ts';

/** Cuts what is exported into files: one date of storing each, and no more than so many rows. */
export type Parts = {
  /** A message comes, whether it is selected or not. @returns the file that is whole before it, if one is. */
  pass(sequence: number, storedAtMs: number): Promise<ExportedFile | undefined>;
  /** It is selected. */
  add(row: Row): Promise<void>;
  /** No message comes any more up to a sequence. @returns the last file, unless it would be empty. */
  end(to: number): Promise<ExportedFile | undefined>;
  /** Without a file for what is not whole. */
  abandon(): Promise<void>;
};

type Request = { stream: SourceName; format: Format; folder: string; rowsPerFile: number };

/** The folder of a date, as Hive, DuckDB, Spark and pandas read it as a column. */
export const PARTITION = 'stored_date=';

/** A file that is not whole: no reader of the folder takes it for one of its files. */
const UNFINISHED = '_unfinished';

/** Names of our files, whole or not. */
export const OUR_FILE = /^(\d{12}-\d{12}\.(parquet|ndjson\.zst)|_unfinished)$/;

type Open = Pick<ExportedFile, 'rows' | 'unreadable'> & {
  file: RowFile;
  path: string;
  date: string;
  firstMs: number;
  lastMs: number;
};

/** @param after where the first part begins. */
export function openParts(request: Request, after: number): Parts {
  let from = after + 1;
  let present = 0;
  let open: Open | undefined;

  async function end(to: number): Promise<ExportedFile | undefined> {
    if (!open) return undefined;
    const { file, rows, unreadable, firstMs, lastMs, date } = open;
    await file.close();
    const path = join(`${PARTITION}${date}`, `${digits(from)}-${digits(to)}.${EXTENSION[request.format]}`);
    const whole = {
      ...{ path, from, to, rows, unreadable, missing: to - from + 1 - present },
      ...{ firstStoredAt: new Date(firstMs).toISOString(), lastStoredAt: new Date(lastMs).toISOString() },
      ...(await fingerprintOf(open.path)),
    };
    await rename(open.path, join(request.folder, path));
    open = undefined;
    from = to + 1;
    present = 0;
    return whole;
  }

  return {
    end,
    async pass(sequence, storedAtMs) {
      const isFull = open && (open.rows >= request.rowsPerFile || open.date !== dateOf(storedAtMs));
      const whole = isFull ? await end(sequence - 1) : undefined;
      present++;
      return whole;
    },
    async add(row) {
      open ??= await begin(request, row.storedAtMs);
      open.rows++;
      if (row.type === null) open.unreadable++;
      open.lastMs = row.storedAtMs;
      await open.file.add(row);
    },
    async abandon() {
      if (!open) return;
      await open.file.close();
      await rm(open.path);
    },
  };
}

async function begin({ stream, format, folder }: Request, storedAtMs: number): Promise<Open> {
  const date = dateOf(storedAtMs);
  const path = join(folder, `${PARTITION}${date}`, UNFINISHED);
  await mkdir(dirname(path), { recursive: true });
  const file = await openRowFile(path, stream, format);
  return { file, path, date, rows: 0, unreadable: 0, firstMs: storedAtMs, lastMs: storedAtMs };
}

/** In UTC. */
const dateOf = (instantMs: number): string => new Date(instantMs).toISOString().slice(0, 10);

/** Files sort by name as they follow one another. */
const digits = (sequence: number): string => String(sequence).padStart(12, '0');
