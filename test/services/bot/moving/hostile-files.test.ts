import { strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { openFileReader } from '#services/bot/moving/reader.ts';
import { createLog } from '#services/platform/process/log.ts';
import { brought, databaseOf, daysOf, HABITS_HEADER, loopFiles, refusal, walOf, zipOf } from './fixture.ts';

const log = createLog('moving-test', 'silent');
const RUN = '001,Run,YES_NO,,,1,1,#D32F2F,,,,false\n';
const ofHabits = (rows: string) => ({ 'Habits.csv': `${HABITS_HEADER}\n${rows}` });
const LOOP = [
  'CREATE TABLE Habits (id integer, name text, freq_num integer, freq_den integer)',
  'CREATE TABLE Repetitions (habit integer, timestamp integer, value integer)',
  "INSERT INTO Habits VALUES (1, 'Run', 1, 1)",
] as const;

/** A zip whose directory says of its first entry what it is not. */
function lying(bytes: Uint8Array, change: (directory: DataView) => void): Uint8Array {
  const copy = Buffer.from(bytes);
  const at = copy.lastIndexOf(Buffer.from([0x50, 0x4b, 1, 2]));
  change(new DataView(copy.buffer, copy.byteOffset + at));
  return copy;
}

describe('what is refused, and why', () => {
  const huge = new Uint8Array(150_000_000);
  const loop = () => zipOf(loopFiles());
  it.each([
    ['an empty file', () => new Uint8Array(), 'empty'],
    ['a zip bomb', () => zipSync({ 'Habits.csv': [huge, { level: 9 }] }), 'tooLarge'],
    [
      'a zip bomb that says it is small',
      () => lying(zipSync({ 'Habits.csv': [huge, { level: 9 }] }), (entry) => entry.setUint32(24, 10, true)),
      'brokenArchive',
    ],
    ['a path out of the archive', () => zipOf({ ...loopFiles(), '../../etc/passwd': 'x' }), 'unsafeArchive'],
    ['an absolute path', () => zipOf({ ...loopFiles(), '/etc/passwd': 'x' }), 'unsafeArchive'],
    ['a path of Windows', () => zipOf({ ...loopFiles(), 'a\\..\\b': 'x' }), 'unsafeArchive'],
    [
      'five thousand entries',
      () => zipOf(Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`${i}`, 'x']))),
      'tooLarge',
    ],
    ['half a zip', () => loop().slice(0, 600), 'brokenArchive'],
    [
      'a zip with other bytes than were put in',
      () => lying(zipOf(ofHabits(RUN)), (entry) => entry.setUint32(16, 1, true)),
      'brokenArchive',
    ],
    [
      'a zip with a password',
      () => lying(zipOf(ofHabits(RUN)), (entry) => entry.setUint16(8, 1, true)),
      'lockedArchive',
    ],
    ['a zip without files', () => zipOf({}), 'emptyArchive'],
    ['a zip of what macOS adds alone', () => zipOf({ '__MACOSX/._x': 'x' }), 'emptyArchive'],
    ['a picture', () => Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 0x0d]), 'unknown'],
    ['a text', () => strToU8('Dear diary, today I ran.'), 'unknown'],
    ['one of the files of an export', () => strToU8(loopFiles()['Habits.csv'] ?? ''), 'partOfLoop'],
    [
      'an export without its table of habits',
      () => zipOf({ '001 Run/Checkmarks.csv': 'Date,Value\n', '002 Tea/Checkmarks.csv': 'Date,Value\n' }),
      'partOfLoop',
    ],
    ['our own spreadsheet', () => strToU8('\uFEFFHabit,Group,Date,Entry,Amount,Unit,Note\n'), 'spreadsheet'],
    ['no habits', () => zipOf(ofHabits('')), 'noHabits'],
    ['six hundred habits', () => zipOf(ofHabits(RUN.repeat(600))), 'tooManyHabits'],
    [
      'a million rows',
      () =>
        zipOf({
          ...ofHabits(RUN),
          '001 Run/Checkmarks.csv': '2024-01-01,2\n'.repeat(1_000_000),
        }),
      'tooManyRows',
    ],
    ['a quote that never ends', () => zipOf(ofHabits(`001,"${'x'.repeat(2_000_000)}`)), 'brokenText'],
    ['a database without tables', () => databaseOf(25), 'emptyDatabase'],
    [
      'a database of another program',
      () => databaseOf(1, 'CREATE TABLE people (id integer)'),
      'unknownDatabase',
    ],
    ['half a database', () => databaseOf(25, ...LOOP).slice(0, 9_000), 'brokenDatabase'],
    [
      'a database with holes',
      () => Buffer.from(databaseOf(25, ...LOOP)).fill(0xee, 4_096, 8_192),
      'brokenDatabase',
    ],
    ['nothing but the first page of one', () => strToU8('SQLite format 3\0'), 'brokenDatabase'],
    ['the log of a database alone', () => Uint8Array.from([0x37, 0x7f, 6, 0x82, 0, 0, 0, 0]), 'walAlone'],
    ['the log of a database alone in a zip', () => zipOf({ 'Loop.db-wal': 'x' }), 'walAlone'],
    [
      'a million rows in a database',
      () =>
        databaseOf(
          25,
          ...LOOP,
          `INSERT INTO Repetitions WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000)
           SELECT 1, i * 86400000, 2 FROM n`,
        ),
      'tooManyRows',
    ],
    [
      'a view in the place of a table',
      () =>
        databaseOf(
          25,
          LOOP[1],
          'CREATE VIEW Habits AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS id FROM n',
        ),
      'unknownDatabase',
    ],
  ])('%s', async (_, make, why) => {
    expect(await refusal(make())).toBe(why);
  });
});

