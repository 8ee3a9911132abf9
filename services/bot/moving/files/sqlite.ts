import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { constants, DatabaseSync } from 'node:sqlite';
import { FileRefused } from '../brought.ts';
import { MAX_ROWS } from '../limits.ts';

/** A value of a row, as SQLite gives it. */
export type Cell = string | number | null;
export type Row = Readonly<Record<string, Cell>>;

/** A database that a person sent, opened to be read. */
export type SentDatabase = {
  /** What it says of itself in its header. */
  version: number;
  /** Names of its tables, in lower case. */
  tables: ReadonlySet<string>;
  columns(table: string): ReadonlySet<string>;
  /** Rows of a table with these columns; one that it lacks is null. Rows of all calls together are bounded. */
  rows(table: string, columns: readonly string[]): Iterable<Row>;
  close(): void;
};

const MAGIC = 'SQLite format 3\0';
const HEADER_BYTES = 100;
const WAL_MAGICS: readonly number[] = [0x377f0682, 0x377f0683];
/** Long texts are cut by the readers; this keeps a row from being a gigabyte. */
const MOST_CHARACTERS = 20_000;
/** Of SQLite itself: a file is at most 20 MB, and is held twice. */
const MOST_MEMORY_BYTES = 128 * 1024 * 1024;

export const isDatabase = (bytes: Uint8Array): boolean =>
  Buffer.from(bytes.subarray(0, MAGIC.length)).toString('latin1') === MAGIC;

/** A write-ahead log, which is nothing without its database. */
export const isWal = (bytes: Uint8Array): boolean =>
  bytes.length >= 4 && WAL_MAGICS.includes(Buffer.from(bytes).readUInt32BE(0));

/**
 * Opens a database in memory, or, when its write-ahead log lay beside it, in a folder of its own that is gone when it is
 * closed. The file may be made to do harm: nothing but reading plain tables is authorized, views and virtual tables count
 * as absent, and what takes too long ends with the process that reads it.
 * @throws {FileRefused} `brokenDatabase` when its pages do not hold together.
 */
export function openSentDatabase(bytes: Uint8Array, wal?: Uint8Array): SentDatabase {
  if (!wal && isCut(bytes)) throw new FileRefused('brokenDatabase');
  const folder = wal && mkdtempSync(join(tmpdir(), 'habitstream-wal-'));
  try {
    const db = folder && wal ? onDisk(folder, bytes, wal) : inMemory(bytes);
    db.exec(`PRAGMA hard_heap_limit = ${MOST_MEMORY_BYTES}`);
    const check = db.prepare('PRAGMA quick_check(1)').get();
    if (Object.values(check ?? {})[0] !== 'ok') throw new FileRefused('brokenDatabase');
    return read(db, folder);
  } catch (cause) {
    if (folder) rmSync(folder, { recursive: true, force: true });
    throw cause instanceof FileRefused ? cause : new FileRefused('brokenDatabase', cause);
  }
}

/**
 * Whether the file is shorter than its header says; SQLite itself would take the rest for empty. The header's count is valid
 * when its two counters of changes agree.
 */
function isCut(bytes: Uint8Array): boolean {
  if (bytes.length < HEADER_BYTES) return true;
  const header = Buffer.from(bytes.subarray(0, HEADER_BYTES));
  const size = header.readUInt16BE(16);
  const isValid = header.readUInt32BE(24) === header.readUInt32BE(92);
  return isValid && bytes.length < header.readUInt32BE(28) * (size === 1 ? 65_536 : size);
}

function inMemory(bytes: Uint8Array): DatabaseSync {
  const db = new DatabaseSync(':memory:', { allowExtension: false });
  // A database in WAL mode cannot be one in memory; without its log the two modes hold the same.
  const copy = Buffer.from(bytes);
  copy.fill(1, 18, 20);
  db.deserialize(copy);
  return db;
}

function onDisk(folder: string, bytes: Uint8Array, wal: Uint8Array): DatabaseSync {
  const path = join(folder, 'sent.db');
  writeFileSync(path, bytes);
  writeFileSync(`${path}-wal`, wal);
  return new DatabaseSync(path, { allowExtension: false });
}

function read(db: DatabaseSync, folder: string | undefined): SentDatabase {
  db.exec('PRAGMA trusted_schema = OFF');
  const version = Number(Object.values(db.prepare('PRAGMA user_version').get() ?? {})[0]);
  const tables = new Map<string, ReadonlySet<string>>();
  for (const { name } of db.prepare(PLAIN_TABLES).iterate()) {
    const columns = db.prepare('SELECT name FROM pragma_table_info(?)').all(String(name));
    tables.set(String(name).toLowerCase(), new Set(columns.map((each) => String(each.name).toLowerCase())));
  }
  db.setAuthorizer(onlyReading);
  let left = MAX_ROWS;
  const columnsOf = (table: string) => tables.get(table) ?? NONE;
  return {
    version,
    tables: new Set(tables.keys()),
    columns: columnsOf,
    *rows(table, columns) {
      const present = columnsOf(table);
      const picked = columns.map((column) => (present.has(column) ? bounded(column) : `NULL AS "${column}"`));
      for (const row of db.prepare(`SELECT ${picked.join(', ')} FROM "${table}"`).iterate()) {
        if (left-- <= 0) throw new FileRefused('tooManyRows');
        yield row as Row;
      }
    },
    close() {
      db.close();
      if (folder) rmSync(folder, { recursive: true, force: true });
    },
  };
}

const NONE: ReadonlySet<string> = new Set();
const PLAIN_TABLES =
  "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' AND rootpage > 0";

/** As a number that JavaScript holds, or a text of bounded length; a blob is neither. */
const bounded = (column: string): string =>
  `CASE typeof("${column}") WHEN 'integer' THEN CAST("${column}" AS REAL) WHEN 'real' THEN "${column}"
   WHEN 'text' THEN substr("${column}", 1, ${MOST_CHARACTERS}) END AS "${column}"`;

const ALLOWED: readonly number[] = [
  constants.SQLITE_SELECT,
  constants.SQLITE_READ,
  constants.SQLITE_FUNCTION,
];

const onlyReading = (action: number): number =>
  ALLOWED.includes(action) ? constants.SQLITE_OK : constants.SQLITE_DENY;

/** A number in a cell; texts of digits count too. */
export function numberOf(cell: Cell | undefined): number | undefined {
  if (typeof cell === 'number') return Number.isFinite(cell) ? cell : undefined;
  return typeof cell === 'string' && /^-?\d{1,15}(\.\d{1,15})?$/.test(cell.trim()) ? Number(cell) : undefined;
}

export const textOf = (cell: Cell | undefined): string =>
  cell === null || cell === undefined ? '' : String(cell);
