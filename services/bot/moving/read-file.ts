import { type Brought, FileRefused, type Reading, type Remark } from './brought.ts';
import { SPREADSHEET } from './export/spreadsheet.ts';
import { type Archive, openArchive } from './files/archive.ts';
import { csvRows, plainName } from './files/csv.ts';
import { type DateOrder, DatesInDoubt } from './files/dates.ts';
import { isDatabase, isWal, openSentDatabase, type SentDatabase } from './files/sqlite.ts';
import { decodeText } from './files/text.ts';
import { isHabitBull, readHabitBull } from './formats/habitbull.ts';
import { readHabitKit } from './formats/habitkit.ts';
import { readOwnJson } from './formats/habitstream.ts';
import { type LoopTexts, readLoopCsv } from './formats/loop-csv.ts';
import { isLoopDatabase, readLoopDatabase } from './formats/loop-db.ts';
import { isRewire, readRewire } from './formats/rewire.ts';
import { isTickmate, readTickmate } from './formats/tickmate.ts';
import { MAX_FILE_BYTES, MAX_HABITS } from './limits.ts';

/**
 * Reads whatever a person sent: by its content, never by its name alone. It may be made to do harm, so that this runs in a
 * process of its own (reader.ts).
 * @param chosen how dates are meant, if the person was asked.
 */
export async function readFile(bytes: Uint8Array, chosen?: DateOrder): Promise<Reading> {
  try {
    const brought = await broughtIn(bytes, chosen);
    if (brought.habits.length === 0) return { kind: 'refused', why: 'noHabits' };
    if (brought.habits.length > MAX_HABITS) return { kind: 'refused', why: 'tooManyHabits' };
    return { kind: 'read', brought };
  } catch (error) {
    if (error instanceof FileRefused) return { kind: 'refused', why: error.why };
    if (error instanceof DatesInDoubt) return { kind: 'asks', question: error.question };
    throw error;
  }
}

async function broughtIn(bytes: Uint8Array, chosen?: DateOrder): Promise<Brought> {
  if (bytes.length === 0) throw new FileRefused('empty');
  if (bytes.length > MAX_FILE_BYTES) throw new FileRefused('tooLarge');
  if (isZip(bytes)) return fromArchive(bytes, chosen);
  return fromSingle(bytes, chosen);
}

const isZip = (bytes: Uint8Array): boolean => bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] ?? 9) < 9;

function fromSingle(bytes: Uint8Array, chosen: DateOrder | undefined, wal?: Uint8Array): Brought {
  if (isDatabase(bytes)) return fromDatabase(bytes, wal);
  if (isWal(bytes)) throw new FileRefused('walAlone');
  return fromText(bytes, chosen);
}

/** @throws {FileRefused} also for what SQLite cannot read on the way. */
function fromDatabase(bytes: Uint8Array, wal?: Uint8Array): Brought {
  const db = openSentDatabase(bytes, wal);
  try {
    const brought = readerOf(db)(db);
    return wal ? { ...brought, remarks: [...brought.remarks, { remark: 'wal' }] } : brought;
  } catch (cause) {
    throw isSqliteError(cause) ? new FileRefused('brokenDatabase', cause) : cause;
  } finally {
    db.close();
  }
}

function readerOf(db: SentDatabase): (db: SentDatabase) => Brought {
  if (isLoopDatabase(db)) return readLoopDatabase;
  if (isTickmate(db)) return readTickmate;
  if (isRewire(db)) return readRewire;
  throw new FileRefused(db.tables.size === 0 ? 'emptyDatabase' : 'unknownDatabase');
}

const isSqliteError = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_SQLITE_ERROR';