describe('the process that reads', () => {
  it('reads the same as is read here', async () => {
    const { habits } = await brought(zipOf(loopFiles()));
    const reading = await openFileReader(log).read(zipOf(loopFiles()));
    expect(reading).toMatchObject({ kind: 'read', brought: { habits } });
  });

  it('is killed over a database that calculates without end, and holds nobody up meanwhile', async () => {
    const endless = databaseOf(
      25,
      LOOP[1],
      'CREATE TABLE Habits (id integer, name text, CHECK (length(hex(zeroblob(id * 1000000))) >= 0))',
      'PRAGMA ignore_check_constraints = ON',
      `INSERT INTO Habits WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
       SELECT 30, 'Run' FROM n`,
    );
    let ticks = 0;
    const timer = setInterval(() => ticks++, 20);
    expect(await openFileReader(log, 3_000).read(endless)).toEqual({ kind: 'refused', why: 'tookTooLong' });
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(20);
  });

  it('is killed when it takes too long', async () => {
    const reading = await openFileReader(log, 1).read(zipOf(loopFiles()));
    expect(reading).toEqual({ kind: 'refused', why: 'tookTooLong' });
  });
});

it('does not calculate what a database only says how to calculate', async () => {
  const { habits } = await brought(
    databaseOf(
      25,
      LOOP[1],
      'CREATE TABLE Habits (id integer, name text AS (hex(zeroblob(100000000))))',
      'INSERT INTO Habits (id) VALUES (1), (2)',
    ),
  );
  expect(habits.map(({ name }) => name)).toEqual(['#1', '#2']);
});

it('brings what stands in the log beside a database', async () => {
  const { bytes, wal } = walOf(25, ...LOOP, 'INSERT INTO Repetitions VALUES (1, 86400000, 2)');
  const { habits, remarks } = await brought(
    zipOf({ 'Loop.db': bytes, 'Loop.db-wal': wal, 'Loop.db-shm': 'x' }),
  );
  expect(daysOf(habits[0])).toEqual(['1970-01-02=1']);
  expect(remarks).toEqual([{ remark: 'wal' }]);
});
