import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { strToU8, zipSync } from 'fflate';
import { expect } from 'vitest';
import type { Brought, BroughtHabit } from '#services/bot/moving/brought.ts';
import type { DateOrder } from '#services/bot/moving/files/dates.ts';
import { readFile } from '#services/bot/moving/read-file.ts';

export const HABITS_HEADER =
  'Position,Name,Type,Question,Description,FrequencyNumerator,FrequencyDenominator,Color,Unit,Target Type,Target Value,Archived?';

/** Files as a zip has them; a text is written as UTF-8. */
export function zipOf(files: Record<string, string | Uint8Array>): Uint8Array {
  const bytes = Object.entries(files).map(([path, content]) => [
    path,
    typeof content === 'string' ? strToU8(content) : content,
  ]);
  return zipSync(Object.fromEntries(bytes));
}

/** Loop's export of two habits, one of them with a Cyrillic name, whose folder is its number alone. */
export const loopFiles = (): Record<string, string> => ({
  'Habits.csv': [
    HABITS_HEADER,
    '001,Вода,NUMERICAL,Сколько?,"a, b",1,1,#1976D2,"стакан\nов",AT_LEAST,8.0,false',
    '002,Run,YES_NO,,,3,7,#FF8F00,,,,true',
  ].join('\n'),
  '001/Checkmarks.csv':
    'Date,Value,Notes\n2024-03-04,SKIP,\n2024-03-03,NO,\n2024-03-02,2500,"half, again"\n2024-03-01,UNKNOWN,\n',
  '001/Scores.csv': 'Date,Score\n2024-03-04,0.1\n',
  '002 Run/Checkmarks.csv':
    'Date,Value,Notes\n2024-03-05,YES_AUTO,\n2024-03-04,YES_MANUAL,wet\n2024-03-03,NO,\n',
  'Checkmarks.csv': 'Date,Вода,Run,\n2024-03-05,UNKNOWN,YES_MANUAL,\n',
});

/** A database with these statements run in it, as bytes. */
export function databaseOf(version: number, ...statements: string[]): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'habitstream-test-'));
  try {
    const path = join(folder, 'made.db');
    const db = new DatabaseSync(path);
    for (const statement of statements) db.exec(statement);
    db.exec(`PRAGMA user_version = ${version}`);
    db.close();
    return readFileSync(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Reads what is expected to be readable. */
export async function brought(bytes: Uint8Array | string, chosen?: DateOrder): Promise<Brought> {
  const reading = await readFile(typeof bytes === 'string' ? strToU8(bytes) : bytes, chosen);
  expect(reading).toMatchObject({ kind: 'read' });
  if (reading.kind !== 'read') throw new Error('not read');
  return reading.brought;
}

/** Why a file is refused, or what else comes of it. */
export async function refusal(bytes: Uint8Array | string): Promise<string> {
  const reading = await readFile(typeof bytes === 'string' ? strToU8(bytes) : bytes);
  return reading.kind === 'refused' ? reading.why : reading.kind;
}

/** Days of a habit in short: `2024-03-02=2.5`, a skip as `s`. */
export const daysOf = (habit: BroughtHabit | undefined): string[] =>
  (habit?.entries ?? []).map((entry) => `${entry.on}=${'skipped' in entry ? 's' : entry.value}`);

/** A database copied while it was in use: what was written last is in its log alone. */
export function walOf(version: number, ...statements: string[]): { bytes: Uint8Array; wal: Uint8Array } {
  const folder = mkdtempSync(join(tmpdir(), 'habitstream-test-'));
  try {
    const path = join(folder, 'used.db');
    const db = new DatabaseSync(path);
    db.exec(`PRAGMA journal_mode = WAL; PRAGMA user_version = ${version}`);
    for (const statement of statements) db.exec(statement);
    const copies = { bytes: readFileSync(path), wal: readFileSync(`${path}-wal`) };
    db.close();
    return copies;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
