import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { constants, zstdCompressSync } from 'node:zlib';
import { fileWriter, ParquetWriter } from 'hyparquet-writer';
import type { SourceName } from '#projections/engine/projection.ts';
import { COLUMNS, type Column, parquetSchema } from './columns.ts';
import type { Row, Value } from './rows.ts';

export const FORMATS = ['parquet', 'ndjson'] as const;
export type Format = (typeof FORMATS)[number];

export const EXTENSION: Record<Format, string> = { parquet: 'parquet', ndjson: 'ndjson.zst' };

/** A file of rows while it is written. Rows wait in memory until a group of them is full. */
export type RowFile = {
  add(row: Row): Promise<void>;
  /** Resolves when the file is whole and on the disk. */
  close(): Promise<void>;
};

/** Rows that are compressed together: what a reader holds at a time, and we. */
const GROUP_ROWS = 20_000;

export async function openRowFile(path: string, stream: SourceName, format: Format): Promise<RowFile> {
  const groups =
    format === 'parquet' ? parquetFile(path, COLUMNS[stream]) : await ndjsonFile(path, COLUMNS[stream]);
  let rows: Row[] = [];
  const write = async () => {
    const full = rows;
    rows = [];
    if (full.length > 0) await groups.write(full);
  };
  return {
    async add(row) {
      rows.push(row);
      if (rows.length >= GROUP_ROWS) await write();
    },
    async close() {
      await write();
      await groups.end();
      await sync(path);
    },
  };
}

/** How groups of rows become a file. */
type Groups = { write(rows: readonly Row[]): Promise<void>; end(): Promise<void> };

const zstd = (bytes: Uint8Array): Buffer =>
  zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 3 } });

function parquetFile(path: string, columns: readonly Column[]): Groups {
  const writer = new ParquetWriter({
    writer: fileWriter(path),
    schema: parquetSchema(columns),
    codec: 'ZSTD',
    compressors: { ZSTD: zstd },
    createdBy: 'habitstream',
  });
  return {
    async write(rows) {
      const columnData = columns.map(({ name, kind }) => ({
        name,
        data: rows.map(({ values }) => inParquet(kind, values[name] ?? null)),
        // Finds one person's rows without reading the others'.
        bloomFilter: name === 'user_id',
      }));
      await writer.write({ columnData, rowGroupSize: rows.length });
    },
    async end() {
      await writer.finish();
    },
  };
}

function inParquet(kind: Column['kind'], value: Value): Value | bigint {
  return kind === 'integer' && typeof value === 'number' ? BigInt(value) : value;
}

/** A frame of zstd for each group: one after the other they are one file. */
async function ndjsonFile(path: string, columns: readonly Column[]): Promise<Groups> {
  const file: FileHandle = await open(path, 'w');
  return {
    async write(rows) {
      const lines = rows.map((row) => `${lineOf(columns, row)}\n`).join('');
      await file.write(zstd(Buffer.from(lines)));
    },
    end: () => file.close(),
  };
}

/** One object with the columns of the table; JSON stands in it as it is, unless it is of a message that cannot be read. */
function lineOf(columns: readonly Column[], { values }: Row): string {
  const isReadable = (values.problem ?? null) === null;
  const members = columns.map(({ name, kind }) => {
    const value = values[name] ?? null;
    const isJson = kind === 'json' && isReadable && typeof value === 'string';
    return `${JSON.stringify(name)}:${isJson ? value : JSON.stringify(value)}`;
  });
  return `{${members.join(',')}}`;
}

/** Resolves when a file, or a folder with the names in it, is on the disk. */
export async function sync(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** What the manifest knows a file by. */
export async function fingerprintOf(path: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return { bytes: (await stat(path)).size, sha256: hash.digest('hex') };
}