function fromText(bytes: Uint8Array, chosen?: DateOrder): Brought {
  const { text, encoding } = readable(bytes);
  if (/^\uFEFF?\s*[{[]/.test(text)) return fromJson(text);
  const rows = csvRows(text);
  if (isHabitBull(rows)) return withEncoding(readHabitBull(rows, chosen), encoding);
  if (isSpreadsheet(rows)) throw new FileRefused('spreadsheet');
  throw new FileRefused(isPartOfLoop(rows) ? 'partOfLoop' : 'unknown');
}

/** What is no text is a picture, another archive, or anything else. */
function readable(bytes: Uint8Array): { text: string; encoding: string } {
  try {
    return decodeText(bytes);
  } catch (cause) {
    throw new FileRefused('unknown', cause);
  }
}

function fromJson(text: string): Brought {
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new FileRefused('brokenText', cause);
  }
  const brought = readOwnJson(json) ?? readHabitKit(json);
  if (!brought) throw new FileRefused('unknown');
  return brought;
}

/** `Habits.csv`, `Checkmarks.csv` or `Scores.csv` alone: without the others it says too little. */
function isPartOfLoop([header = []]: string[][]): boolean {
  const [first = '', second = ''] = header.map(plainName);
  return (first === 'position' && second === 'name') || first === 'date';
}

/** What goes out from here for spreadsheets has neither goals nor frequencies. */
const isSpreadsheet = ([header = []]: string[][]): boolean =>
  header.slice(0, 4).join() === SPREADSHEET.slice(0, 4).join();

const withEncoding = (brought: Brought, encoding: string): Brought =>
  encoding.startsWith('utf')
    ? brought
    : { ...brought, remarks: [...brought.remarks, { remark: 'encoding', encoding }] };

async function fromArchive(bytes: Uint8Array, chosen?: DateOrder): Promise<Brought> {
  const archive = await openArchive(bytes);
  try {
    if (archive.paths.length === 0) throw new FileRefused('emptyArchive');
    const habits = theOne(archive.paths.filter((path) => nameOf(path).toLowerCase() === 'habits.csv'));
    if (habits !== undefined) return await fromLoopArchive(archive, habits, chosen);
    const isPart = archive.paths.some((path) => /^(checkmarks|scores)\.csv$/i.test(nameOf(path)));
    if (isPart) throw new FileRefused('partOfLoop');
    const logs = archive.paths.filter((path) => /-(wal|shm|journal)$/i.test(path));
    const others = archive.paths.filter((path) => !logs.includes(path));
    const named = others.filter((path) => /\.(db|sqlite3?|json|csv|bak|backup)$/i.test(path));
    const path = theOne(named.length > 0 ? named : others);
    if (path === undefined) throw new FileRefused(logs.length > 0 ? 'walAlone' : 'emptyArchive');
    const wal = logs.find((log) => log === `${path}-wal`);
    const log = wal === undefined ? undefined : await archive.read(wal);
    return fromSingle(await archive.read(path), chosen, log && log.length > 0 ? log : undefined);
  } finally {
    archive.close();
  }
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** The one nearest to the top. @throws {FileRefused} when there are two. */
function theOne(paths: readonly string[]): string | undefined {
  const depth = (path: string) => path.split('/').length;
  const [first, second] = paths.toSorted((a, b) => depth(a) - depth(b));
  if (first !== undefined && second !== undefined && depth(first) === depth(second))
    throw new FileRefused('severalExports');
  return first;
}

type LoopDays = Pick<LoopTexts, 'checkmarks' | 'matrix'>;

async function fromLoopArchive(archive: Archive, habits: string, chosen?: DateOrder): Promise<Brought> {
  const folder = habits.slice(0, habits.length - nameOf(habits).length);
  const within = archive.paths.filter((path) => path.startsWith(folder));
  const remarks: Remark[] = [];
  const text = async (path: string): Promise<string> => {
    const { text: decoded, encoding } = decodeText(await archive.read(path));
    const isNew = !encoding.startsWith('utf') && remarks.length === 0;
    if (isNew) remarks.push({ remark: 'encoding', encoding });
    return decoded;
  };
  const perHabit = async (name: string): Promise<LoopDays> => {
    const byNumber = new Map<number, string>();
    const form = new RegExp(`^(\\d{1,4})(?: [^/]*)?/${name}$`, 'i');
    for (const path of within) {
      const [, number] = form.exec(path.slice(folder.length)) ?? [];
      if (number !== undefined) byNumber.set(Number(number), await text(path));
    }
    const matrix = within.find((path) => path.slice(folder.length).toLowerCase() === name.toLowerCase());
    const isNeeded = byNumber.size === 0 && matrix !== undefined;
    return { checkmarks: byNumber, matrix: isNeeded ? await text(matrix) : undefined };
  };
  const table = await text(habits);
  // The versions that named no targets are the only ones whose scores tell something more.
  const scores = /target.?value/i.test(table) ? undefined : await perHabit('Scores.csv');
  const brought = readLoopCsv({ habits: table, ...(await perHabit('Checkmarks.csv')), scores }, chosen);
  return { ...brought, remarks: [...brought.remarks, ...remarks] };
}
